// The server is written from the published contract of the HTTP API; what a real Prometheus 2.42 answers was compared with it.
import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, type TestContext, test } from 'node:test'
import { inspect } from 'node:util'
import { Secret } from '@rekey/core'
import { type PromFault, queryRange, type Ranged, type RangeQuery } from './prometheus.ts'

interface Heard {
  url: string
  headers: IncomingMessage['headers']
  form: URLSearchParams
}

async function prometheus(t: TestContext, answer: (heard: Heard, response: ServerResponse) => void) {
  const heard: Heard[] = []
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    const form = new URLSearchParams(Buffer.concat(parts).toString())
    const one = { url: `${request.method} ${request.url}`, headers: request.headers, form }
    heard.push(one)
    answer(one, response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(async () => {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, heard }
}

const t0 = 1_700_000_040_000
const secret = 'the-value-that-must-never-show'
const ask = (url: string, more: Partial<RangeQuery> = {}) =>
  queryRange({
    url,
    query: 'sum(up)',
    fromMs: t0,
    toMs: t0 + 120_000,
    stepMs: 60_000,
    signal: new AbortController().signal,
    headers: { authorization: new Secret(`Bearer ${secret}`) },
    ...more,
  })
const matrix = (result: unknown) => ({ status: 'success', data: { resultType: 'matrix', result } })
const send = (response: ServerResponse, body: unknown, status = 200) =>
  response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(typeof body === 'string' ? body : JSON.stringify(body))

function failed(ranged: Ranged, code: PromFault['code'], text: RegExp): void {
  assert.ok(!ranged.ok, 'it went well')
  assert.equal(ranged.code, code)
  assert.match(ranged.text, text)
  assert.ok(ranged.text.length < 260 && ranged.how.length > 0)
  assert.ok(!inspect(ranged).includes(secret), 'the secret stands in the fault')
}

test('a range is asked for in seconds, in the body, with the header that opens the door', async t => {
  const { url, heard } = await prometheus(t, (_, response) => send(response, matrix([])))
  assert.deepEqual(await ask(`${url}/prom/`), { ok: true, series: [] })
  const [one] = heard
  assert.equal(one?.url, 'POST /prom/api/v1/query_range')
  assert.equal(one?.headers.authorization, `Bearer ${secret}`)
  assert.deepEqual(Object.fromEntries(one!.form), {
    query: 'sum(up)',
    start: String(t0 / 1_000),
    end: String(t0 / 1_000 + 120),
    step: '60',
  })
})

test('a series is its labels and its points, whatever kind of number they are', async t => {
  const values = [
    [t0 / 1_000, '3'],
    [t0 / 1_000 + 0.123, '1e+06'],
    [t0 / 1_000 + 60, 'NaN'],
    [t0 / 1_000 + 120, '+Inf'],
    [t0 / 1_000 + 180, ''],
  ]
  const { url } = await prometheus(t, (_, response) =>
    send(response, { ...matrix([{ metric: { job: 'app' }, values }]), warnings: ['slow'] }),
  )
  assert.deepEqual(await ask(url), {
    ok: true,
    series: [
      {
        labels: { job: 'app' },
        points: [
          { atMs: t0, value: 3 },
          { atMs: t0 + 123, value: 1_000_000 },
          { atMs: t0 + 60_000, value: Number.NaN },
          { atMs: t0 + 120_000, value: Number.POSITIVE_INFINITY },
          { atMs: t0 + 180_000, value: Number.NaN },
        ],
      },
    ],
  })
})

describe('a fault is told apart, and never repeats the secret:', () => {
  const answers: [string, (response: ServerResponse) => void, PromFault['code'], RegExp][] = [
    [
      'a query that it does not understand',
      response =>
        send(response, { status: 'error', errorType: 'bad_data', error: `parse error near ${secret}` }, 400),
      'refused',
      /^it answered 400: parse error near \[secret\]$/,
    ],
    [
      'an error text without end',
      response => send(response, `<p>\u0007\n${'no '.repeat(1_000)}`, 503),
      'refused',
      /^it answered 503: <p> no no/,
    ],
    ['another door', response => response.writeHead(302, { location: '/login' }).end(), 'redirected', /302/],
    [
      'a login page',
      response => send(response, '<html>Please log in</html>'),
      'not-json',
      /<html>Please log in/,
    ],
    [
      'another kind of answer',
      response => send(response, { status: 'success', data: { resultType: 'scalar' } }),
      'not-a-matrix',
      /series/,
    ],
    ['JSON of another kind', response => send(response, 'null'), 'not-json', /null/],
    [
      'a series without values',
      response => send(response, matrix([{ metric: {}, histograms: [] }])),
      'not-a-matrix',
      /series/,
    ],
    ['a series that is null', response => send(response, matrix([null])), 'not-a-matrix', /series/],
    [
      'a point that is none',
      response => send(response, matrix([{ metric: {}, values: [[1]] }])),
      'not-a-matrix',
      /series/,
    ],
    ['a connection that breaks', response => response.destroy(), 'unreachable', /cannot be reached/],
  ]
  for (const [title, answer, code, text] of answers) {
    test(title, async t => {
      const { url, heard } = await prometheus(t, (_, response) => answer(response))
      failed(await ask(url), code, text)
      assert.equal(heard.length, 1)
    })
  }

  test('an answer that does not come', async t => {
    const { url } = await prometheus(t, () => {})
    failed(await ask(url, { timeoutMs: 50 }), 'timeout', /in time/)
  })

  test('an answer that begins and does not end', async t => {
    const { url } = await prometheus(t, (_, response) => response.writeHead(200).write('{'))
    failed(await ask(url, { timeoutMs: 50 }), 'timeout', /in time/)
  })

  test('a question that was withdrawn', async t => {
    const { url } = await prometheus(t, () => {})
    const asking = new AbortController()
    setTimeout(() => asking.abort(), 20)
    failed(await ask(url, { signal: asking.signal }), 'stopped', /withdrawn/)
  })

  test('an answer of more than 5 MB, of which no more is read', async t => {
    let written = 0
    const { url } = await prometheus(t, (_, response) => {
      const write = (): unknown => {
        while (!response.destroyed) {
          written += 65_536
          if (!response.write(' '.repeat(65_536))) return response.once('drain', write)
        }
        return undefined
      }
      response.writeHead(200)
      write()
    })
    failed(await ask(url), 'too-long', /more than/)
    assert.ok(written < 32 * 1_048_576, `${written} bytes were taken`)
  })

  test('nobody who listens', async () => {
    failed(await ask('http://127.0.0.1:1'), 'unreachable', /cannot be reached/)
  })

  test('a secret that no header can carry', async t => {
    const { url, heard } = await prometheus(t, (_, response) => send(response, matrix([])))
    const authorization = new Secret(`Bearer ${secret}\nx`)
    failed(await ask(url, { headers: { authorization } }), 'bad-header', /authorization/)
    assert.deepEqual(heard, [])
  })
})

test('an address with a user in it, of another protocol, or that is none, is refused unasked', async () => {
  const never = () => assert.fail('it was asked')
  for (const url of [
    'http://user:4711@127.0.0.1',
    'http://user@127.0.0.1',
    'file:///etc/hosts',
    'prometheus',
    '',
  ]) {
    const ranged = await ask(url, { fetch: never })
    failed(ranged, 'bad-address', /address/)
    assert.ok(!inspect(ranged).includes('4711'))
  }
})

test('a range that has too many points, or none, is refused unasked', async () => {
  const never = () => assert.fail('it was asked')
  for (const more of [{ stepMs: 0 }, { stepMs: 10 }, { toMs: t0 - 1 }, { stepMs: Number.NaN }]) {
    failed(await ask('http://127.0.0.1', { ...more, fetch: never }), 'bad-query', /points/)
  }
})
