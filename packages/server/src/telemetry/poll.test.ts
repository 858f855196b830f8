import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { describe, type TestContext, test } from 'node:test'
import { inspect } from 'node:util'
import { hourMs, minuteMs, Secret } from '@rekey/core'
import { callAs } from '../api/fixtures.ts'
import { until } from '../http/fixtures.ts'
import { admin, type Doors, doors, type Heard, receiver, toldOf } from '../intake/fixtures.ts'
import { askedUpTo, queryFor, startPolls } from './poll.ts'

const secret = 'the-token-that-must-never-show'
const queries = { errors: 'errors{who="$consumer"}', uses: 'uses{who="$consumer"}' }

interface Question {
  query: string
  start: number
  end: number
}

const questionOf = ({ body }: Heard): Question => {
  const form = new URLSearchParams(body.toString())
  return { query: form.get('query')!, start: Number(form.get('start')), end: Number(form.get('end')) }
}

/** Ten uses a minute, one of them refused. */
function counted(heard: Heard, response: ServerResponse): void {
  const { query, start, end } = questionOf(heard)
  const values: [number, string][] = []
  for (let at = start; at <= end; at += 60) values.push([at, query.startsWith('uses') ? '10' : '1'])
  const data = { resultType: 'matrix', result: [{ metric: {}, values }] }
  response.end(JSON.stringify({ status: 'success', data }))
}

async function metrics(t: TestContext, answer = counted, more: object = {}, consumers = ['web']) {
  const d = await doors(t)
  d.b.ground.admin = async name => new Secret(name === 'prometheus' ? secret : '')
  const { url, heard } = await receiver(t, answer)
  const bindings = consumers.map(consumer => ({ credential: d.b.credential, consumer }))
  const prometheus = { url, ...queries }
  await d.source('prom', { kind: 'metrics', bindings, prometheus, ...more })
  return { ...d, heard, url, bindings }
}

function polls(t: TestContext, { plane }: Doors, options = {}) {
  const polling = startPolls(plane, { everyMs: 5, ...options })
  t.after(() => polling.stop())
  return polling
}

const upTo = async ({ b }: Doors) => Number(await b.store.meta(askedUpTo('prom')))
const isAsked = (d: Doors, ms: number) =>
  until(
    () => upTo(d),
    seen => seen === ms,
  )
const minutesOf = async ({ b }: Doors, consumer = 'web') =>
  (await b.store.ledger(b.credential)).entries.find(one => one.consumer === consumer)?.minutes ?? []
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

