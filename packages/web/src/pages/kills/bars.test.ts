import { equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { marksTo, shareOf } from './bars.ts'

test('each tenfold is as far on the scale as the one before', () => {
  const most = 1_000_000
  const step = shareOf(100, most) - shareOf(10, most)
  ok(Math.abs(shareOf(100_000, most) - shareOf(10_000, most) - step) < 1e-9)
  equal(shareOf(most, most), 1)
})

test('what took no time stands at the beginning, and what is longer than the scale at its end', () => {
  equal(shareOf(0, 1_000), 0)
  equal(shareOf(5_000, 1_000), 1)
})

test('marks end where the scale ends', () => {
  equal(marksTo(70_000).at(-1)?.text, '1 min')
})
