import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { type TestContext, test } from 'node:test'
import { type Ask, retryAfterMs, send } from './client.ts'
import { type Answering, answerJson, listening } from './fixtures.ts'

const forever = () => new AbortController().signal

async function vendor(t: TestContext, answer: Answering) {
  const server = await listening(answer)
  t.after(() => server.close())
  const ask = (more: Partial<Ask> = {}): Ask => ({
    method: 'GET',
    url: new URL(`${server.baseUrl}/keys?after=1`),
    headers: { authorization: 'Bearer the-value' },
    body: undefined,
    repeatable: false,
    ...more,
  })
  return { ...server, ask }
}

/** Fails with that code, in a text that repeats neither the secret nor the address. */
async function fails(call: Promise<unknown>, code: string, text: RegExp) {
  await assert.rejects(call, (error: Error & { code: string }) => {
    assert.equal(error.code, code, error.message)
    assert.match(error.message, text)
    assert.doesNotMatch(`${error.message} ${error.stack} ${error.cause}`, /the-value|after=1/)
    return true
  })
}

test('an answer is its status and its JSON; an empty one is an answer as well', async t => {
  const { ask, heard } = await vendor(t, ({ method }, response) =>
    method === 'GET' ? answerJson(response, { a: 1 }) : response.writeHead(204).end(),
  )
  assert.deepEqual(await send(ask(), 'Acme', forever()), {
    status: 200,
    body: { a: 1 },
    isReadable: true,
    next: null,
  })
  const empty = await send(ask({ method: 'DELETE' }), 'Acme', forever())
  assert.deepEqual(empty, { status: 204, body: null, isReadable: true, next: null })
  assert.equal(heard[0]?.headers.authorization, 'Bearer the-value')
})

test('a redirect is refused, and where it leads hears nothing', async t => {
  const other = await vendor(t, (_, response) => answerJson(response, {}))
  for (const status of [301, 302, 303, 307, 308]) {
    const { ask } = await vendor(t, (_, response) => {
      response.writeHead(status, { location: `${other.baseUrl}/stolen` }).end()
    })
    await fails(
      send(ask(), 'Acme at api', forever()),
      'rejected',
      /Acme at api sends us on to another address/,
    )
  }
  assert.deepEqual(other.heard, [])
})

test('an answer that is too long is cut off, whether it ends or not', async t => {
  let written = 0
  const endless = (response: ServerResponse) => {
    const write = () => {
      while (!response.destroyed) {
        written += 65_536
        if (!response.write(' '.repeat(65_536))) return response.once('drain', write)
      }
      return undefined
    }
    response.writeHead(200, { 'content-type': 'application/json' })
    write()
  }
  const { ask } = await vendor(t, (_, response) => endless(response))
  await fails(send(ask(), 'Acme', forever()), 'unexpected', /more than 1048576 bytes/)
  assert.ok(written < 32 * 1_048_576, `${written} bytes were taken`)
  const huge = await vendor(t, (_, response) => answerJson(response, 'x'.repeat(2_000_000)))
  await fails(send(huge.ask(), 'Acme', forever()), 'unexpected', /more than 1048576 bytes/)
})

test('a vendor that does not answer, or stops half-way, is left when the time is over', async t => {
  const silent = await vendor(t, () => undefined)
  await fails(send(silent.ask(), 'Acme', AbortSignal.timeout(100)), 'timeout', /Acme did not answer in time/)
  const slow = await vendor(t, (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.write('{"keys":')
  })
  await fails(send(slow.ask(), 'Acme', AbortSignal.timeout(100)), 'timeout', /Acme did not answer in time/)
})

