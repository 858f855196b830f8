import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, describe, test } from 'node:test'
import { exportJWK, type JWK, SignJWT } from 'jose'
import { type Issuer, verifyIdentity } from './identity.ts'
import { type IssuerKeys, issuerKeys } from './issuer-keys.ts'

const begin = 1_790_000_000_000
const pair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })
const [first, second] = [pair(), pair()]
const listed = async (key: typeof first, kid: string): Promise<JWK> => ({
  ...(await exportJWK(key.publicKey)),
  kid,
})
const firstKey = await listed(first, 'first')
const secondKey = await listed(second, 'second')

type Answer = (request: IncomingMessage, response: ServerResponse) => void
let routes: Record<string, Answer> = {}
let asked: string[] = []
const server = createServer((request, response) => {
  asked.push(request.url ?? '')
  const answer = routes[request.url ?? '']
  if (answer === undefined) response.writeHead(404).end('{}')
  else answer(request, response)
})
let base = ''

const json =
  (value: unknown): Answer =>
  (_request, response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value))
const to =
  (location: string): Answer =>
  (_request, response) =>
    response.writeHead(302, { location }).end()
const config = '/.well-known/openid-configuration'

let keys: IssuerKeys
let issuer: Issuer

async function answerAt(ms: number, kid = 'first', more: Partial<Issuer> & { signal?: AbortSignal } = {}) {
  const nowMs = begin + ms
  const token = await new SignJWT({})
    .setProtectedHeader({ alg: 'ES256', kid })
    .setIssuer(more.issuer ?? issuer.issuer)
    .setSubject('me')
    .setAudience('rekey')
    .setIssuedAt(nowMs / 1_000)
    .setExpirationTime(nowMs / 1_000 + 60)
    .sign((kid === 'second' ? second : first).privateKey)
  const { signal = new AbortController().signal, ...change } = more
  return verifyIdentity([{ ...issuer, ...change }], token, { nowMs, signal, keys })
}
async function codeAt(...args: Parameters<typeof answerAt>): Promise<string> {
  const answer = await answerAt(...args)
  return answer.ok ? 'ok' : answer.code
}
async function textAt(...args: Parameters<typeof answerAt>): Promise<string> {
  const answer = await answerAt(...args)
  return answer.ok ? 'ok' : answer.text
}

