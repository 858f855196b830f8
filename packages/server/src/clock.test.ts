import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hourMs, secondMs } from '@rekey/core'
import { watchedClock } from './clock.ts'

function watched() {
  const at = { wall: 1_000_000, steady: 50_000 }
  const clock = watchedClock(
    () => at.wall,
    () => at.steady,
  )
  const pass = (ms: number, jump = 0) => {
    at.wall += ms + jump
    at.steady += ms
  }
  return { clock, pass }
}

test('a clock that drifts slowly is believed, however far it drifts in the end', () => {
  const { clock, pass } = watched()
  for (let hour = 0; hour < 1_000; hour++) {
    pass(hourMs, 2 * secondMs)
    assert.equal(clock.doubt(), null)
  }
})

test('a jump forward or back is not believed, and stays so while time goes on', () => {
  for (const jump of [hourMs, -hourMs]) {
    const { clock, pass } = watched()
    pass(1_000, jump)
    assert.match(clock.doubt() ?? '', jump > 0 ? /jumped by 1 h/ : /jumped by -1 h/)
    pass(10 * secondMs)
    assert.notEqual(clock.doubt(), null)
  }
})

test('a clock that is set right again is believed again', () => {
  const { clock, pass } = watched()
  pass(1_000, hourMs)
  assert.notEqual(clock.doubt(), null)
  pass(1_000, -hourMs)
  assert.equal(clock.doubt(), null)
})

test('sleep is no jump: the steady clock went on', () => {
  const { clock, pass } = watched()
  pass(8 * hourMs)
  assert.equal(clock.doubt(), null)
})
