import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import fastify, { type FastifyInstance } from 'fastify'
import { dashboardRoutes, encodingFor } from './dashboard.ts'

const index = '<!doctype html><script type="module" src="./assets/index-a1b2.js"></script>'
const script = `console.log('${'the same again, '.repeat(200)}')`
const font = Buffer.from([0, 1, 2, 255, 254])

let folder = ''
let server: FastifyInstance
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'rekey-dashboard-'))
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), index)
  writeFileSync(join(folder, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
  writeFileSync(join(folder, 'assets', 'index-a1b2.js'), script)
  writeFileSync(join(folder, 'assets', 'index-a1b2.js.map'), '{}')
  writeFileSync(join(folder, 'assets', 'style-c3.css'), 'body{margin:0}')
  writeFileSync(join(folder, 'assets', 'text-d4.woff2'), font)
  server = fastify({ exposeHeadRoutes: false })
  assert.equal(dashboardRoutes(server, folder), true)
})
after(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

type Method = 'GET' | 'HEAD'
const ask = (url: string, headers: Record<string, string> = {}, method: Method = 'GET') =>
  server.inject({ method, url, headers })

describe('the dashboard', () => {
  test('is a page that is asked for anew each time, and may load and send nothing but our own', async () => {
    const { statusCode, headers, body } = await ask('/')
    assert.deepEqual([statusCode, body], [200, index])
    assert.equal(headers['content-type'], 'text/html; charset=utf-8')
    assert.equal(headers['cache-control'], 'no-cache')
    assert.equal(
      headers['content-security-policy'],
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    )
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.equal(headers['referrer-policy'], 'no-referrer')
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin')
    const permissions = String(headers['permissions-policy'])
    assert.match(permissions, /camera=\(\)/)
    assert.match(permissions, /publickey-credentials-get=\(self\), publickey-credentials-create=\(self\)/)
  })

  test('has files whose names say what is in them: they are kept for good, each of its own type', async () => {
    const typeOf = async (url: string) => {
      const { statusCode, headers } = await ask(url)
      assert.equal(statusCode, 200, url)
      return [headers['content-type'], headers['cache-control']]
    }
    const forGood = 'public, max-age=31536000, immutable'
    assert.deepEqual(await typeOf('/assets/index-a1b2.js'), ['text/javascript; charset=utf-8', forGood])
    assert.deepEqual(await typeOf('/assets/style-c3.css'), ['text/css; charset=utf-8', forGood])
    assert.deepEqual(await typeOf('/assets/text-d4.woff2'), ['font/woff2', forGood])
    assert.deepEqual(await typeOf('/favicon.svg'), ['image/svg+xml', 'no-cache'])
  })

  test('is packed as whoever asks can read it, and what is small already is not', async () => {
    const packedAs = async (accepted: string) => {
      const answer = await ask('/assets/index-a1b2.js', { 'accept-encoding': accepted })
      assert.equal(answer.headers['content-length'], String(answer.rawPayload.length))
      assert.equal(answer.headers['vary'], 'accept-encoding')
      return { encoding: answer.headers['content-encoding'], bytes: answer.rawPayload }
    }
    const br = await packedAs('gzip, deflate, br')
    assert.equal(br.encoding, 'br')
    assert.equal(brotliDecompressSync(br.bytes).toString(), script)
    const gzip = await packedAs('gzip')
    assert.equal(gzip.encoding, 'gzip')
    assert.equal(gunzipSync(gzip.bytes).toString(), script)
    assert.ok(br.bytes.length < script.length && gzip.bytes.length < script.length)
    const plain = await packedAs('identity')
    assert.deepEqual([plain.encoding, plain.bytes.toString()], [undefined, script])
    const { headers, rawPayload } = await ask('/assets/text-d4.woff2', { 'accept-encoding': 'br' })
    assert.deepEqual([headers['content-encoding'], headers['vary'], rawPayload], [undefined, undefined, font])
  })

  test('is not sent again to whoever has it, however it was packed', async () => {
    for (const [first, then] of [
      ['br', 'br'],
      ['br', 'identity'],
      ['identity', 'gzip'],
    ] as const) {
      const etag = String((await ask('/', { 'accept-encoding': first })).headers['etag'])
      const again = await ask('/', { 'accept-encoding': then, 'if-none-match': `"other", W/${etag}` })
      assert.deepEqual([again.statusCode, again.body], [304, ''])
      assert.ok(again.headers['etag'] && again.headers['content-security-policy'])
    }
    assert.equal((await ask('/', { 'if-none-match': '"another"' })).statusCode, 200)
    assert.equal((await ask('/', { 'if-none-match': '*' })).statusCode, 304)
    const tags = await Promise.all(
      ['br', 'gzip', 'identity'].map(one => ask('/', { 'accept-encoding': one })),
    )
    assert.equal(new Set(tags.map(one => one.headers['etag'])).size, 3)
  })

  test('says of a file what it is without sending it', async () => {
    const { statusCode, headers, rawPayload } = await ask('/', { 'accept-encoding': 'identity' }, 'HEAD')
    assert.deepEqual([statusCode, rawPayload.length], [200, 0])
    assert.deepEqual(
      [headers['content-length'], headers['content-type']],
      [String(index.length), 'text/html; charset=utf-8'],
    )
  })

  test('has nothing but the files of its folder, as they were at the start', async () => {
    writeFileSync(join(folder, 'assets', 'later.js'), '1')
    for (const url of [
      '/assets/later.js',
      '/assets/index-a1b2.js.map',
      '/assets/../index.html',
      '/assets/%2e%2e/index.html',
      '/..%2f..%2fetc/passwd',
      '/assets/',
      '/index.html',
    ])
      assert.equal((await ask(url)).statusCode, 404, url)
  })

  test('takes the link of an older start along: a browser keeps what stands behind its #', async () => {
    const { statusCode, headers } = await ask('/setup')
    assert.deepEqual([statusCode, headers['location']], [302, './'])
  })
})

test('a dashboard that was not built says how to build it, and loads nothing', async () => {
  const bare = fastify({ exposeHeadRoutes: false })
  assert.equal(dashboardRoutes(bare, join(folder, 'nowhere')), false)
  const { statusCode, headers, body } = await bare.inject({ url: '/' })
  assert.equal(statusCode, 503)
  assert.match(body, /npm run build:web/)
  assert.equal(headers['cache-control'], 'no-store')
  assert.match(String(headers['content-security-policy']), /^default-src 'none'; style-src 'unsafe-inline';/)
  assert.doesNotMatch(body, /<(script|img|link|iframe)\b|\bsrc=/)
  assert.equal((await bare.inject({ url: '/assets/x.js' })).statusCode, 404)
  await bare.close()
})

test('what is refused is not sent, and what is liked best of what we have is', () => {
  assert.equal(encodingFor(undefined), 'identity')
  assert.equal(encodingFor('deflate'), 'identity')
  assert.equal(encodingFor('GZIP;q=0.5'), 'gzip')
  assert.equal(encodingFor('br;q=0, gzip'), 'gzip')
  assert.equal(encodingFor('br;q=0, *;q=0.1'), 'gzip')
  assert.equal(encodingFor('*'), 'br')
  assert.equal(encodingFor('*;q=0'), 'identity')
  assert.equal(encodingFor('gzip;q=x, br;q=nonsense'), 'identity')
})
