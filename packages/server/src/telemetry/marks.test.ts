import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { minuteMs, refuse } from '@rekey/core'
import { fullMark, observed, otelSource, reading, t0, usedOnce, webService } from './fixtures.ts'
import { isMark, marksOfLogs } from './marks.ts'
import type { LogRecord } from './otlp.ts'

type Value = string | number | boolean
const without = (key: string) => Object.fromEntries(Object.entries(fullMark).filter(([name]) => name !== key))

const record = (
  attributes: Record<string, Value> = fullMark,
  { event = 'rekey.credential.used', resource = webService as Record<string, Value>, ...more } = {},
): LogRecord => ({
  atMs: t0,
  observedMs: t0 + 1,
  eventName: event,
  body: null,
  attributes: new Map(Object.entries(attributes)),
  resource: new Map(Object.entries(resource)),
  ...more,
})

const logs = (...records: LogRecord[]) => marksOfLogs(records, reading)
const one = (attributes: Record<string, Value>, more = {}) => {
  const { observations, faults } = logs(record(attributes, more))
  return { observation: observations[0], faults: faults.map(({ code }) => code) }
}

describe('a log event', () => {
  test('of a use is one use, by the consumer that its service is', () => {
    assert.deepEqual(logs(record()), { observations: [observed], ignored: 0, faults: [] })
  })

  test('of a version that was loaded is that, and no use', () => {
    const loaded = record(fullMark, { event: 'rekey.credential.loaded' })
    assert.deepEqual(logs(loaded).observations, [{ ...observed, statement: { says: 'loaded' } }])
  })

  test('may have its name among the attributes, as older programs write it', () => {
    const older = { ...record({ ...fullMark, 'event.name': 'rekey.credential.used' }), eventName: null }
    assert.deepEqual(logs(older).observations, [observed])
  })

  test('without a credential, or of another kind, is ignored and counted', () => {
    const others = [record(without('rekey.credential.id')), record(fullMark, { event: 'http.request' })]
    assert.deepEqual(logs(...others), { observations: [], ignored: 2, faults: [] })
  })

  test('counts from when it was observed, if nobody says when it happened; without any time it is a fault', () => {
    assert.equal(logs({ ...record(), atMs: null }).observations[0]?.atMs, t0 + 1)
    const timeless = logs({ ...record(), atMs: null, observedMs: null })
    assert.deepEqual(timeless, { observations: [], ignored: 0, faults: [{ code: 'no-time', count: 1 }] })
  })
})

describe('who it was', () => {
  test('is the consumer that the mark names, on the record or on the resource', () => {
    assert.equal(one({ ...fullMark, 'rekey.consumer.id': 'queue' }).observation?.consumer, 'queue')
    const resource = { ...webService, 'rekey.consumer.id': 'queue' }
    assert.equal(one(fullMark, { resource }).observation?.consumer, 'queue')
  })

  test('is nobody that we know, if nobody registered the service: seen under its name', () => {
    const { observation: seen } = one(fullMark, { resource: { 'service.name': 'stranger' } })
    assert.deepEqual([seen?.consumer, seen?.seenAs], [null, 'stranger'])
  })

  test('without a name is seen all the same, by its agent or as nameless, and the ledger takes it', () => {
    const agent = one({ ...fullMark, 'rekey.agent.id': 'agent-7' }, { resource: {} })
    assert.deepEqual([agent.observation?.consumer, agent.observation?.seenAs], [null, 'agent-7'])
    const nameless = one(fullMark, { resource: {} })
    assert.deepEqual([nameless.observation?.seenAs, nameless.faults], ['nameless', ['no-name']])
    assert.equal(refuse(nameless.observation!, otelSource, t0), null)
  })
})

