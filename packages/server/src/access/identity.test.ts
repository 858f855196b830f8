import assert from 'node:assert/strict'
import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { describe, test } from 'node:test'
import { exportJWK, type JWK, type JWTPayload, SignJWT } from 'jose'
import { type Issuer, verifyIdentity } from './identity.ts'
import { issuerKeys } from './issuer-keys.ts'

const nowMs = 1_790_000_000_000
const nowS = nowMs / 1_000
const signal = new AbortController().signal

interface Pair {
  privateKey: KeyObject
  publicKey: KeyObject
}
const pairs: Record<string, Pair> = {
  RS256: generateKeyPairSync('rsa', { modulusLength: 2_048 }),
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ES384: generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  ES512: generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  EdDSA: generateKeyPairSync('ed25519'),
}
for (const alg of ['RS384', 'RS512', 'PS256', 'PS384', 'PS512']) pairs[alg] = pairs['RS256']!
const kinds = ['RS256', 'ES256', 'ES384', 'ES512', 'EdDSA']
const publicKeys = await Promise.all(
  kinds.map(
    async (alg): Promise<JWK> => ({ ...(await exportJWK(pairs[alg]!.publicKey)), kid: `key-${alg}` }),
  ),
)
const jwks = { keys: publicKeys }
const kidOf = (alg: string) => `key-${/^[RP]S/.test(alg) ? 'RS256' : alg}`

const oidc: Issuer = { id: 'ci', kind: 'oidc', issuer: 'https://ci.example', audience: 'rekey', jwks }
const kubernetes: Issuer = { ...oidc, id: 'k8s', kind: 'kubernetes', issuer: 'https://k8s.example' }
const issuers = [oidc, kubernetes]
const times = { iat: nowS - 5, exp: nowS + 300 }
const ofCi: JWTPayload = { iss: oidc.issuer, sub: 'repo:acme/app', aud: 'rekey', ...times }
const ofK8s: JWTPayload = {
  iss: kubernetes.issuer,
  sub: 'system:serviceaccount:pay:web',
  aud: ['rekey'],
  ...times,
}

interface Made {
  alg?: string
  header?: object
  key?: KeyObject
}
const make = (claims: object, { alg = 'ES256', header = {}, key = pairs[alg]!.privateKey }: Made = {}) =>
  new SignJWT(claims as JWTPayload).setProtectedHeader({ alg, kid: kidOf(alg), ...header }).sign(key)
const verify = (text: string, among: readonly Issuer[] = issuers, at = nowMs) =>
  verifyIdentity(among, text, { nowMs: at, signal, keys: issuerKeys() })
