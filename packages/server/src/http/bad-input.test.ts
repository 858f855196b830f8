import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { agentOn, ask, ok, orders, signedInAs, type Town, town } from './fixtures.ts'

let w: Town
let admin = ''
before(async () => {
  w = await town()
  admin = await signedInAs(w.site, 'alice', { '*': 'admin' })
})
after(() => w.stop())

const register = (raw: string | Buffer, headers = {}) =>
  ask(w.site, 'POST', '/credentials', { as: admin, raw, headers })
const withName = (name: string) =>
  `{"id":"bad","credential":${JSON.stringify(orders).replace('"Orders"', name)}}`

describe('a body', () => {
  test('that is no JSON is refused, and nothing of it is repeated', async () => {
    for (const raw of [
      '{',
      'a-secret-that-was-pasted',
      '{"id":"a-secret-that-was-pasted"',
      '\u{feff}{}',
      "{'a':1}",
    ]) {
      const { status, body, text } = await register(raw)
      assert.deepEqual([status, body.code], [400, 'malformed-json'], raw)
      assert.ok(!text.includes('a-secret-that-was-pasted'))
    }
  })

  test('with NUL, half a character or a name that every object has, however it is written, is refused', async () => {
    const names = ['"\\u0000"', '"a\\u0000b"', '"\\ud800"', '"\\udc00\\ud800"', '"\0"', '"\\uD83D"']
    for (const name of names) assert.equal((await register(withName(name))).body.code, 'malformed-json', name)
    for (const field of ['__proto__', '\\u005f_proto__', '__pro\\u0074o__', 'a\\u0000', '\\ud800'])
      for (const raw of [`{"${field}":{"isAdmin":true}}`, withName(`"x","settings":{"${field}":1}`)])
        assert.equal((await register(raw)).body.code, 'malformed-json', raw)
    assert.equal((await register(withName('"\\ud83d\\ude00 constructor"'))).status, 201)
  })

  test('that is no UTF-8 is refused rather than mended: a password must not change on its way', async () => {
    for (const bytes of [
      [0xff],
      [0xc3],
      [0xe4],
      [0xed, 0xa0, 0x80],
      [0xc0, 0x80],
      [0xf4, 0x90, 0x80, 0x80],
    ]) {
      const [head, tail] = withName('"?"').split('?') as [string, string]
      const raw = Buffer.concat([Buffer.from(head), Buffer.from(bytes), Buffer.from(tail)])
      assert.equal((await register(raw)).body.code, 'malformed-json', bytes.join())
    }
  })

  test('that is nested beyond reason is refused, wherever it may be anything', async () => {
    for (const depth of [65, 5_000, 100_000]) {
      for (const [open, close] of [
        ['[', ']'],
        ['{"a":', '}'],
      ] as const) {
        const deep = `${open.repeat(depth)}1${close.repeat(depth)}`
        if (deep.length > 250_000) continue
        const { status, body, text } = await register(withName(`"x","settings":{"deep":${deep}}`))
        assert.deepEqual(
          [status, body?.code],
          [400, 'malformed-json'],
          `${depth} ${open}: ${text.slice(0, 200)}`,
        )
      }
    }
    const brackets = '[{'.repeat(500)
    const { status, text } = await register(withName(`"${brackets.slice(0, 200)} \\" ${'['.repeat(90)}"`))
    assert.notEqual(status, 500, text)
    assert.ok(!text.includes('malformed'), 'brackets in a text are no nesting')
  })

  test('of another kind than JSON is refused by its kind', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/jsonp',
      'multipart/form-data',
      'x',
    ])
      assert.equal((await register(withName('"x"'), { 'content-type': type })).body.code, 'wrong-media', type)
    const wide = { 'content-type': 'APPLICATION/JSON; charset=utf-8' }
    assert.equal((await register(withName('"x"').replace('"bad"', '"wide"'), wide)).status, 201)
  })

  test('that is too large is refused as such, at the limit of its route', async () => {
    const { status, body } = await register(withName(`"${'x'.repeat(300_000)}"`))
    assert.deepEqual([status, body.code], [413, 'too-large'])
  })

  test('with too much of a thing is refused with what is wrong, of which twenty are named', async () => {
    const consumers = Array.from({ length: 900 }, (_, n) => ({ id: `C${n}`, name: '', behaviour: 'none' }))
    const { status, body, text } = await register(JSON.stringify({ id: 'x', credential: orders, consumers }))
    assert.deepEqual([status, body.code], [400, 'invalid-request'])
    assert.equal(body.faults.length, 20)
    assert.ok(text.length < 10_000)
    const many = Array.from({ length: 1_001 }, (_, n) => ({
      id: `c${n}`,
      name: 'c',
      behaviour: 'background-job',
    }))
    assert.equal(
      (await register(JSON.stringify({ id: 'x', credential: orders, consumers: many }))).status,
      400,
    )
  })

  test('with a field that nobody knows is refused, and neither its name nor what is in it is repeated', async () => {
    const odd = { id: 'x', credential: { ...orders, 'pasted-secret-name': 'pasted-secret' } }
    const { status, text } = await register(JSON.stringify(odd))
    assert.equal(status, 400)
    assert.ok(!text.includes('pasted-secret'), text)
  })
})