describe('a mark that is incomplete proves less and never nothing:', () => {
  test('without a version it is a use of an unknown version', () => {
    const { observation: seen, faults } = one(without('rekey.credential.version'))
    assert.deepEqual([seen?.version, faults], [null, []])
  })

  test('so is one with a version that cannot be', () => {
    for (const version of [0, -1, 1.5, 'two', '', true, Number.NaN, 2 ** 53]) {
      const { observation: seen, faults } = one({ ...fullMark, 'rekey.credential.version': version })
      assert.deepEqual([seen?.version, faults], [null, ['bad-version']])
    }
  })

  test('a version that was made text on the way is one', () => {
    assert.equal(one({ ...fullMark, 'rekey.credential.version': '12' }).observation?.version, 12)
  })

  test('an outcome that is missing or unknown is no success', () => {
    for (const [attributes, code] of [
      [without('rekey.outcome'), 'no-outcome'],
      [{ ...fullMark, 'rekey.outcome': 'SUCCESS' }, 'bad-outcome'],
    ] as const) {
      const { observation: seen, faults } = one(attributes)
      assert.deepEqual([seen?.statement, faults], [{ ...usedOnce, outcome: 'degraded' }, [code]])
    }
  })

  test('on a path that nobody knows a success is none, and a refusal stays one', () => {
    const path = { 'rekey.path': 'scenic' }
    const success = one({ ...fullMark, ...path })
    assert.deepEqual(success.observation?.statement, { ...usedOnce, outcome: 'degraded', path: 'usual' })
    assert.deepEqual(success.faults, ['bad-path'])
    const refusal = one({ ...fullMark, ...path, 'rekey.outcome': 'auth-failure' })
    assert.deepEqual(refusal.observation?.statement, { ...usedOnce, outcome: 'auth-failure', path: 'usual' })
  })

  test('without path and lane it is the usual path and no lane', () => {
    const bare = { 'rekey.credential.id': 'db', 'rekey.outcome': 'outage' }
    const expected = { says: 'used', outcome: 'outage', lane: null, path: 'usual' }
    assert.deepEqual(one(bare).observation?.statement, expected)
  })

  test('but a credential whose name is none says nothing', () => {
    for (const id of [7, true, '', 'x'.repeat(257)]) {
      assert.deepEqual(one({ ...fullMark, 'rekey.credential.id': id }), {
        observation: undefined,
        faults: ['bad-credential'],
      })
    }
  })
})

describe('a heartbeat', () => {
  const event = { event: 'rekey.heartbeat' }
  const since = { 'rekey.credential.id': 'db', 'rekey.covered_from': t0 - minuteMs }

  test('covers its consumer since it says, whatever version it holds', () => {
    const expected = { ...observed, version: null, statement: { says: 'covered', fromMs: t0 - minuteMs } }
    assert.deepEqual(logs(record({ ...since, 'rekey.credential.version': 2 }, event)).observations, [
      expected,
    ])
    const asText = record({ ...since, 'rekey.covered_from': String(t0 - minuteMs) }, event)
    assert.deepEqual(logs(asText).observations, [expected])
  })

  test('of a service that nobody registered covers nobody: it would speak for everyone', () => {
    const stranger = logs(record(since, { ...event, resource: { 'service.name': 'stranger' } }))
    assert.deepEqual(stranger, {
      observations: [],
      ignored: 0,
      faults: [{ code: 'covers-nobody', count: 1 }],
    })
  })

  test('that does not say since when, or says what cannot be, covers nothing', () => {
    for (const from of [t0 + 1, 0, -1, 'yesterday', Number.NaN, true]) {
      const { faults, observation: seen } = one({ ...since, 'rekey.covered_from': from }, event)
      assert.deepEqual([seen, faults], [undefined, ['bad-coverage']])
    }
    assert.deepEqual(one({ 'rekey.credential.id': 'db' }, event).faults, ['bad-coverage'])
  })
})

test('a reader that keeps only what is a mark keeps all that a mark is read from', () => {
  const names = [
    ...Object.keys(fullMark),
    ...Object.keys(webService),
    'rekey.covered_from',
    'rekey.agent.id',
    'event.name',
  ]
  for (const name of names) assert.ok(isMark(name), name)
  for (const name of ['service.version', 'http.route', 'credential.id']) assert.ok(!isMark(name), name)
})
