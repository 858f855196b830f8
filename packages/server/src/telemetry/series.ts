// What a counter's point adds to what its series said before (OpenTelemetry metrics data model, "Sums" and "Resets and gaps"). A delta is
// its own increase. Of a cumulative sum only the difference counts; its start belongs to the series, so that a program that starts
// anew begins a new one, and two that share a name do not look like one that falls and rises.
import { skewMs, staleAfterMs } from '@rekey/core'
import type { Attributes, SumPoint } from './otlp.ts'

export interface Last {
  atMs: number
  value: number
}

/** The last point of each cumulative series of one source. */
export type Series = ReadonlyMap<string, Last>

export interface Increase {
  times: number
  /** No use was before it; null: not known. */
  firstMs: number | null
}

export const mostSeries = 100_000

/** What was not heard of for long is forgotten: the ledger takes nothing that old. */
export function stillHeard(series: Series, nowMs: number): Map<string, Last> {
  return new Map([...series].filter(([, { atMs }]) => atMs >= nowMs - staleAfterMs))
}

export type NoIncrease = 'not-a-counter' | 'bad-count' | 'from-the-future' | 'too-many-series'

/** null: nothing was added. The series is brought up to date in `series`. */
export function increaseOf(
  point: SumPoint,
  atMs: number,
  nowMs: number,
  series: Map<string, Last>,
): Increase | NoIncrease | null {
  const { value, startMs, temporality, isMonotonic } = point
  if (!isMonotonic) return 'not-a-counter'
  if (!Number.isFinite(value) || value < 0) return 'bad-count'
  // Were it remembered, all that follows would look overtaken.
  if (atMs > nowMs + skewMs) return 'from-the-future'
  if (temporality === 'delta') return increase(value, startMs)
  const key = keyOf(point)
  const last = series.get(key)
  if (last === undefined && series.size >= mostSeries) return 'too-many-series'
  // A point that was sent again, or overtaken.
  if (last !== undefined && atMs <= last.atMs) return null
  series.set(key, { atMs, value })
  if (last === undefined) return increase(value, startMs)
  return increase(value < last.value ? value : value - last.value, last.atMs)
}

/** A counter of uses is whole; where it was extrapolated, a part of a use is a use. */
const increase = (value: number, firstMs: number | null): Increase | null =>
  value === 0 ? null : { times: Math.ceil(value), firstMs }

const keyOf = ({ name, startMs, attributes, resource }: SumPoint): string =>
  JSON.stringify([name, startMs, sorted(resource), sorted(attributes)])

const sorted = (attributes: Attributes) => [...attributes].sort(([a], [b]) => (a < b ? -1 : 1))
