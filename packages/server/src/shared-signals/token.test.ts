import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ask, codeOf, ok, type Town, until } from '../http/fixtures.ts'
import { pollBy, push, SignalTown } from './fixtures.ts'

let s: SignalTown
let t: Town
let admin: string
before(async () => {
  s = await SignalTown.open()
  t = s.t
  admin = s.admin
})
after(() => s.stop())

describe('a transmitter of shared signals', () => {
  test('says where everything is, in absolute addresses, at the well-known place', async () => {
    const { issuer, ...said } = await s.discovered()
    assert.equal(issuer, t.site.url)
    assert.deepEqual(
      [said['spec_version'], said['default_subjects'], said['delivery_methods_supported']],
      ['1_0', 'ALL', [push, pollBy]],
    )
    assert.deepEqual(said['authorization_schemes'], [{ spec_urn: 'urn:ietf:rfc:6749' }])
    for (const name of Object.keys(said).filter(one => /_(uri|endpoint)$/.test(one)))
      assert.ok(String(said[name]).startsWith(`${issuer}/`), name)
    assert.equal((await fetch(`${t.site.url}/.well-known/ssf-configuration/elsewhere`)).status, 404)
  })

  test('publishes RSA keys of 2048 bits, the one that signs and its stand-by', async () => {
    const { keys } = await ok(t.site, 'GET', '/ssf/jwks')
    assert.equal(keys.length, 2)
    for (const { kty, alg, n, use } of keys) {
      assert.deepEqual([kty, alg, use], ['RSA', 'RS256', 'sig'])
      assert.equal(Buffer.from(n, 'base64url').length, 256)
    }
    assert.deepEqual((await ok(t.sites[1]!, 'GET', '/ssf/jwks')).keys, keys)
  })
})

describe('a receiver', () => {
  const form = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
    ask(t.site, 'POST', '/ssf/token', {
      raw: new URLSearchParams(fields).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    })
  const grant_type = 'client_credentials'

  test('gets a token for its id and secret, in the form or by Basic, for the scopes that it asks for', async () => {
    const secret = await s.enrolled('tokens')
    const inForm = await form({ grant_type, client_id: 'tokens', client_secret: secret, scope: 'ssf.read' })
    assert.equal(inForm.status, 200, inForm.text)
    const { access_token, token_type, expires_in, scope } = inForm.body
    assert.deepEqual([token_type, expires_in, scope], ['Bearer', 3_600, 'ssf.read'])
    const basic = Buffer.from(`tokens:${secret}`).toString('base64')
    const whole = await form({ grant_type }, { authorization: `Basic ${basic}` })
    assert.equal(whole.body.scope, 'ssf.read ssf.manage')

    await ok(t.site, 'GET', '/ssf/streams', { as: access_token })
    const refused = await ask(t.site, 'POST', '/ssf/streams', { as: access_token, body: {} })
    assert.deepEqual([refused.status, refused.body.code], [403, 'out-of-scope'])
    assert.match(refused.headers.get('www-authenticate') ?? '', /insufficient_scope.*ssf\.manage/)
    await s.create(whole.body.access_token)

    t.b.clock.nowMs += 3_600_000
    await until(
      () => ask(t.site, 'GET', '/ssf/streams', { as: access_token }),
      one => one.status === 401,
    )
    // The secret is a token as well, and does not end.
    await ok(t.site, 'GET', '/ssf/streams', { as: secret })
    // What was exchanged is no secret to exchange again.
    const again = await form({ grant_type, client_id: 'tokens', client_secret: whole.body.access_token })
    assert.deepEqual([again.status, again.body.error], [401, 'invalid_client'])
  })

  test('is refused a token in the words of OAuth', async () => {
    const secret = await s.enrolled('words')
    const [client_id, client_secret] = ['words', secret]
    const cases: [Record<string, string>, number, string][] = [
      [
        { grant_type, client_id, client_secret: `${secret.slice(0, -1)}${secret.endsWith('x') ? 'y' : 'x'}` },
        401,
        'invalid_client',
      ],
      [{ grant_type, client_id: 'another', client_secret }, 401, 'invalid_client'],
      [{ grant_type, client_id }, 401, 'invalid_client'],
      [{ client_id, client_secret }, 400, 'invalid_request'],
      [{ grant_type: 'password', client_id, client_secret }, 400, 'unsupported_grant_type'],
      [{ grant_type, client_id, client_secret, scope: 'ssf.read admin' }, 400, 'invalid_scope'],
    ]
    for (const [fields, status, error] of cases) {
      const answer = await form(fields)
      assert.deepEqual([answer.status, answer.body?.error], [status, error], answer.text)
      assert.ok(!answer.text.includes(secret))
    }
    const twice = await ask(t.site, 'POST', '/ssf/token', {
      raw: `grant_type=${grant_type}&grant_type=${grant_type}&client_id=words&client_secret=${secret}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    assert.equal(twice.body.error, 'invalid_request')
  })

  test('that gets another secret, or is removed, has nothing left that is good', async () => {
    const first = await s.enrolled('short')
    const stream = await s.create(first)
    const second = await s.enrolled('short', { anew: true })
    assert.equal(await codeOf(t.site, 'GET', '/ssf/streams', { as: first }), 'not-signed-in')
    await ok(t.site, 'GET', `/ssf/streams?stream_id=${stream.stream_id}`, { as: second })
    await ok(t.site, 'DELETE', '/receivers/short', { as: admin })
    for (const { url } of t.sites) {
      const answer = await fetch(`${url}/api/v1/ssf/streams`, {
        headers: { authorization: `Bearer ${second}` },
      })
      assert.equal(answer.status, 401)
    }
    assert.equal(
      (await t.site.plane.keep.all('signal-stream')).some(one => one.id === stream.stream_id),
      false,
    )
  })
})

test('nothing went wrong meanwhile, and no secret is in the record or the log', () => s.clean())
