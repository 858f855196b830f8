// What an agent proves, checked by the other implementation that the platform has: assertions (JWT, RFC 8037) and the proofs of
// requests, each good for once. For specs only.
import assert from 'node:assert/strict'
import { createHash, createHmac, createPublicKey, verify } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { ProblemCode } from '@rekey/wire'

export interface Token {
  proofKey: Buffer
  expiresMs: number
}

interface Proved {
  method: string
  path: string
  headers: IncomingHttpHeaders
  body: string
}

const windowMs = 60_000

export class Proofs {
  readonly #seen = new Set<string>()

  /** null: it is from another time. Everything else that is wrong fails the spec. */
  thumbprint(assertion: string, audience: string, nowMs: number): string | null {
    const [head, claimed, signature] = assertion.split('.') as [string, string, string]
    const header = JSON.parse(Buffer.from(head, 'base64url').toString())
    const claims = JSON.parse(Buffer.from(claimed, 'base64url').toString())
    assert.deepEqual(Object.keys(header).sort(), ['alg', 'jwk', 'typ'])
    assert.deepEqual(Object.keys(header.jwk).sort(), ['crv', 'kty', 'x'])
    assert.deepEqual([header.alg, header.typ], ['EdDSA', 'rekey-agent+jwt'])
    const key = createPublicKey({ key: header.jwk, format: 'jwk' })
    assert.ok(verify(null, Buffer.from(`${head}.${claimed}`), key, Buffer.from(signature, 'base64url')))
    const members = `{"crv":"Ed25519","kty":"OKP","x":"${header.jwk.x}"}`
    const thumbprint = createHash('sha256').update(members).digest('base64url')
    assert.deepEqual([claims.iss, claims.sub, claims.aud], [thumbprint, thumbprint, audience])
    assert.ok(claims.exp > claims.iat && claims.exp - claims.iat <= 60)
    assert.match(claims.jti, /^[\w-]{16,128}$/)
    this.#once(claims.jti)
    return Math.abs(claims.iat * 1_000 - nowMs) < windowMs ? thumbprint : null
  }

  wrong(
    tokens: Map<string, Token>,
    { method, path, headers, body }: Proved,
    nowMs: number,
  ): ProblemCode | null {
    const token = tokens.get((headers.authorization ?? '').replace(/^Rekey /, ''))
    if (token === undefined) return 'not-signed-in'
    if (token.expiresMs < nowMs) return 'token-expired'
    const shape = /^v1\.([1-9]\d{12})\.([\w-]{22})\.([\w-]{43})$/.exec(String(headers['rekey-proof']))
    assert.ok(shape)
    const [, at, nonce, mac] = shape as unknown as [string, string, string, string]
    this.#once(nonce)
    const digest = body === '' ? '' : createHash('sha256').update(body).digest('base64url')
    const text = `${method}\n${path}\n${at}\n${nonce}\n${digest}`
    assert.equal(createHmac('sha256', token.proofKey).update(text).digest('base64url'), mac)
    return Math.abs(Number(at) - nowMs) < windowMs ? null : 'bad-proof'
  }

  #once(id: string): void {
    assert.ok(!this.#seen.has(id), 'it is good for once')
    this.#seen.add(id)
  }
}
