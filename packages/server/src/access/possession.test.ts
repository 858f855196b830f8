import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { describe, test } from 'node:test'
import { calculateJwkThumbprint, exportJWK, SignJWT } from 'jose'
import { type AgentKey, thumbprintOf, verifyAssertion } from './possession.ts'

const nowMs = 1_790_000_000_000
const nowS = nowMs / 1_000
const audience = 'https://rekey.example.org'
const terms = { audiences: [audience], nowMs }
const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const jwkOf = (key: KeyObject) => key.export({ format: 'jwk' }) as unknown as AgentKey
const jwk = jwkOf(publicKey)
const thumbprint = thumbprintOf(jwk)

const header = { alg: 'EdDSA', typ: 'rekey-agent+jwt', jwk }
const claims = {
  iss: thumbprint,
  sub: thumbprint,
  aud: audience,
  iat: nowS,
  exp: nowS + 60,
  jti: 'one-and-only-0001',
}

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
function signed(head: object, body: object, key = privateKey): string {
  const text = `${part(head)}.${part(body)}`
  return `${text}.${sign(null, Buffer.from(text), key).toString('base64url')}`
}
const codeOf = (text: string, at = terms) => {
  const answer = verifyAssertion(text, at)
  return answer.ok ? 'ok' : answer.code
}
const bent = (head: object, body: object = {}) =>
  codeOf(signed({ ...header, ...head }, { ...claims, ...body }))

