// Uses and refusals by the minute, as a Prometheus has counted them: errors before and after a step are compared by them. It cannot say
// with which version somebody came, so a minute is said as a sum. As a use of an unknown version it would be one of another
// version, and a consumer that works would never be quiet.
import { type MinuteCounts, minuteMs, mostTimes, type Observation } from '@rekey/core'
import { type PromFault, type PromSeries, queryRange, type RangeQuery } from './prometheus.ts'

export interface MinutesQuery extends Omit<RangeQuery, 'query' | 'stepMs'> {
  /** Both give the increase over the minute before, such as sum(increase(requests_total{code="401"}[1m])). */
  errorsQuery: string
  usesQuery: string
}

export interface CountFault {
  code: 'not-a-number' | 'negative' | 'more-errors-than-uses' | 'too-many'
  count: number
}

/** A minute of which neither query says anything is not in the list: unknown is not zero. */
export type Minutes = { ok: true; minutes: MinuteCounts[]; faults: CountFault[] } | PromFault

/** Whole minutes between the two instants; the last one has ended by then. */
export async function errorsAndUses({ errorsQuery, usesQuery, ...asked }: MinutesQuery): Promise<Minutes> {
  const firstMs = Math.ceil(asked.fromMs / minuteMs) * minuteMs
  const endMs = Math.floor(asked.toMs / minuteMs) * minuteMs
  if (endMs - firstMs < minuteMs) return { ok: true, minutes: [], faults: [] }
  // The increase over a minute is asked for at the minute's end.
  const range = { ...asked, fromMs: firstMs + minuteMs, toMs: endMs, stepMs: minuteMs }
  const [uses, errors] = await Promise.all([
    queryRange({ ...range, query: usesQuery }),
    queryRange({ ...range, query: errorsQuery }),
  ])
  if (!uses.ok) return uses
  if (!errors.ok) return errors
  const faults = new Map<CountFault['code'], number>()
  const say = (code: CountFault['code']) => faults.set(code, (faults.get(code) ?? 0) + 1)
  const used = summed(uses.series, say)
  const failed = summed(errors.series, say)
  const minutes: MinuteCounts[] = []
  for (let minute = firstMs; minute < endMs; minute += minuteMs) {
    const [all, bad] = [used.get(minute), failed.get(minute)]
    if (all === undefined && bad === undefined) continue
    const authFailures = bad ?? 0
    if (authFailures > (all ?? 0)) say('more-errors-than-uses')
    // Who was refused has tried: that the other query does not count it makes it no smaller.
    minutes.push({ minuteMs: minute, uses: Math.max(all ?? 0, authFailures), authFailures })
  }
  return { ok: true, minutes, faults: [...faults].map(([code, count]) => ({ code, count })) }
}

function summed(series: readonly PromSeries[], say: (code: CountFault['code']) => void): Map<number, number> {
  const sums = new Map<number, number>()
  for (const { points } of series) {
    for (const { atMs, value } of points) {
      const minute = atMs - minuteMs
      sums.set(minute, (sums.get(minute) ?? 0) + countOf(value, say))
    }
  }
  for (const [minute, sum] of sums) {
    if (sum > mostTimes) say('too-many')
    // An increase is extrapolated, so it is rarely whole; a part of a use is a use.
    sums.set(minute, sum > 0 ? Math.min(mostTimes, Math.max(1, Math.round(sum))) : 0)
  }
  return sums
}

function countOf(value: number, say: (code: CountFault['code']) => void): number {
  if (Number.isFinite(value) && value >= 0) return value
  say(value < 0 ? 'negative' : 'not-a-number')
  return 0
}

export function minutesToObservations(
  minutes: readonly MinuteCounts[],
  credential: string,
  consumer: string,
  source: string,
): Observation[] {
  // A minute without uses changes no comparison.
  const busy = minutes.filter(({ uses }) => uses > 0)
  return busy.map(({ minuteMs: firstMs, uses, authFailures }) => ({
    credential,
    consumer,
    seenAs: null,
    instance: null,
    version: null,
    statement: { says: 'counted', uses, authFailures },
    atMs: firstMs + minuteMs - 1,
    source,
  }))
}
