// For tests only: an agent in software. It makes assertions and proofs as docs/agents.md has them, apart from the SDK, and every
// piece of them can be bent.
import { createHash, createHmac, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

export interface AgentKeys {
  privateKey: KeyObject
  x: string
  thumbprint: string
}

export interface Enrolled {
  id: string
  keys: AgentKeys
  token: string
  proofKey: string
}

const nonce = () => randomBytes(16).toString('base64url')
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest('base64url')

export function newKeys(): AgentKeys {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const { x = '' } = publicKey.export({ format: 'jwk' })
  return { privateKey, x, thumbprint: sha256(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`) }
}

export interface AssertionTerms {
  audience: string
  nowMs: number
  claims?: object
  /** Signed by another than it says. */
  signer?: AgentKeys
}

export function assertion(keys: AgentKeys, { audience, nowMs, claims = {}, signer }: AssertionTerms): string {
  const { x, thumbprint } = keys
  const iat = Math.floor(nowMs / 1_000)
  const head = part({ alg: 'EdDSA', typ: 'rekey-agent+jwt', jwk: { kty: 'OKP', crv: 'Ed25519', x } })
  const own = { iss: thumbprint, sub: thumbprint, aud: audience, iat, exp: iat + 50, jti: nonce() }
  const signed = `${head}.${part({ ...own, ...claims })}`
  return `${signed}.${sign(null, Buffer.from(signed), (signer ?? keys).privateKey).toString('base64url')}`
}

export interface ProofTerms {
  method: string
  path: string
  nowMs: number
  body?: string | Buffer
}

/** The two headers that prove a request. */
export function proof(
  { token, proofKey }: Pick<Enrolled, 'token' | 'proofKey'>,
  { method, path, nowMs, body = '' }: ProofTerms,
): Record<string, string> {
  const once = nonce()
  const digest = body.length === 0 ? '' : sha256(body)
  const mac = createHmac('sha256', Buffer.from(proofKey, 'base64url'))
    .update(`${method}\n${path}\n${nowMs}\n${once}\n${digest}`)
    .digest('base64url')
  return { authorization: `Rekey ${token}`, 'rekey-proof': `v1.${nowMs}.${once}.${mac}` }
}
