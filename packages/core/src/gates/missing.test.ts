import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fixtureNowMs as t0 } from '../fixtures.ts'
import { minuteMs } from '../time.ts'
import { explain, gateNames, type Missing } from './missing.ts'

/** Every code there is; the compiler keeps the list complete. */
const whats = Object.keys({
  'no-consumers': 0,
  'no-owner': 0,
  'not-moved': 0,
  'not-in-ledger': 0,
  'no-success': 0,
  'not-fresh': 0,
  'refused-with-new': 0,
  'not-exercised': 0,
  degraded: 0,
  'instance-behind': 0,
  'instance-silent': 0,
  'no-live-instance': 0,
  'cannot-be-observed': 0,
  'truth-old': 0,
  'truth-new': 0,
  'truth-mixed': 0,
  'truth-unknown': 0,
  'idle-but-used': 0,
  'fallback-unconfirmed': 0,
  'fallback-in-use': 0,
  'used-since': 0,
  'too-soon': 0,
  'heard-too-short': 0,
  'silence-unproved': 0,
  'no-exception-path': 0,
  'errors-rose': 0,
  'errors-too-soon': 0,
  'rights-differ': 0,
  ghost: 0,
  'no-rollback': 0,
  restricted: 0,
  'decision-due': 0,
  'plan-gap': 0,
} satisfies Record<Missing['what'], 0>) as Missing['what'][]

const bare = (what: Missing['what']): Missing => ({ gate: 'truth', what, consumer: null, name: null })
const full = (what: Missing['what']): Missing => ({
  ...bare(what),
  consumer: 'c-1',
  name: 'retry worker',
  lane: 'replay',
  instance: 'pod-1',
  version: 7,
  atMs: t0,
  untilMs: t0 + 15 * minuteMs,
  count: 3,
  detail: 'lacks read',
})

for (const what of whats) {
  test(`${what} says what is missing and how to get it, however little is known`, () => {
    for (const missing of [bare(what), full(what)]) {
      const { text, how } = explain(missing)
      assert.ok(text.length > 8, text)
      assert.ok(how.length > 3, how)
      assert.doesNotMatch(`${text} ${how}`, /undefined|null|NaN|Invalid/)
    }
  })
}

test('what is said names the consumer, the lane and the instants it is about', () => {
  assert.equal(
    explain(full('no-success')).text,
    'retry worker has not done work in the lane replay with the version it should use',
  )
  assert.match(
    explain(full('used-since')).text,
    /2025-03-01T12:00:00.000Z.*2025-03-01T12:15:00.000Z \(15 min in all\)/,
  )
  assert.equal(explain({ ...full('no-success'), lane: 'any' }).text.includes('lane'), false)
})

test('no gate is named twice', () => assert.equal(new Set(gateNames).size, gateNames.length))
