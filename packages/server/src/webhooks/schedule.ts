// When a webhook that failed is tried again, after the schedule that Standard Webhooks 1.0 recommends ("Deliverability and reliability").
// Chance comes in from outside.
import { hourMs, minuteMs, secondMs } from '@rekey/core'

/** Before the first attempt, the second, … ten in three days. */
export const stepsMs: readonly number[] = [
  0,
  5 * secondMs,
  5 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  5 * hourMs,
  10 * hourMs,
  14 * hourMs,
  20 * hourMs,
  24 * hourMs,
]
/** Ten per cent to both sides, so that what failed together does not come back together. */
const jitter = 0.1

/** null: no answer came. */
export type Attempted = { status: number; retryAfterMs: number | null } | null

export type NextAttempt =
  | { what: 'delivered' }
  /** The receiver wants nothing any more, not this event and no other. */
  | { what: 'disabled' }
  | { what: 'wait'; waitMs: number }
  | { what: 'given-up' }

/**
 * `attempts` counts those that were made, the last one included; `chance` lies in [0, 1). A receiver that asks to be left alone for
 * longer is heard, but no longer than until the attempt after the next would be due: it cannot put us off for ever.
 */
export function nextAttempt(attempts: number, attempted: Attempted, chance: number): NextAttempt {
  const status = attempted?.status ?? 0
  if (status >= 200 && status < 300) return { what: 'delivered' }
  if (status === 410) return { what: 'disabled' }
  const stepMs = stepsMs[attempts]
  if (stepMs === undefined) return { what: 'given-up' }
  const waitMs = stepMs * (1 + jitter * (2 * chance - 1))
  const askedMs = Math.min(attempted?.retryAfterMs ?? 0, stepsMs[attempts + 1] ?? stepMs)
  return { what: 'wait', waitMs: Math.round(Math.max(waitMs, askedMs)) }
}
