import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { hourMs, mostTimes, refuse, skewMs } from '@rekey/core'
import fc from 'fast-check'
import { fullMark, observed, otelSource, reading, t0, usedOnce, webService } from './fixtures.ts'
import { marksOfSums, usesMetric } from './marks.ts'
import type { SumPoint } from './otlp.ts'
import { mostSeries, type Series } from './series.ts'

describe('the counter of uses', () => {
  const point = (value: number, more: Partial<SumPoint> = {}): SumPoint => ({
    name: usesMetric,
    startMs: t0 - hourMs,
    atMs: t0,
    value,
    attributes: new Map(Object.entries(fullMark)),
    resource: new Map(Object.entries(webService)),
    isMonotonic: true,
    temporality: 'cumulative',
    ...more,
  })
  const none: Series = new Map()
  /** One request after the other: what each says, as times and first instant. */
  const told = (...requests: SumPoint[][]) => {
    let previous = none
    return requests.map(points => {
      const { observations, next } = marksOfSums(points, reading, previous)
      previous = next
      return observations.map(
        ({ statement }) => statement.says === 'used' && [statement.times, statement.firstMs],
      )
    })
  }

  test('says for whom, with which version and how it went, as a log event does', () => {
    const { observations, ignored, faults } = marksOfSums([point(3)], reading, none)
    assert.deepEqual(observations, [
      { ...observed, statement: { ...usedOnce, times: 3, firstMs: t0 - hourMs } },
    ])
    assert.deepEqual([ignored, faults], [0, []])
  })

  test('counts a delta as it is', () => {
    const delta = (value: number, startMs: number | null) => [point(value, { temporality: 'delta', startMs })]
    assert.deepEqual(told(delta(3, t0 - 5), delta(4, null), delta(0, t0 - 5)), [
      [[3, t0 - 5]],
      [[4, undefined]],
      [],
    ])
  })

  test('counts of a cumulative sum what was added since the point before', () => {
    const at = (value: number, atMs: number) => [point(value, { atMs })]
    assert.deepEqual(told(at(3, t0), at(3, t0 + 10), at(8, t0 + 20)), [
      [[3, t0 - hourMs]],
      [],
      [[5, t0 + 10]],
    ])
  })

  test('counts from zero when the sum falls', () => {
    const at = (value: number, atMs: number) => [point(value, { atMs, startMs: null })]
    assert.deepEqual(told(at(10, t0), at(4, t0 + 10)), [[[10, undefined]], [[4, t0]]])
  })

  test('counts from zero when the program starts anew, however large the sum is by then', () => {
    const again = point(12, { startMs: t0 + 5, atMs: t0 + 10 })
    assert.deepEqual(told([point(10)], [again]), [[[10, t0 - hourMs]], [[12, t0 + 5]]])
  })

  test('keeps apart two programs that call themselves the same', () => {
    const other = (value: number, atMs: number) => point(value, { startMs: t0 - 1, atMs })
    const at = (value: number, atMs: number) => point(value, { atMs })
    assert.deepEqual(told([at(10, t0)], [other(1, t0 + 1)], [at(11, t0 + 2)], [other(2, t0 + 3)]).flat(), [
      [10, t0 - hourMs],
      [1, t0 - 1],
      [1, t0],
      [1, t0 + 1],
    ])
  })

  test('does not count what was sent again or overtaken', () => {
    assert.deepEqual(
      told([point(10)], [point(10)], [point(9)], [point(7, { atMs: t0 - 1 })], [point(11, { atMs: t0 + 1 })]),
      [[[10, t0 - hourMs]], [], [], [], [[1, t0]]],
    )
  })

  test('tells series apart by every attribute, and by nothing but that', () => {
    const swapped = new Map(Object.entries(fullMark).reverse())
    assert.deepEqual(told([point(10)], [point(12, { atMs: t0 + 1, attributes: swapped })]).at(-1), [[2, t0]])
    const refused = new Map(Object.entries({ ...fullMark, 'rekey.outcome': 'auth-failure' }))
    assert.deepEqual(told([point(10)], [point(12, { atMs: t0 + 1, attributes: refused })]).at(-1), [
      [12, t0 - hourMs],
    ])
  })

  test('of a program that has run for a week is taken by the ledger, and so is a sum without measure', () => {
    const long = point(2 ** 60, { startMs: t0 - 168 * hourMs })
    const [seen] = marksOfSums([long], reading, none).observations
    assert.ok(seen?.statement.says === 'used')
    assert.equal(seen.statement.times, mostTimes)
    assert.equal(refuse(seen, otelSource, reading.nowMs), null)
  })

  test('that can fall, has no number or comes from the future counts nothing', () => {
    const cases = [
      [point(3, { isMonotonic: false }), 'not-a-counter'],
      [point(-1), 'bad-count'],
      [point(Number.NaN), 'bad-count'],
      [point(Number.POSITIVE_INFINITY), 'bad-count'],
      [point(3, { atMs: reading.nowMs + skewMs + 1 }), 'from-the-future'],
      [point(3, { atMs: null }), 'no-time'],
    ] as const
    for (const [bad, code] of cases) {
      const { observations, faults, next } = marksOfSums([bad, bad], reading, none)
      assert.deepEqual([observations, faults, next.size], [[], [{ code, count: 2 }], 0])
    }
  })

  test('of another metric, or without a credential, is ignored', () => {
    const nobody = point(3, { attributes: new Map([['rekey.outcome', 'success']]) })
    assert.equal(marksOfSums([point(1, { name: 'http.requests' }), nobody], reading, none).ignored, 2)
  })

  test('forgets series that were not heard of for two days, and takes no more than it can remember', () => {
    const last = (atMs: number) => ({ atMs, value: 1 })
    const old: Series = new Map([
      ['old', last(t0 - 49 * hourMs)],
      ['young', last(t0)],
    ])
    assert.deepEqual([...marksOfSums([], reading, old).next.keys()], ['young'])
    assert.equal(old.size, 2)
    const crowded: Series = new Map(Array.from({ length: mostSeries }, (_, i) => [String(i), last(t0)]))
    const { observations, faults } = marksOfSums([point(3)], reading, crowded)
    assert.deepEqual([observations, faults], [[], [{ code: 'too-many-series', count: 1 }]])
  })

  test('in any order of requests counts no use twice', () => {
    const steps = fc.array(fc.record({ add: fc.nat(5), again: fc.boolean() }), { maxLength: 20 })
    fc.assert(
      fc.property(steps, all => {
        let total = 0
        const requests = all.flatMap(({ add, again }, i) => {
          total += add
          const said = [point(total, { atMs: t0 + i })]
          return again ? [said, said] : [said]
        })
        const counted = told(...requests).flat()
        return counted.reduce((sum, one) => sum + (one ? (one[0] ?? 0) : 0), 0) === total
      }),
    )
  })
})
