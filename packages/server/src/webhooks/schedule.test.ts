import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hourMs, minuteMs, secondMs } from '@rekey/core'
import fc from 'fast-check'
import { nextAttempt, stepsMs } from './schedule.ts'

const half = 0.5
const waitOf = (attempts: number, retryAfterMs: number | null = null, chance = half) => {
  const next = nextAttempt(attempts, { status: 503, retryAfterMs }, chance)
  return next.what === 'wait' ? next.waitMs : next.what
}

test('ten attempts are made in a little over three days, and then no more', () => {
  const waits = stepsMs.map((_, attempts) => waitOf(attempts))
  assert.deepEqual(waits, stepsMs)
  assert.equal(waitOf(stepsMs.length), 'given-up')
  const total = stepsMs.reduce((sum, one) => sum + one, 0)
  assert.equal(total, 75 * hourMs + 35 * minuteMs + 5 * secondMs)
})

test('the first attempt is made at once', () => {
  for (const chance of [0, half, 0.999])
    assert.deepEqual(nextAttempt(0, null, chance), { what: 'wait', waitMs: 0 })
})

test('every 2xx is a delivery, and nothing else is', () => {
  for (const status of [200, 201, 202, 204, 299]) {
    assert.deepEqual(nextAttempt(10, { status, retryAfterMs: 5 }, half), { what: 'delivered' })
  }
  for (const status of [0, 100, 199, 300, 302, 304, 400, 404, 429, 500, 502, 504]) {
    assert.equal(nextAttempt(1, { status, retryAfterMs: null }, half).what, 'wait')
  }
  assert.equal(nextAttempt(1, null, half).what, 'wait')
})

test('410 says that nothing is wanted any more, at the first attempt and at the last', () => {
  for (const attempts of [1, stepsMs.length]) {
    assert.deepEqual(nextAttempt(attempts, { status: 410, retryAfterMs: null }, half), { what: 'disabled' })
  }
})

test('a wait is off by ten per cent at most, to both sides', () => {
  assert.equal(waitOf(4, null, 0), 0.9 * 2 * hourMs)
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 9 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (attempts, chance) => {
        const waitMs = waitOf(attempts, null, chance)
        const stepMs = stepsMs[attempts]!
        return typeof waitMs === 'number' && waitMs >= 0.9 * stepMs && waitMs <= 1.1 * stepMs
      },
    ),
  )
})

test('a receiver that asks to be left alone for longer is heard', () => {
  assert.equal(waitOf(1, 60 * secondMs), 60 * secondMs)
  assert.equal(waitOf(1, 4 * secondMs), 5 * secondMs)
})

test('but it puts us off no further than the length of the step after', () => {
  assert.equal(waitOf(1, 365 * 24 * hourMs), 5 * minuteMs)
  assert.equal(waitOf(8, 365 * 24 * hourMs), 24 * hourMs)
  assert.equal(waitOf(9, 365 * 24 * hourMs), 24 * hourMs)
})