test('whatever is no JSON is no answer, and with a bad status none that could be read', async t => {
  const page = await vendor(t, (_, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<html>the-value</html>')
  })
  await fails(send(page.ask(), 'Acme', forever()), 'unexpected', /200 with text\/html that is not JSON/)
  const broken = await vendor(t, (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"keys": [')
  })
  await fails(send(broken.ask(), 'Acme', forever()), 'unexpected', /application\/json that is not JSON/)
  const gateway = await vendor(t, (_, response) => {
    response.writeHead(401, { 'content-type': 'text/html' }).end('<html>')
  })
  const answer = await send(gateway.ask(), 'Acme', forever())
  assert.deepEqual([answer.status, answer.isReadable], [401, false])
})

test('turned away for asking too much, it waits as long as it is told and asks again, a POST as well', async t => {
  let times = 0
  const { ask } = await vendor(t, (_, response) =>
    ++times < 3 ? answerJson(response, {}, 429, { 'retry-after': '0' }) : answerJson(response, { id: 1 }),
  )
  const answer = await send(ask({ method: 'POST', body: { name: 'a' } }), 'Acme', forever())
  assert.deepEqual([answer.status, times], [200, 3])
})

test('a wait that is longer than a call is not waited, and patience has an end', async t => {
  const long = await vendor(t, (_, response) => answerJson(response, {}, 429, { 'retry-after': '3600' }))
  await fails(send(long.ask(), 'Acme', forever()), 'rate-limited', /wait 3600 s/)
  assert.equal(long.heard.length, 1)
  const always = await vendor(t, (_, response) => answerJson(response, {}, 429, { 'retry-after': '0' }))
  await fails(send(always.ask(), 'Acme', forever()), 'rate-limited', /fewer requests/)
  assert.equal(always.heard.length, 4)
})

test('the time for the call ends a wait', async t => {
  const { ask } = await vendor(t, (_, response) => answerJson(response, {}, 429, { 'retry-after': '9' }))
  await fails(send(ask(), 'Acme', AbortSignal.timeout(100)), 'timeout', /let us wait/)
})

test('a failing vendor is asked again for what may be asked twice, and for nothing else', async t => {
  const counted = async (more: Partial<Ask>) => {
    let times = 0
    const { ask } = await vendor(t, (_, response) => answerJson(response, {}, ++times < 3 ? 503 : 200))
    return { status: (await send(ask(more), 'Acme', forever())).status, times }
  }
  assert.deepEqual(await counted({}), { status: 200, times: 3 })
  assert.deepEqual(await counted({ method: 'DELETE', repeatable: true }), { status: 200, times: 3 })
  assert.deepEqual(await counted({ method: 'POST' }), { status: 503, times: 1 })
})

test('a connection that breaks after the effect is told, and nothing is sent a second time', async t => {
  const { ask, heard } = await vendor(t, (_, response) => response.destroy())
  await fails(send(ask({ method: 'POST', body: {} }), 'Acme', forever()), 'unreachable', /Acme/)
  assert.equal(heard.length, 1)
})

test('a header that cannot carry what it should is refused in words that do not repeat it', async t => {
  const { ask, heard } = await vendor(t, (_, response) => answerJson(response, {}))
  const headers = { authorization: 'Bearer the-value\nx-more: 1' }
  await fails(send(ask({ headers }), 'Acme', forever()), 'rejected', /the header authorization cannot carry/)
  assert.deepEqual(heard, [])
})

test('the next page is what the link header names, among others', async t => {
  const link = '<http://a.example/1>; rel="prev", <http://a.example/3?x=1>; rel="next"'
  const { ask } = await vendor(t, (_, response) => answerJson(response, [], 200, { link }))
  assert.equal((await send(ask(), 'Acme', forever())).next, 'http://a.example/3?x=1')
})

test('a wait is told in seconds or as a date, or not at all', () => {
  assert.equal(retryAfterMs('3'), 3_000)
  assert.equal(retryAfterMs(null), null)
  assert.equal(retryAfterMs('soon'), null)
  assert.equal(retryAfterMs('Thu, 01 Jan 1970 00:00:00 GMT'), 0)
  const later = retryAfterMs(new Date(Date.now() + 60_000).toUTCString())
  assert.ok(later !== null && later > 50_000 && later <= 60_000)
})