describe('an issuer', () => {
  before(async () => {
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  after(() => void server.close())
  beforeEach(() => {
    keys = issuerKeys()
    asked = []
    issuer = { id: 'ci', kind: 'oidc', issuer: base, audience: 'rekey' }
    routes = {
      [config]: json({ issuer: base, jwks_uri: `${base}/keys` }),
      '/keys': json({ keys: [firstKey] }),
    }
  })

  describe('keys of an issuer', () => {
    test('are found by discovery, and fetched once for many tokens', async () => {
      for (let ms = 0; ms < 50_000; ms += 10_000) assert.equal(await codeAt(ms), 'ok')
      assert.deepEqual(asked, [config, '/keys'])
    })

    test('are fetched once for those who ask at the same time', async () => {
      const codes = await Promise.all(Array.from({ length: 20 }, () => codeAt(0)))
      assert.deepEqual(new Set(codes), new Set(['ok']))
      assert.deepEqual(asked, [config, '/keys'])
    })

    test('are taken from a known address without discovery', async () => {
      assert.equal(await codeAt(0, 'first', { issuer: 'https://ci.example', jwksUrl: `${base}/keys` }), 'ok')
      assert.deepEqual(asked, ['/keys'])
    })

    test('are fetched anew for an unknown key id, at most once a minute', async () => {
      assert.equal(await codeAt(0), 'ok')
      routes['/keys'] = json({ keys: [firstKey, secondKey] })
      assert.equal(await codeAt(30_000, 'second'), 'unknown-key')
      assert.equal(asked.length, 2)
      assert.equal(await codeAt(60_000, 'second'), 'ok')
      assert.equal(asked.length, 4)
      for (let i = 0; i < 10; i++) assert.equal(await codeAt(61_000 + i, 'third'), 'unknown-key')
      assert.equal(asked.length, 4)
    })

    test('that were withdrawn stop counting after five minutes', async () => {
      assert.equal(await codeAt(0), 'ok')
      routes['/keys'] = json({ keys: [secondKey] })
      assert.equal(await codeAt(299_000), 'ok')
      assert.equal(await codeAt(300_000), 'unknown-key')
    })

    test('count while their issuer is away, for an hour', async () => {
      assert.equal(await codeAt(0), 'ok')
      routes = {}
      assert.equal(await codeAt(400_000), 'ok')
      assert.equal(await codeAt(3_599_000), 'ok')
      assert.equal(await codeAt(3_600_000), 'unreachable')
      // And after the pause it is asked again.
      routes = {
        [config]: json({ issuer: base, jwks_uri: `${base}/keys` }),
        '/keys': json({ keys: [firstKey] }),
      }
      assert.equal(await codeAt(3_700_000), 'ok')
    })

    test('that could not be fetched are not asked for at every token', async () => {
      routes = {}
      for (let i = 0; i < 10; i++) assert.equal(await codeAt(i), 'unreachable')
      assert.deepEqual(asked, [config])
      assert.equal(await codeAt(5_000), 'unreachable')
      assert.deepEqual(asked, [config, config])
    })

    test('of two issuers are never mixed up', async () => {
      assert.equal(await codeAt(0, 'first', { issuer: 'https://a.example', jwksUrl: `${base}/keys` }), 'ok')
      routes['/others'] = json({ keys: [secondKey] })
      const other = { issuer: 'https://b.example', jwksUrl: `${base}/others` }
      assert.equal(await codeAt(0, 'first', other), 'unknown-key')
      const moved = { issuer: 'https://a.example', jwksUrl: `${base}/others` }
      assert.equal(await codeAt(0, 'second', moved), 'ok')
    })
  })

  describe('discovery', () => {
    test('is believed only where the issuer names itself exactly', async () => {
      for (const name of [`${base}/`, 'https://other.example', undefined]) {
        keys = issuerKeys()
        routes[config] = json({ issuer: name, jwks_uri: `${base}/keys` })
        assert.match(await textAt(0), /another issuer/)
      }
      assert.ok(!asked.includes('/keys'))
    })

    test('has the path of an issuer before its own', async () => {
      routes[`/tenant${config}`] = json({ issuer: `${base}/tenant/`, jwks_uri: `${base}/keys` })
      assert.equal(await codeAt(0, 'first', { issuer: `${base}/tenant/` }), 'ok')
    })

    test('follows its own origin and nobody else’s', async () => {
      routes[config] = to('/moved')
      routes['/moved'] = json({ issuer: base, jwks_uri: `${base}/keys` })
      assert.equal(await codeAt(0), 'ok')
      for (const place of [
        'http://localhost:1/x',
        'https://evil.example/',
        'file:///etc/passwd',
        '//evil.example',
        'http://[',
      ]) {
        keys = issuerKeys()
        routes[config] = to(place)
        assert.match(await textAt(0), /sends us on/, place)
      }
      keys = issuerKeys()
      routes[config] = to(config)
      assert.match(await textAt(0), /in circles/)
    })

    test('with an address that is not safe gives no keys', async () => {
      for (const uri of [
        'http://keys.example/',
        'ftp://x.example',
        'https://u:p@x.example/',
        'keys',
        undefined,
        7,
      ]) {
        keys = issuerKeys()
        routes[config] = json({ issuer: base, jwks_uri: uri })
        assert.match(await textAt(0), /no safe jwks_uri/, String(uri))
      }
    })

    test('is not asked of an issuer whose address anybody on the way could answer for', async () => {
      for (const name of [
        'http://ci.example',
        'ci.example',
        'https://u:p@ci.example',
        'https://ci.example/?a=1',
      ])
        assert.equal(await codeAt(0, 'first', { issuer: name }), 'unreachable', name)
      assert.deepEqual(asked, [])
    })

    test('of an issuer elsewhere is not sent to this machine', async () => {
      const issuer = 'https://ci.example'
      const seen: string[] = []
      const fetch = async (url: Parameters<typeof globalThis.fetch>[0]) => {
        seen.push(String(url))
        return Response.json({ issuer, jwks_uri: `${base}/keys` })
      }
      const found = await keys.find(
        { id: 'x', kind: 'oidc', issuer, audience: 'rekey' },
        { alg: 'ES256', kid: 'first' },
        { nowMs: begin, fetch, signal: new AbortController().signal },
      )
      assert.equal(found.ok, false)
      assert.deepEqual(seen, [`${issuer}${config}`])
    })

    test('is not there for SPIFFE, which says so', async () => {
      const mesh: Issuer = { id: 'mesh', kind: 'spiffe', issuer: 'spiffe://td', audience: 'rekey' }
      const at = { nowMs: begin, fetch, signal: new AbortController().signal }
      const found = await keys.find(mesh, { alg: 'ES256', kid: 'first' }, at)
      assert.ok(!found.ok)
      assert.match(found.why, /neither jwks nor jwksUrl/)
    })
  })

  describe('an answer that is not what it should be', () => {
    test('is told of in words', async () => {
      for (const [answer, words] of [
        [(_q: IncomingMessage, r: ServerResponse) => void r.end('<html>'), /no JSON object/],
        [(_q: IncomingMessage, r: ServerResponse) => void r.end('[]'), /no JSON object/],
        [
          (_q: IncomingMessage, r: ServerResponse) => void r.end(`"${'x'.repeat(70_000)}"`),
          /more than 65536 bytes/,
        ],
        [
          (_q: IncomingMessage, r: ServerResponse) => void r.writeHead(500).end('{"keys":[]}'),
          /answered 500/,
        ],
        [(_q: IncomingMessage, r: ServerResponse) => void r.destroy(), /cannot be reached/],
        [json({ keys: 'none' }), /without a list of keys/],
      ] as const) {
        keys = issuerKeys()
        routes['/keys'] = answer
        assert.match(await textAt(0), words)
      }
    })

    test('that never comes keeps nobody who gives up', async () => {
      routes['/keys'] = () => undefined
      const began = performance.now()
      assert.equal(await codeAt(0, 'first', { signal: AbortSignal.timeout(50) }), 'unreachable')
      assert.ok(performance.now() - began < 2_000)
      server.closeAllConnections()
    })
  })
})
