import assert from 'node:assert/strict'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { exportJWK, type JWTPayload, SignJWT } from 'jose'
import { beginSignOn, type CallbackQuery, type SignOnProvider } from './sign-on.ts'
import { begin, codeOf, finish, listen, redirectUri, signal } from './sign-on-trial.ts'

const keyPair = generateKeyPairSync('ec', { namedCurve: 'P-256' })

describe('sign-on with a provider that does wrong', () => {
  let provider: SignOnProvider
  let close = () => {}
  let nonce = ''
  let bend: JWTPayload = {}
  let metadata: object = {}
  let answer: { status: number; body: object } | null = null

  before(async () => {
    const place = await listen()
    close = place.close
    provider = { id: 'odd', issuer: place.base, clientId: 'rekey' }
    const jwk = { ...(await exportJWK(keyPair.publicKey)), kid: 'odd' }
    place.serve(async (request, response) => {
      const send = (value: object, status = 200, headers = {}) =>
        response.writeHead(status, headers).end(JSON.stringify(value))
      if (request.url === '/keys') return send({ keys: [jwk] })
      if (request.url === '/token')
        return answer === null
          ? send({ id_token: await idToken() })
          : send(answer.body, answer.status, { location: `${place.base}/elsewhere` })
      const { base } = place
      const endpoints = {
        authorization_endpoint: `${base}/auth?a=1`,
        token_endpoint: `${base}/token`,
        jwks_uri: `${base}/keys`,
      }
      return send({ issuer: base, ...endpoints, ...metadata })
    })
  })
  after(() => close())

  function idToken() {
    const nowS = Math.floor(Date.now() / 1_000)
    const claims = {
      iss: provider.issuer,
      sub: 'mira',
      aud: 'rekey',
      iat: nowS,
      exp: nowS + 60,
      nonce,
      ...bend,
    }
    return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'odd' }).sign(keyPair.privateKey)
  }
  async function tried(change: JWTPayload, query: CallbackQuery = {}) {
    const { pending } = await begin(provider)
    nonce = pending.nonce
    bend = change
    return finish(provider, pending, { state: pending.state, code: 'x', ...query })
  }

  test('takes what is right, and the best name that there is', async () => {
    for (const [claims, name] of [
      [{}, 'mira'],
      [{ email: 'mira@corp.example' }, 'mira@corp.example'],
      [{ preferred_username: 'mk', email: 'mira@corp.example' }, 'mk'],
      [{ name: ' Mira ', preferred_username: 'mk' }, 'Mira'],
      [{ name: 7, preferred_username: ' ' }, 'mira'],
      [{ aud: ['rekey', 'other'], azp: 'rekey' }, 'mira'],
    ] as const) {
      const done = await tried(claims as unknown as JWTPayload)
      assert.ok(done.ok, 'text' in done ? done.text : '')
      assert.equal(done.name, name)
    }
  })

  test('refuses an ID token for somebody else, of somebody else, or of another time', async () => {
    const bent = [
      { aud: 'other' },
      { aud: ['rekey', 'other'] },
      { azp: 'other' },
      { aud: ['rekey', 'other'], azp: 'other' },
      { iss: 'https://evil.example' },
      { exp: 1_000 },
      { sub: '' },
    ]
    for (const change of bent) assert.equal(await codeOf(tried(change)), 'bad-token', JSON.stringify(change))
    assert.equal(await codeOf(tried({ nonce: undefined })), 'wrong-nonce')
    assert.equal(await codeOf(tried({ nonce: 'x' })), 'wrong-nonce')
  })

  test('asks for "iss" in the answer where the provider says that it sends it', async () => {
    assert.equal(await codeOf(tried({}, { iss: provider.issuer })), 'ok')
    assert.equal(await codeOf(tried({}, { iss: 'https://evil.example' })), 'wrong-issuer')
    metadata = { authorization_response_iss_parameter_supported: true }
    assert.equal(await codeOf(tried({})), 'wrong-issuer')
    metadata = {}
  })

  test('keeps what the address of the provider already asks for', async () => {
    const { url } = await begin(provider)
    assert.equal(new URL(url).searchParams.get('a'), '1')
  })

  test('tells of a token endpoint that gives no token', async () => {
    for (const [status, body, code] of [
      [200, {}, 'code-refused'],
      [200, { id_token: 7 }, 'code-refused'],
      [400, { error: 'invalid_grant', id_token: 'x' }, 'code-refused'],
      // Sent on, the code would be told to whoever is there.
      [307, { id_token: 'x.y.z' }, 'unreachable'],
      [200, { id_token: 'x.y.z' }, 'bad-token'],
    ] as const) {
      answer = { status, body }
      assert.equal(await codeOf(tried({})), code, JSON.stringify(body))
    }
    answer = null
  })

  test('is not begun where discovery is not safe', async () => {
    for (const bent of [
      { authorization_endpoint: 'http://evil.example/auth' },
      { issuer: 'https://evil.example' },
    ]) {
      metadata = bent
      const begun = await beginSignOn(provider, {
        redirectUri,
        random: randomBytes,
        nowMs: Date.now(),
        signal,
      })
      assert.equal(begun.ok || begun.code, 'unreachable')
    }
    metadata = {}
  })
})
