import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Consumer, Reload } from '../consumer.ts'
import { aConsumer, someAbilities } from '../fixtures.ts'
import { policyFor } from '../policy-defaults.ts'
import { dayMs, hourMs, minuteMs } from '../time.ts'
import { canBeSeen, owedBy } from './owed.ts'

const policy = policyFor({
  kind: 'llm-key',
  sensitivity: 'normal',
  exposure: 'internal',
  writes: false,
  lifeMs: null,
})
const owed = (over: Partial<Consumer>) => owedBy([aConsumer(over)], someAbilities(), policy)[0]!

test('a consumer without lanes owes any success, one with lanes each of them', () => {
  assert.deepEqual(owed({}).lanes, ['any'])
  assert.deepEqual(owed({ lanes: ['ingestion', 'replay', 'replay'] }).lanes, ['ingestion', 'replay'])
})

test('what is rare has to be run on purpose', () => {
  assert.equal(owed({}).exercise, false)
  assert.equal(owed({ cadence: { how: 'on-demand' } }).exercise, true)
  assert.equal(owed({ pathClass: 'exception' }).exercise, true)
})

test('what lives long has to be refreshed; what starts anew each time has not', () => {
  const long: Reload[] = [
    { how: 'restart', documented: true },
    { how: 'by-hand', documented: true },
    { how: 'signal' },
    { how: 'unknown' },
    { how: 'each-launch' },
    { how: 'ttl', ttlMs: minuteMs },
  ]
  for (const reload of long) {
    assert.equal(owed({ reload }).refresh, true, reload.how)
    assert.equal(owed({ reload, cadence: { how: 'every', everyMs: hourMs } }).refresh, false, reload.how)
  }
  assert.equal(owed({}).refresh, false)
})

test('a pool that outlives the value has to be refreshed even where the value is read at every use', () => {
  assert.equal(owed({ sessionMs: hourMs }).refresh, true)
})

test('only what runs all the time owes a live instance', () => {
  assert.equal(owed({}).alive, true)
  assert.equal(owed({ cadence: { how: 'every', everyMs: hourMs } }).alive, false)
})

test('silence counts only after the rhythm or the longest retry', () => {
  assert.equal(owed({}).quietMs, policy.quietMs)
  const over = { cadence: { how: 'every', everyMs: hourMs }, horizonMs: 2 * dayMs } as const
  assert.equal(owed(over).quietMs, policy.quietMs + 2 * dayMs)
  assert.equal(owed({ ...over, horizonMs: 0 }).quietMs, policy.quietMs + hourMs)
})

test('any fallback has to be confirmed or disabled', () => {
  assert.equal(owed({}).fallback, 'none')
  const fallback = { how: 'degrades', to: 'small model', canBeDisabled: true } as const
  assert.equal(owed({ fallback }).fallback, 'confirm-or-disable')
})

test('what is derived owes as well, and is marked as not direct', () => {
  const one = owed({ access: { how: 'indirect', through: 'other' } })
  assert.equal(one.direct, false)
  assert.deepEqual(one.lanes, ['any'])
})

test('a declared idle consumer is marked so', () => {
  assert.equal(owed({ idle: { by: 'ann', atMs: 0, reason: 'paused' } }).idle, true)
})

test('"seen by the provider" is worth what the provider can tell', () => {
  const provider = aConsumer({ observability: 'provider' })
  assert.equal(canBeSeen(provider, someAbilities({ usage: 'perCaller' }), 5), true)
  assert.equal(canBeSeen(provider, someAbilities({ usage: 'lastUsed' }), 1), true)
  assert.equal(canBeSeen(provider, someAbilities({ usage: 'lastUsed' }), 2), false)
  assert.equal(canBeSeen(provider, someAbilities({ usage: 'none' }), 1), false)
  assert.equal(canBeSeen(aConsumer({ observability: 'none' }), someAbilities(), 1), false)
})

test('the time after which it counts as silent is never endless', () => {
  for (const cadence of [
    { how: 'continuous' },
    { how: 'every', everyMs: hourMs },
    { how: 'on-demand' },
  ] as const) {
    assert.ok(Number.isFinite(owed({ cadence }).silentAfterMs))
  }
})
