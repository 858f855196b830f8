import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { describe, test } from 'node:test'
import { exportJWK, type JWK, type JWTPayload, SignJWT } from 'jose'
import { type Issuer, verifyIdentity } from './identity.ts'
import { issuerKeys } from './issuer-keys.ts'

const nowMs = 1_790_000_000_000
const nowS = nowMs / 1_000
const signal = new AbortController().signal
const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 })
const pairs = {
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: generateKeyPairSync('ed25519'),
  PS512: rsa,
}
type Algorithm = keyof typeof pairs
const publicKeys = await Promise.all(
  Object.entries(pairs).map(
    async ([alg, { publicKey }]): Promise<JWK> => ({ ...(await exportJWK(publicKey)), kid: `key-${alg}` }),
  ),
)
const spiffe: Issuer = {
  id: 'mesh',
  kind: 'spiffe',
  issuer: 'spiffe://example.org',
  audience: 'rekey',
  jwks: { keys: publicKeys.map(key => ({ ...key, use: 'jwt-svid' })) },
}
const svid: JWTPayload = { sub: 'spiffe://example.org/ns/pay', aud: ['rekey'], exp: nowS + 300 }

const make = (claims: object, { alg = 'ES256' as Algorithm, header = {} } = {}) =>
  new SignJWT(claims as JWTPayload)
    .setProtectedHeader({ alg, kid: `key-${alg}`, ...header })
    .sign(pairs[alg].privateKey)
const verify = (text: string, among: readonly Issuer[] = [spiffe]) =>
  verifyIdentity(among, text, { nowMs, signal, keys: issuerKeys() })
async function codeOf(text: Promise<string>, among?: readonly Issuer[]): Promise<string> {
  const answer = await verify(await text, among)
  return answer.ok ? 'ok' : answer.code
}

describe('a JWT-SVID', () => {
  test('needs neither issuer nor time of making', async () => {
    const answer = await verify(await make(svid, { header: { typ: 'JOSE' } }))
    assert.deepEqual(answer, {
      ok: true,
      issuer: 'mesh',
      subject: 'spiffe://example.org/ns/pay',
      claims: svid,
    })
    assert.equal(await codeOf(make(svid, { alg: 'PS512', header: { typ: 'JWT' } })), 'ok')
  })

  test('is not signed with EdDSA', async () => {
    assert.equal(await codeOf(make(svid, { alg: 'EdDSA' })), 'wrong-algorithm')
    const wide = { ...spiffe, algorithms: ['EdDSA', 'ES256'] }
    assert.equal(await codeOf(make(svid, { alg: 'EdDSA' }), [wide]), 'wrong-algorithm')
  })

  test('has nothing in its header but alg, kid and typ', async () => {
    for (const header of [{ typ: 'wit+jwt' }, { typ: 'jwt' }, { jku: 'https://x.example' }, { cty: 'x' }])
      assert.equal(await codeOf(make(svid, { header })), 'malformed', JSON.stringify(header))
  })

  test('has the ID of a workload in the trust domain of its issuer', async () => {
    for (const sub of [
      'spiffe://other.org/ns/pay',
      'spiffe://example.org/ns/../pay',
      'spiffe://Example.org/a',
      'x',
    ])
      assert.equal(await codeOf(make({ ...svid, sub })), 'unknown-issuer', sub)
    assert.equal(await codeOf(make({ ...svid, sub: 'spiffe://example.org' })), 'bad-subject')
  })

  test('says for whom it is, and until when', async () => {
    assert.equal(await codeOf(make({ ...svid, aud: undefined })), 'wrong-audience')
    assert.equal(await codeOf(make({ ...svid, exp: undefined })), 'malformed')
    assert.equal(await codeOf(make({ ...svid, exp: nowS - 61 })), 'expired')
    assert.equal(await codeOf(make({ ...svid, iat: nowS + 61 })), 'not-yet')
  })

  test('is checked with keys of its bundle that are for JWTs and have an id', async () => {
    const [key] = publicKeys.filter(one => one.kid === 'key-ES256')
    const withKey = (bent: object) => [{ ...spiffe, jwks: { keys: [{ ...key!, ...bent }] } }]
    assert.equal(await codeOf(make(svid), withKey({ use: 'jwt-svid' })), 'ok')
    assert.equal(await codeOf(make(svid), withKey({ use: 'sig' })), 'ok')
    for (const bent of [{ use: 'x509-svid' }, { use: undefined }, { use: 'jwt-svid', kid: undefined }])
      assert.equal(await codeOf(make(svid), withKey(bent)), 'unknown-key', JSON.stringify(bent))
    const nameless = withKey({ use: 'jwt-svid', kid: undefined })
    assert.equal(await codeOf(make(svid, { header: { kid: undefined } }), nameless), 'unknown-key')
    assert.equal(await codeOf(make(svid), [{ ...spiffe, jwks: { keys: [] } }]), 'unknown-key')
  })
})
