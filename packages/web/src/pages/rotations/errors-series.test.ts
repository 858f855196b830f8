import assert from 'node:assert/strict'
import { test } from 'node:test'
import { marksOf, seriesOf, stretchMs } from './errors-series.ts'

const use = (at: number, outcome: string, count: number, says = 'used') => ({
  bucketMs: at * stretchMs,
  says,
  outcome,
  count,
})

test('uses of the same stretch are one, and refusals are counted among them', () => {
  assert.deepEqual(seriesOf([use(1, 'success', 5), use(1, 'auth-failure', 2)]), [
    { atMs: stretchMs, uses: 7, authFailures: 2 },
  ])
})

test('what is no use of the credential is not counted', () => {
  assert.deepEqual(seriesOf([use(1, 'success', 5, 'loaded')]), [])
})

test('a silence between two stretches is shown as one', () => {
  assert.deepEqual(
    seriesOf([use(1, 'success', 1), use(3, 'success', 1)]).map(one => one.uses),
    [1, 0, 1],
  )
})

test('a year of stretches is cut to the last two days', () => {
  const series = seriesOf([use(1, 'success', 1), use(100_000, 'success', 4)])
  assert.equal(series.length, 576)
  assert.deepEqual(series.at(-1), { atMs: 100_000 * stretchMs, uses: 4, authFailures: 0 })
})

test('steps are marked by what they do to the old version, in their order', () => {
  const marks = marksOf([
    { type: 'effectDone', atMs: 30, data: { verb: 'disable' } },
    { type: 'effectDone', atMs: 20, data: { verb: 'probe' } },
    { type: 'waveMoved', atMs: 10, data: { wave: 1 } },
  ])
  assert.deepEqual(marks, [
    { atMs: 10, text: 'wave 2' },
    { atMs: 30, text: 'disable' },
  ])
})
