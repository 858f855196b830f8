// Uses and authentication failures by the minute: what errors are compared by, before and after a step.
import type { Counted, Used } from './observation.ts'

/** Uses and authentication failures in one minute. */
export interface MinuteCounts {
  minuteMs: number
  uses: number
  authFailures: number
}

const minutesKept = 48
/** Errors cannot be compared over longer than their minutes are kept. */
export const longestErrorWindowMs = 45 * 60_000

/** Uses that were said or counted together count in the minute of the last one, which they rarely leave. */
export function counted(
  minutes: readonly MinuteCounts[],
  atMs: number,
  said: Used | Counted,
): MinuteCounts[] {
  const minuteMs = Math.floor(atMs / 60_000) * 60_000
  if (said.says === 'counted') return countInto(minutes, minuteMs, said.uses, said.authFailures)
  const { outcome, times = 1 } = said
  return countInto(minutes, minuteMs, times, outcome === 'auth-failure' ? times : 0)
}

export function countInto(
  minutes: readonly MinuteCounts[],
  minuteMs: number,
  uses: number,
  authFailures: number,
): MinuteCounts[] {
  const copy = minutes.slice()
  let at = copy.length
  while (at > 0 && copy[at - 1]!.minuteMs >= minuteMs) at--
  const known = copy[at]
  if (known !== undefined && known.minuteMs === minuteMs) {
    copy[at] = { minuteMs, uses: known.uses + uses, authFailures: known.authFailures + authFailures }
  } else {
    copy.splice(at, 0, { minuteMs, uses, authFailures })
    if (copy.length > minutesKept) copy.shift()
  }
  return copy
}
