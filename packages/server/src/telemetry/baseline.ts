// Cumulative counters, remembered from one request of a source to the next, in memory (OpenTelemetry metrics data model, "Sums"). A series
// that began before this process listened is counted from its second point on: the first may say what was told before we
// started, hours ago, and would look like a use of now. So a start loses at most one interval of each series, and invents nothing.
import type { SumPoint } from './otlp.ts'
import { increaseOf, type Last, mostSeries, type Series } from './series.ts'

/** What was known, and the first points of what began before: they look like points that were sent again. */
export function baselined(
  points: readonly SumPoint[],
  known: Series,
  listeningSinceMs: number,
  nowMs: number,
): Series {
  const series = new Map(known)
  for (const point of points) {
    const { temporality, startMs, atMs } = point
    if (temporality === 'delta' || atMs === null) continue
    if (startMs !== null && startMs >= listeningSinceMs) continue
    // Asked by itself, it says under which name it goes; one that is not good says so later.
    const alone = new Map<string, Last>()
    increaseOf(point, atMs, nowMs, alone)
    const [named] = alone
    if (named !== undefined && !series.has(named[0]) && series.size < mostSeries) series.set(...named)
  }
  return series
}

export interface SeriesMemory {
  of(source: string): Series
  set(source: string, series: Series): void
}

/** Of all sources together no more than one may have; who was heard longest ago is forgotten first. */
export function seriesMemory(most = mostSeries): SeriesMemory {
  const known = new Map<string, Series>()
  let size = 0
  const forget = (source: string) => {
    size -= known.get(source)?.size ?? 0
    known.delete(source)
  }
  return {
    of: source => known.get(source) ?? new Map(),
    set(source, series) {
      forget(source)
      known.set(source, series)
      size += series.size
      for (const other of known.keys()) {
        if (size <= most || other === source) break
        forget(other)
      }
    },
  }
}