describe('an address', () => {
  test('with NUL is refused, wherever it stands', async () => {
    for (const path of [
      '/credentials/a%00b',
      '/credentials?after=%00',
      '/credentials?x=%00',
      '/events?type=a%00',
    ])
      assert.equal((await ask(w.site, 'GET', path, { as: admin })).body.code, 'invalid-request', path)
  })

  test('says a number as one, and says it once', async () => {
    for (const query of [
      'limit=0',
      'limit=501',
      'limit=1.5',
      'limit=1e2',
      'limit=0x10',
      'limit=',
      'limit=1&limit=2',
      'limit=%201',
    ])
      assert.equal((await ask(w.site, 'GET', `/credentials?${query}`, { as: admin })).status, 400, query)
    await ok(w.site, 'GET', '/credentials?limit=1&unknown=1&__proto__=1&constructor=2&toString=3', {
      as: admin,
    })
  })

  test('names what every object has, and finds nothing', async () => {
    for (const id of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '..', '%2e%2e%2f', 'a/b']) {
      const path = `/credentials/${encodeURIComponent(id)}`
      assert.equal((await ask(w.site, 'GET', path, { as: admin })).status, 404, id)
      assert.equal(
        (await ask(w.site, 'GET', `/agents/${encodeURIComponent(id)}`, { as: admin })).status,
        404,
        id,
      )
    }
  })
})

test('an environment may be called as what every object has, and has no rights by that', async () => {
  const carl = await signedInAs(w.site, 'carl', { production: 'viewer' })
  const body = { id: 'odd', credential: { ...orders, environment: 'constructor' } }
  await ok(w.site, 'POST', '/credentials', { as: admin, body }, 201)
  await ok(w.site, 'GET', '/credentials/odd', { as: carl }, 404)
  await ok(w.site, 'PUT', '/settings', { as: admin, body: { twoPerson: { production: ['override'] } } })
  await ok(w.site, 'POST', '/credentials/odd/plan', { as: admin, body: {} })
})

test('what shows who asks may be anything, and is never more than not known', async () => {
  const texts = fc.oneof(
    fc.string({ maxLength: 60 }),
    fc.constantFrom(
      'Bearer',
      'Bearer ',
      'Rekey',
      'Rekey x.y.z',
      'Basic YTpi',
      'rekey rka1..',
      'Bearer rekey_pat_x',
    ),
    fc
      .tuple(fc.constantFrom('Bearer ', 'Rekey '), fc.base64String({ maxLength: 90 }))
      .map(parts => parts.join('')),
  )
  await fc.assert(
    fc.asyncProperty(texts, fc.string({ maxLength: 60 }), async (authorization, proof) => {
      w.b.clock.nowMs += 1_000
      const clean = (text: string) => text.replaceAll(/[^\x20-\x7e]/g, '?').trim()
      const headers = {
        authorization: clean(authorization),
        'rekey-proof': clean(proof),
        cookie: clean(proof),
      }
      for (const path of ['/session', '/agent/credentials']) {
        const { status } = await ask(w.site, 'GET', path, { headers })
        assert.equal(status, 401)
      }
    }),
    { numRuns: 60 },
  )
})

test('a batch of an agent may be large, and one that is deep or strange is refused at once', async () => {
  const robot = await agentOn(w.site, admin, 'robot', [{ credential: w.b.credential, consumer: 'web' }])
  const send = (raw: string) => ask(w.site, 'POST', '/agent/observations', { as: robot, raw })
  const batch = (statements: string, id: string) =>
    `{"batch":"${id}-batch","instance":"i","statements":${statements}}`
  const one = {
    credential: w.b.credential,
    consumer: 'web',
    version: 1,
    says: 'present',
    atMs: w.b.clock.nowMs,
  }
  const many = await send(batch(JSON.stringify(Array(10_000).fill(one)), 'large'))
  assert.deepEqual([many.status, many.body.folded], [200, 10_000])
  const cases = [
    JSON.stringify(Array(10_001).fill(one)),
    `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
    JSON.stringify([{ ...one, atMs: '1' }]),
    JSON.stringify([{ ...one, says: 'counted' }]),
    '[{"atMs":1e999}]',
    '{"length":3}',
    'null',
  ]
  for (const [at, statements] of cases.entries()) {
    const { status } = await send(batch(statements, `case-${at}`))
    assert.equal(status, 400, statements.slice(0, 80))
  }
  for (const atMs of [-1, 1e300, 8.64e15 + 1, 0.5]) {
    const { status, body } = await send(batch(JSON.stringify([{ ...one, atMs }]), `time${Math.random()}`))
    assert.deepEqual([status, body?.refusedCount], [200, 1], `${atMs}`)
  }
})

test('what is no HTTP gets an answer or an end, and the next one is served', async () => {
  const { hostname, port } = new URL(w.site.url)
  for (const text of [
    '\0\0\0\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
    'GET /livez HTTP/1.1\r\nhost: x\r\nrekey-proof: a\0b\r\n\r\n',
    `GET /${'a'.repeat(40_000)} HTTP/1.1\r\n\r\n`,
    'POST /api/v1/session HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
  ]) {
    const heard = await new Promise<string>(resolve => {
      const socket = connect(Number(port), hostname, () => socket.end(text))
      let seen = ''
      socket.on('data', part => {
        seen += part
      })
      socket.on('error', () => undefined)
      socket.on('close', () => resolve(seen))
    })
    assert.match(heard, /^(HTTP\/1\.1 4\d\d |$)/)
  }
  await ok(w.site, 'GET', '/setup')
  assert.deepEqual(w.b.trouble, [])
})
