// A wall clock watched by a clock that nobody sets. Quiet times, horizons and deadlines are counted in wall time, which
// people and time servers can set: one jump forward would make an hour of silence out of nothing. Slow drift is let through.
import { span } from '@rekey/core'

export interface Clock {
  nowMs: () => number
  /** Why the time is not to be believed; null: it is. It is believed again once it is back where it should be. */
  doubt: () => string | null
}

/** What a time server may correct in one step, and how much the two may drift apart besides. */
const stepMs = 5_000
const drift = 0.001

/** `steadyMs` goes on while the machine sleeps, and nothing sets it. (performance.now() stands still in a suspended machine.) */
export function watchedClock(wallMs: () => number, steadyMs: () => number): Clock {
  let believed = { wall: wallMs(), steady: steadyMs() }
  return {
    nowMs: wallMs,
    doubt() {
      const wall = wallMs()
      const steady = steadyMs()
      const passed = steady - believed.steady
      const off = wall - believed.wall - passed
      if (Math.abs(off) <= stepMs + Math.abs(passed) * drift) {
        believed = { wall, steady }
        return null
      }
      return `the clock of this control plane jumped by ${span(off)}: nothing is decided until it is set right`
    },
  }
}