describe('a source of metrics', () => {
  test('is asked for a quarter of an hour first, and then for each minute once it is complete', async t => {
    const d = await metrics(t)
    polls(t, d)
    const { nowMs } = d.b.clock
    // It may be late by a minute, so the last whole minute before that is the newest.
    await isAsked(d, nowMs - minuteMs)
    const minutes = await minutesOf(d)
    assert.equal(minutes.length, 15)
    assert.deepEqual(minutes.at(-1), { minuteMs: nowMs - 2 * minuteMs, uses: 10, authFailures: 1 })
    assert.equal(d.heard.length, 2)
    // How many came, and not with what: it is no use of any version.
    const [entry] = (await d.b.store.ledger(d.b.credential)).entries
    assert.deepEqual([entry?.versions, entry?.unknownUseMs], [[], null])
    d.b.clock.nowMs += minuteMs
    await isAsked(d, nowMs)
    assert.equal((await minutesOf(d)).length, 16)
    const { start, end } = questionOf(d.heard.at(-1)!)
    assert.deepEqual([start, end], [nowMs / 1_000, nowMs / 1_000])
    await pause(30)
    assert.equal(d.heard.length, 4, 'it was asked again within the minute')
    const { items } = (await d.handlers.sources.list(callAs(admin))) as { items: { heardMs: number }[] }
    assert.equal(items[0]?.heardMs, nowMs + minuteMs)
  })

  test('that was not asked for long is asked for two hours', async t => {
    const d = await metrics(t)
    const first = polls(t, d)
    await isAsked(d, d.b.clock.nowMs - minuteMs)
    await first.stop()
    d.b.clock.nowMs += 5 * hourMs
    polls(t, d)
    await isAsked(d, d.b.clock.nowMs - minuteMs)
    const { start, end } = questionOf(d.heard.at(-1)!)
    assert.equal(end - start, (2 * hourMs) / 1_000 - 60)
  })

  test('that is asked again for what was half taken in counts each minute once', async t => {
    const d = await metrics(t)
    const first = polls(t, d)
    const { nowMs } = d.b.clock
    await isAsked(d, nowMs - minuteMs)
    await first.stop()
    await d.b.store.setMeta(askedUpTo('prom'), String(nowMs - 5 * minuteMs))
    d.b.clock.nowMs += minuteMs
    polls(t, d)
    await isAsked(d, nowMs)
    const minutes = await minutesOf(d)
    assert.deepEqual([minutes.length, new Set(minutes.map(one => one.uses)).size], [16, 1])
  })

  test('is asked for each of its consumers by name, with its token', async t => {
    const d = await metrics(t, counted, {}, ['web', 'queue'])
    const { url } = d
    const prometheus = { url, ...queries, secret: 'prometheus' }
    await d.source('prom', { kind: 'metrics', bindings: d.bindings, prometheus })
    polls(t, d)
    await isAsked(d, d.b.clock.nowMs - minuteMs)
    assert.deepEqual(d.heard.map(one => questionOf(one).query).sort(), [
      'errors{who="queue"}',
      'errors{who="web"}',
      'uses{who="queue"}',
      'uses{who="web"}',
    ])
    assert.ok(d.heard.every(one => one.headers.authorization === `Bearer ${secret}`))
    assert.equal((await minutesOf(d, 'queue')).length, 15)
  })

  test('that fails is asked again later and later, told of once, and nothing is missed', async t => {
    let isWell = true
    const d = await metrics(t, (heard, response) => {
      if (isWell) counted(heard, response)
      else response.writeHead(500).end(`it broke ${secret}`)
    })
    const prometheus = { url: d.url, ...queries, secret: 'prometheus' }
    await d.source('prom', { kind: 'metrics', bindings: d.bindings, prometheus })
    polls(t, d)
    await isAsked(d, d.b.clock.nowMs - minuteMs)
    isWell = false
    d.b.clock.nowMs += minuteMs
    const { nowMs } = d.b.clock
    await until(
      () => d.b.trouble.length,
      times => times === 1,
    )
    for (const [afterMinutes, isTried] of [
      [0.5, false],
      [0.5, true],
      [1, false],
      [1, true],
    ] as const) {
      const before = d.heard.length
      d.b.clock.nowMs += afterMinutes * minuteMs
      if (isTried) {
        await until(
          () => d.heard.length,
          times => times === before + 2,
        )
        await pause(20)
      } else {
        await pause(20)
        assert.equal(d.heard.length, before)
      }
    }
    assert.equal(d.b.trouble.length, 1)
    assert.match(String(d.b.trouble[0]?.error), /it answered 500/)
    assert.ok(!inspect(d.b.trouble).includes(secret))
    isWell = true
    d.b.clock.nowMs = nowMs + 30 * minuteMs
    await isAsked(d, nowMs + 29 * minuteMs)
    const minutes = await minutesOf(d)
    assert.deepEqual(
      minutes.map(one => one.minuteMs),
      Array.from({ length: 46 }, (_, at) => nowMs - 17 * minuteMs + at * minuteMs),
    )
  })

  test('of which one consumer’s query fails is taken in for none of them', async t => {
    const d = await metrics(
      t,
      (heard, response) =>
        questionOf(heard).query.includes('queue')
          ? response.writeHead(422).end('{}')
          : counted(heard, response),
      {},
      ['web', 'queue'],
    )
    polls(t, d)
    await until(
      () => d.b.trouble.length,
      times => times === 1,
    )
    assert.deepEqual([await minutesOf(d), await upTo(d)], [[], 0])
  })

  test('that never answers holds up no other, and is left when we stop', async t => {
    const d = await metrics(t, () => undefined)
    const other = await receiver(t, counted)
    const prometheus = { url: other.url, ...queries }
    await d.source('other', { kind: 'metrics', bindings: d.bindings, prometheus })
    const polling = polls(t, d, { timeoutMs: 5_000 })
    await until(
      () => d.b.store.meta(askedUpTo('other')),
      seen => seen !== null,
    )
    const beganMs = performance.now()
    await polling.stop()
    assert.ok(performance.now() - beganMs < 4_000)
    assert.deepEqual(d.b.trouble, [])
  })

  test('is asked by one control plane, though two look after it', async t => {
    const d = await metrics(t)
    polls(t, d)
    const { plane } = d
    polls(t, { ...d, plane: { ...plane, ground: { ...plane.ground, holder: 'another' } } })
    await isAsked(d, d.b.clock.nowMs - minuteMs)
    await pause(30)
    assert.deepEqual([d.heard.length, d.b.trouble], [2, []])
    assert.deepEqual(
      (await minutesOf(d)).map(one => one.uses),
      Array(15).fill(10),
    )
  })

  test('whose numbers are none is told of', async t => {
    const d = await metrics(t, (heard, response) => {
      const { start } = questionOf(heard)
      const result = [{ metric: {}, values: [[start, 'NaN']] }]
      response.end(JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } }))
    })
    polls(t, d)
    await toldOf(d, 'observationsRefused', { source: 'source/prom', why: 'not-a-number' })
  })

  test('is not asked while a restored store waits for a person, nor after it was removed', async t => {
    const d = await metrics(t)
    await d.b.store.setMeta('fenced', 'restored')
    polls(t, d)
    await pause(30)
    assert.equal(d.heard.length, 0)
    await d.b.store.setMeta('fenced', null)
    await isAsked(d, d.b.clock.nowMs - minuteMs)
    await d.handlers.sources.remove(callAs(admin, { params: { id: 'prom' } }))
    d.b.clock.nowMs += minuteMs
    await pause(30)
    assert.equal(d.heard.length, 2)
    assert.equal(await d.b.store.meta(askedUpTo('prom')), null)
  })
})

test('a name in a query cannot leave its quotes, whichever they are', () => {
  const one = { credential: 'prod/db-1', consumer: `a"b'c\`d\\e\n$credential{}` }
  assert.equal(
    queryFor('x{c="$credential",d="$credentials",w="$consumer"}', one),
    'x{c="prod/db-1",d="$credentials",w="a\\U00000022b\\U00000027c\\U00000060d\\U0000005ce\\U0000000a\\U00000024credential\\U0000007b\\U0000007d"}',
  )
})
