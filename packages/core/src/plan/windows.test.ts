import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Consumer } from '../consumer.ts'
import { aConsumer, someAbilities } from '../fixtures.ts'
import type { Policy } from '../policy.ts'
import { policyFor } from '../policy-defaults.ts'
import { dayMs, hourMs, minuteMs } from '../time.ts'
import { owedBy } from './owed.ts'
import { wavesFor } from './waves.ts'
import { type WindowInput, windowsFor } from './windows.ts'

const policy: Policy = policyFor({
  kind: 'llm-key',
  sensitivity: 'normal',
  exposure: 'internal',
  writes: false,
  lifeMs: null,
})
const abilities = someAbilities({ usageLagMs: 0 })
const look = (consumers: Consumer[], over: Partial<WindowInput> = {}) =>
  windowsFor({
    consumers,
    owed: owedBy(consumers, abilities, policy),
    waves: wavesFor({
      consumers,
      model: 'dual',
      errorWindowMs: policy.errorWindowMs,
      propagationMs: 0,
      atOnce: false,
    }),
    policy,
    abilities,
    overlaps: true,
    nothingToLeave: false,
    ...over,
  })
const overlap = (over: Partial<Consumer>) => look([aConsumer(over)]).windows.overlapMs ?? 0

test('a quick consumer needs no more than the usual overlap of 15 min to 4 h', () => {
  assert.ok(overlap({}) >= 15 * minuteMs && overlap({}) <= 4 * hourMs)
  assert.deepEqual(look([aConsumer()]).reasons, [])
})

test('the overlap covers two cache lives, the rarest cadence, the longest retry and a session without checkpoints', () => {
  assert.equal(overlap({ reload: { how: 'ttl', ttlMs: 3 * hourMs } }), 6 * hourMs)
  assert.ok(overlap({ cadence: { how: 'every', everyMs: 7 * dayMs } }) >= 7 * dayMs)
  assert.ok(overlap({ horizonMs: 2 * dayMs }) >= 2 * dayMs)
  assert.equal(overlap({ sessionMs: 3 * dayMs }), 3 * dayMs)
  assert.ok(overlap({ sessionMs: 3 * dayMs, checkpoints: true }) <= 4 * hourMs)
})

test('an overlap beyond 4 h names the consumer that asks for it', () => {
  const { reasons } = look([aConsumer(), aConsumer({ id: 'w', name: 'Weekly export', horizonMs: 2 * dayMs })])
  assert.ok(
    reasons.some(reason => reason.code === 'overlap-horizon' && reason.text.includes('Weekly export')),
  )
})

test('nobody waits for the rhythm of what is declared idle', () => {
  const idle = { by: 'ann', atMs: 0, reason: 'paused' }
  assert.ok(overlap({ cadence: { how: 'every', everyMs: 7 * dayMs }, idle }) <= 4 * hourMs)
})

test('where both versions are never valid together there is no overlap, but still a deadline', () => {
  const { windows } = look([aConsumer()], { overlaps: false })
  assert.equal(windows.overlapMs, null)
  assert.ok(windows.deadlineMs > windows.observeMs)
})

test('work by hand gets hours before the alarm', () => {
  const quick = look([aConsumer()]).windows
  const hand = look([aConsumer({ reload: { how: 'restart', documented: true } })]).windows
  assert.ok(hand.deadlineMs - (hand.overlapMs ?? 0) >= 4 * hourMs)
  assert.ok(quick.deadlineMs - (quick.overlapMs ?? 0) < hourMs)
})

test('a move that may outlast its own cycle is told', () => {
  const { reasons } = look([aConsumer({ cadence: { how: 'every', everyMs: 31 * dayMs } })])
  assert.ok(reasons.some(reason => reason.code === 'longer-than-cycle'))
})

test('a figure that cannot be true makes no window endless', () => {
  const { windows } = look([aConsumer({ horizonMs: Number.POSITIVE_INFINITY, cacheMs: Number.NaN })])
  for (const ms of Object.values(windows)) assert.ok(Number.isFinite(ms))
})