async function codeOf(
  text: string | Promise<string>,
  among?: readonly Issuer[],
  at?: number,
): Promise<string> {
  const answer = await verify(await text, among, at)
  return answer.ok ? 'ok' : answer.code
}
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('an outside identity', () => {
  for (const alg of [...Object.keys(pairs)]) {
    test(`signed with ${alg} is read`, async () => {
      const answer = await verify(await make(ofCi, { alg }))
      assert.deepEqual(answer, { ok: true, issuer: 'ci', subject: 'repo:acme/app', claims: ofCi })
    })
  }

  test('of Kubernetes is a service account, and nothing else', async () => {
    assert.equal(await codeOf(make(ofK8s)), 'ok')
    for (const sub of ['system:node:n1', 'system:serviceaccount:pay', 'system:serviceaccount:pay:web:x', 'x'])
      assert.equal(await codeOf(make({ ...ofK8s, sub })), 'bad-subject', sub)
  })

  test('signed in a way that is not accepted is refused, whatever the key', async () => {
    const none = `${part({ alg: 'none' })}.${part(ofCi)}.`
    assert.equal(await codeOf(none), 'wrong-algorithm')
    assert.equal(await codeOf(`${part({ alg: 'NONE', kid: 'key-ES256' })}.${part(ofCi)}.`), 'wrong-algorithm')
    for (const alg of ['', 'ES256K', 'dir', 7, null, ['ES256']])
      assert.equal(await codeOf(`${part({ alg })}.${part(ofCi)}.AAAA`), 'wrong-algorithm')
    const narrow = { ...oidc, algorithms: ['RS256', 'HS256', 'none'] }
    assert.equal(await codeOf(make(ofCi), [narrow]), 'wrong-algorithm')
    assert.equal(await codeOf(make(ofCi, { alg: 'RS256' }), [narrow]), 'ok')
    assert.equal(await codeOf(none, [narrow]), 'wrong-algorithm')
  })

  test('signed with HS256 under a public key, in any of its forms, is refused', async () => {
    const { publicKey } = pairs['RS256']!
    const forms = [
      publicKey.export({ type: 'spki', format: 'pem' }),
      publicKey.export({ type: 'spki', format: 'der' }),
      JSON.stringify(publicKeys[0]),
    ]
    for (const form of forms) {
      const text = `${part({ alg: 'HS256', kid: 'key-RS256' })}.${part(ofCi)}`
      const mac = createHmac('sha256', form).update(text).digest('base64url')
      assert.equal(await codeOf(`${text}.${mac}`), 'wrong-algorithm')
    }
  })

  test('signed by a key that it brings itself is refused', async () => {
    const own = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const jwk = await exportJWK(own.publicKey)
    const brought = { jwk, jku: 'https://evil.example/keys', x5u: 'https://evil.example/cert', x5c: ['MIIB'] }
    const key = own.privateKey
    assert.equal(await codeOf(make(ofCi, { key, header: brought })), 'bad-signature')
    assert.equal(await codeOf(make(ofCi, { key, header: { ...brought, kid: 'mine' } })), 'unknown-key')
    // Signed by the issuer's own key they change nothing.
    assert.equal(await codeOf(make(ofCi, { header: brought })), 'ok')
  })

  test('signed by the key of another issuer is refused', async () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const theirs = { keys: [{ ...(await exportJWK(other.publicKey)), kid: 'key-ES256' }] }
    const among = [oidc, { ...oidc, id: 'theirs', issuer: 'https://theirs.example', jwks: theirs }]
    assert.equal(await codeOf(make(ofCi, { key: other.privateKey }), among), 'bad-signature')
  })

  test('with a key id that nobody knows is refused; without one, where one key fits, it is read', async () => {
    assert.equal(await codeOf(make(ofCi, { header: { kid: 'other' } })), 'unknown-key')
    assert.equal(await codeOf(make(ofCi, { header: { kid: 'key-RS256' } })), 'unknown-key')
    assert.equal(await codeOf(make(ofCi, { header: { kid: undefined } })), 'ok')
    const two = { ...oidc, jwks: { keys: [...publicKeys, { ...publicKeys[1]!, kid: 'second' }] } }
    assert.equal(await codeOf(make(ofCi, { header: { kid: undefined } }), [two]), 'unknown-key')
    assert.equal(await codeOf(make(ofCi, { header: { kid: 7 } })), 'malformed')
  })

  test('of another issuer is refused: the name counts to the letter', async () => {
    for (const iss of [
      'https://ci.example/',
      'http://ci.example',
      'https://CI.example',
      '',
      undefined,
      [oidc.issuer],
    ])
      assert.equal(await codeOf(make({ ...ofCi, iss })), 'unknown-issuer', String(iss))
    assert.equal(await codeOf(make(ofCi), []), 'unknown-issuer')
  })

  test('for another audience is refused; in a list it has to be a member', async () => {
    for (const aud of ['rekey2', 'Rekey', '', undefined, [], ['x'], [['rekey']], { rekey: true }])
      assert.equal(await codeOf(make({ ...ofCi, aud })), 'wrong-audience', JSON.stringify(aud))
    assert.equal(await codeOf(make({ ...ofCi, aud: ['x', 'rekey'] })), 'ok')
  })

  test('of an issuer that is trusted for two audiences is read for each, and refused for what is wrong with it', async () => {
    const among = [{ ...oidc, id: 'first', audience: 'first' }, oidc]
    assert.equal(await codeOf(make(ofCi), among), 'ok')
    assert.equal(await codeOf(make({ ...ofCi, exp: nowS - 100 }), among), 'expired')
    assert.equal(await codeOf(make({ ...ofCi, aud: 'third' }), among), 'wrong-audience')
  })

  test('is good from its beginning to its end, with a minute of tolerance', async () => {
    const text = await make({ ...ofCi, iat: nowS, nbf: nowS + 10, exp: nowS + 100 })
    for (const [seconds, code] of [
      [-51, 'not-yet'],
      [-50, 'ok'],
      [159, 'ok'],
      [160, 'expired'],
    ] as const) {
      assert.equal(await codeOf(text, issuers, nowMs + seconds * 1_000), code, `at ${seconds}`)
    }
  })

  test('that lives for more than a day, or does not say for how long, is refused', async () => {
    assert.equal(await codeOf(make({ ...ofCi, exp: nowS + 86_400 })), 'ok')
    assert.equal(await codeOf(make({ ...ofCi, exp: nowS + 86_461 })), 'too-long')
    for (const time of [undefined, 'soon', '1790000300', null, -1]) {
      assert.equal(await codeOf(`${part({ alg: 'ES256' })}.${part({ ...ofCi, exp: time })}.AA`), 'malformed')
      assert.equal(await codeOf(`${part({ alg: 'ES256' })}.${part({ ...ofCi, iat: time })}.AA`), 'malformed')
    }
    assert.equal(await codeOf(`${part({ alg: 'ES256' })}.${part({ ...ofCi, nbf: 'soon' })}.AA`), 'malformed')
  })

  test('without a subject, or with a huge one, is refused', async () => {
    for (const sub of [undefined, '', 7, 'x'.repeat(2_049)])
      assert.equal(await codeOf(`${part({ alg: 'ES256' })}.${part({ ...ofCi, sub })}.AA`), 'bad-subject')
  })

  test('of more than 16 kB is refused unread', async () => {
    assert.equal(await codeOf(make({ ...ofCi, more: 'x'.repeat(16_384) })), 'malformed')
    assert.equal(await codeOf(make({ ...ofCi, more: 'x'.repeat(8_000) })), 'ok')
  })

  test('changed in its header, claims or signature is refused', async () => {
    const [head, body, tail] = (await make(ofCi)).split('.')
    assert.equal(
      await codeOf(`${head}.${part({ ...ofCi, sub: 'repo:acme/other' })}.${tail}`),
      'bad-signature',
    )
    assert.equal(
      await codeOf(`${part({ alg: 'ES256', kid: 'key-ES256', x: 1 })}.${body}.${tail}`),
      'bad-signature',
    )
    assert.equal(await codeOf(`${head}.${body}.${tail?.slice(0, -4)}`), 'bad-signature')
    assert.equal(await codeOf(`${head}.${body}.`), 'bad-signature')
  })

  test('cut anywhere, or in another form, is refused and never a crash', async () => {
    const text = await make(ofCi)
    for (let i = 0; i < text.length; i += 3) assert.notEqual(await codeOf(text.slice(0, i)), 'ok')
    for (const odd of [
      '',
      '.',
      '..',
      '...',
      `${text}.`,
      ` ${text}`,
      'null.null.null',
      `${part([])}.${part([])}.AA`,
    ])
      assert.equal(await codeOf(odd), 'malformed', odd.slice(0, 10))
    assert.equal(await codeOf(undefined as unknown as string), 'malformed')
  })

  test('whose header asks for an extension is refused', async () => {
    for (const header of [
      { crit: ['exp'], exp: 1 },
      { b64: true, crit: ['b64'] },
    ])
      assert.equal(await codeOf(`${part({ alg: 'ES256', ...header })}.${part(ofCi)}.AA`), 'malformed')
  })

  test('is refused in words that do not repeat the token', async () => {
    const answer = await verify(await make({ ...ofCi, aud: 'hunter2' }))
    assert.ok(!answer.ok)
    assert.match(answer.how, /"rekey"/)
    assert.ok(!JSON.stringify(answer).includes('hunter2'))
  })
})

describe('the keys of an issuer', () => {
  test('that are secret, or not for signatures, are not used', async () => {
    const { privateKey } = pairs['ES256']!
    const whole = { ...(await exportJWK(privateKey)), kid: 'key-ES256' }
    assert.equal(await codeOf(make(ofCi), [{ ...oidc, jwks: { keys: [whole] } }]), 'unknown-key')
    const sealing = { ...publicKeys[1]!, use: 'enc' }
    assert.equal(await codeOf(make(ofCi), [{ ...oidc, jwks: { keys: [sealing] } }]), 'unknown-key')
    const odd = [
      null,
      7,
      'x',
      {},
      { kty: 'oct', k: 'AAAA', kid: 'key-ES256' },
      { kty: 'EC', kid: 'key-ES256' },
    ]
    const strange = [{ ...oidc, jwks: { keys: odd as JWK[] } }]
    assert.equal(await codeOf(make(ofCi), strange), 'unknown-key')
  })
})
