// When what happens, for every strategy alike: two scheduled rotations thirty days apart, then the suspicion of a leak. Time
// goes in steps that are short where something is going on.
import { dayMs, hourMs, minuteMs, secondMs } from '@rekey/core'
import type { Dice } from '../dice.ts'

export const cycleMs = 30 * dayMs

export interface Days {
  startMs: number
  /** When each scheduled rotation begins. */
  rotationsMs: readonly number[]
  /** When somebody suspects that the current value has leaked. */
  suspectedMs: number
  endMs: number
}

export function daysOf(dice: Dice, seed: number): Days {
  const startMs = Date.UTC(2026, 2, 2, 9) + (seed % 1_000) * minuteMs
  const firstMs = startMs + dayMs
  const nextMs = firstMs + cycleMs
  const suspectedMs = nextMs + 12 * dayMs + dice.between('days.leak', 0, 24 * 60) * minuteMs
  return { startMs, rotationsMs: [firstMs, nextMs], suspectedMs, endMs: suspectedMs + incidentMs }
}

/** How long is looked at after the suspicion. */
export const incidentMs = 72 * hourMs

/** Within that long of a beginning, steps are that short. */
const afterRotation: readonly [withinMs: number, stepMs: number][] = [
  [10 * minuteMs, 30 * secondMs],
  [30 * minuteMs, minuteMs],
  [4 * hourMs, 5 * minuteMs],
  [26 * hourMs, 15 * minuteMs],
  [Number.POSITIVE_INFINITY, 30 * minuteMs],
]
const afterSuspicion: typeof afterRotation = [
  [20 * minuteMs, 10 * secondMs],
  [3 * hourMs, minuteMs],
  [12 * hourMs, 10 * minuteMs],
  [Number.POSITIVE_INFINITY, 30 * minuteMs],
]

/** The end of the step that begins now. */
export function stepFrom(days: Days, nowMs: number): number {
  const begun = [...days.rotationsMs, days.suspectedMs].filter(ms => ms <= nowMs).at(-1) ?? Number.NaN
  const passedMs = nowMs - begun
  const steps = nowMs >= days.suspectedMs ? afterSuspicion : afterRotation
  const [, stepMs] = steps.find(([withinMs]) => passedMs < withinMs) ?? [0, 30 * minuteMs]
  const next = [...days.rotationsMs, days.suspectedMs, days.endMs].find(ms => ms > nowMs) ?? days.endMs
  return Math.min(nowMs + stepMs, next)
}