describe('an assertion', () => {
  test('that is right names the key by its thumbprint, and says how long its jti is to be remembered', () => {
    assert.deepEqual(verifyAssertion(signed(header, claims), terms), {
      ok: true,
      thumbprint,
      jwk,
      jti: claims.jti,
      expMs: (claims.exp + 60) * 1_000,
    })
  })

  test('can be made with another library, whose thumbprint is the same', async () => {
    const key = await exportJWK(publicKey)
    assert.equal(await calculateJwkThumbprint(key), thumbprint)
    const text = await new SignJWT({ jti: claims.jti })
      .setProtectedHeader({ alg: 'EdDSA', typ: header.typ, jwk: key })
      .setIssuer(thumbprint)
      .setSubject(thumbprint)
      .setAudience(audience)
      .setIssuedAt(nowS)
      .setExpirationTime(nowS + 30)
      .sign(privateKey)
    assert.equal(codeOf(text), 'ok')
  })

  test('has the thumbprint of RFC 8037, appendix A.3', () => {
    const x = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'
    assert.equal(
      thumbprintOf({ kty: 'OKP', crv: 'Ed25519', x }),
      'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
    )
  })

  test('signed in another way, or made for another use, is none', () => {
    for (const alg of ['none', 'HS256', 'ES256', 'Ed25519', 'eddsa', undefined, 1])
      assert.equal(bent({ alg }), 'wrong-algorithm', String(alg))
    for (const typ of ['JWT', 'rekey-agent', undefined]) assert.equal(bent({ typ }), 'wrong-algorithm')
    assert.equal(codeOf(`${part({ ...header, alg: 'none' })}.${part(claims)}.`), 'wrong-algorithm')
  })

  test('signed by another key, or changed after, is refused', () => {
    const other = generateKeyPairSync('ed25519')
    assert.equal(codeOf(signed(header, claims, other.privateKey)), 'bad-signature')
    const [head, , tail] = signed(header, claims).split('.')
    assert.equal(codeOf(`${head}.${part({ ...claims, jti: 'another-one-00001' })}.${tail}`), 'bad-signature')
    // 32 bytes that are no point of the curve.
    const x = Buffer.alloc(32, 0xff).toString('base64url')
    const foreign = { ...jwk, x }
    const name = thumbprintOf(foreign)
    assert.equal(bent({ jwk: foreign }, { iss: name, sub: name }), 'bad-signature')
  })

  test('speaks for the key it carries and for no other', () => {
    const other = thumbprintOf(jwkOf(generateKeyPairSync('ed25519').publicKey))
    assert.equal(bent({}, { iss: other }), 'malformed')
    assert.equal(bent({}, { sub: other }), 'malformed')
    assert.equal(bent({}, { iss: undefined, sub: undefined }), 'malformed')
  })

  test('for another audience, or for several, is refused', () => {
    for (const aud of ['https://rekey.example.org/', 'https://other.example', undefined, '', [audience]])
      assert.equal(bent({}, { aud }), 'wrong-audience', JSON.stringify(aud))
    assert.equal(codeOf(signed(header, claims), { audiences: [], nowMs }), 'wrong-audience')
    assert.equal(codeOf(signed(header, claims), { audiences: ['https://a.example', audience], nowMs }), 'ok')
  })

  test('is good for a minute and a minute of skew, no longer and no sooner', () => {
    const text = signed(header, claims)
    const at = (seconds: number) => codeOf(text, { ...terms, nowMs: nowMs + seconds * 1_000 })
    assert.equal(at(119), 'ok')
    assert.equal(at(120), 'expired')
    assert.equal(at(-60), 'ok')
    assert.equal(at(-61), 'from-the-future')
    assert.equal(bent({}, { exp: nowS + 61 }), 'malformed')
    assert.equal(bent({}, { exp: nowS }), 'malformed')
  })

  test('without times, or with times that are no whole seconds, is malformed', () => {
    for (const time of [undefined, null, '1790000000', 1e300, -5, nowS + 0.5]) {
      assert.equal(bent({}, { iat: time }), 'malformed', `iat ${time}`)
      assert.equal(bent({}, { exp: time }), 'malformed', `exp ${time}`)
    }
  })

  test('without a jti that can be remembered is malformed', () => {
    for (const jti of [undefined, '', 'short', 'x'.repeat(129), 'with a space in it', 7])
      assert.equal(bent({}, { jti }), 'malformed', String(jti))
  })

  test('with a private half, a key of another kind, or anything else in its header is malformed', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' })
    const whole = privateKey.export({ format: 'jwk' })
    for (const key of [
      whole,
      rsa,
      { ...jwk, crv: 'X25519' },
      { ...jwk, x: `${jwk.x}A` },
      null,
      undefined,
      'x',
      [],
    ])
      assert.equal(bent({ jwk: key }), 'malformed')
    for (const more of [{ kid: '1' }, { jku: 'https://evil.example' }, { crit: ['exp'] }, { b64: false }])
      assert.equal(bent(more), 'malformed', JSON.stringify(more))
  })

  test('cut anywhere is refused, and never a crash', () => {
    const text = signed(header, claims)
    for (let i = 0; i < text.length; i++) assert.notEqual(codeOf(text.slice(0, i)), 'ok', `cut at ${i}`)
  })

  test('in any other form is malformed', () => {
    const text = signed(header, claims)
    const odd = [
      `${text}.`,
      `${text}=`,
      ` ${text}`,
      text.replaceAll('.', ' '),
      `${'x'.repeat(5_000)}`,
      '..',
      '',
    ]
    for (const one of odd) assert.equal(codeOf(one), 'malformed')
    const far = `https://${'x'.repeat(4_096)}.example`
    assert.equal(codeOf(signed(header, { ...claims, aud: far }), { audiences: [far], nowMs }), 'malformed')
    for (const one of [null, undefined, 7, {}]) assert.equal(codeOf(one as string), 'malformed')
    for (const body of [[], null, 'x', 7]) {
      const foreign = `${part(header)}.${part(body)}`
      assert.equal(codeOf(`${foreign}.${randomBytes(64).toString('base64url')}`), 'malformed')
    }
  })

  test('has one text: another spelling of its signature is refused', () => {
    const text = signed(header, claims)
    const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    // 64 bytes leave four bits of the last character unused; a lax decoder drops them.
    const last = digits.indexOf(text.at(-1) ?? '')
    assert.equal(last % 16, 0)
    assert.equal(codeOf(text.slice(0, -1) + digits[last + 1]), 'malformed')
  })

  test('is refused in words that do not repeat it', () => {
    const text = signed(header, { ...claims, jti: 'hunter2' })
    const answer = verifyAssertion(text, terms)
    assert.ok(!answer.ok)
    assert.ok(!JSON.stringify(answer).includes('hunter2'))
    assert.match(answer.text, /jti is not 16 to 128/)
  })
})
