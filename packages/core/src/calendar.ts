// When the next rotation is due and when it begins (3.1). A pure function of `now`: asked again after an outage or a jump
// of the clock, it answers from what is true then, and nothing has to be repaired.
import type { Reason } from './plan/plan.ts'
import type { MaintenanceWindow, Policy } from './policy.ts'
import { dayMs, instant, minuteMs, span } from './time.ts'

export interface CalendarInput {
  credential: { id: string; lifeMs: number | null }
  policy: Policy
  nowMs: number
  /** Null: there is no version yet. */
  issuedAtMs: number | null
  /** When the last of the long sessions that run now is expected to be over; null: there are none. */
  sessionsEndAtMs?: number | null
  /** Where in the jitter it falls, 0 to 1; by default it follows from the credential's id. */
  spread?: number
}

export interface NextRotation {
  dueAtMs: number
  startAtMs: number
  overdue: boolean
  /** Less than the policy's `alertBeforeMs` of its life is left. */
  alert: boolean
  leftMs: number
  /** How much later than planned it begins because of long sessions. */
  deferredByMs: number
  reasons: Reason[]
}

export function nextRotation(input: CalendarInput): NextRotation {
  const { policy, nowMs, issuedAtMs } = input
  if (issuedAtMs === null) {
    const text = 'No version has been issued yet: the first one can be issued at once.'
    const reasons = [{ code: 'never-issued', text }]
    return {
      dueAtMs: nowMs,
      startAtMs: nowMs,
      overdue: false,
      alert: false,
      leftMs: 0,
      deferredByMs: 0,
      reasons,
    }
  }
  const reasons: Reason[] = []
  const say = (code: string, text: string) => reasons.push({ code, text })

  // A clock that was ahead when the version was issued must not push its deadline out of sight.
  const sinceMs = Math.min(issuedAtMs, nowMs)
  if (issuedAtMs > nowMs) {
    say('clock', `The issue date ${instant(issuedAtMs)} lies in the future: the cycle is counted from now.`)
  }
  const lifeMs = input.credential.lifeMs ?? Number.POSITIVE_INFINITY
  const dueAtMs = sinceMs + Math.min(policy.everyMs, lifeMs)
  const endAtMs = Number.isFinite(lifeMs) ? sinceMs + lifeMs : dueAtMs
  const leftMs = endAtMs - nowMs
  const alert = policy.alertBeforeMs !== null && leftMs < policy.alertBeforeMs
  if (lifeMs <= policy.everyMs) say('end-of-life', `The value ends by itself at ${instant(endAtMs)}.`)
  if (alert) {
    say(
      'little-left',
      leftMs > 0
        ? `Only ${span(leftMs)} of its life are left; the alarm is set at ${span(policy.alertBeforeMs ?? 0)}.`
        : `Its life has been over for ${span(-leftMs)}.`,
    )
  }
  if (nowMs >= dueAtMs) {
    const late = nowMs - dueAtMs
    say(
      'overdue',
      `It was due at ${instant(dueAtMs)}, ${span(late)} ago: it begins now, in or out of a window.`,
    )
    return { dueAtMs, startAtMs: nowMs, overdue: true, alert, leftMs, deferredByMs: 0, reasons }
  }

  const offsetMs = Math.round(
    (clamp(input.spread ?? spreadOf(input.credential.id), 0, 1) * 2 - 1) * policy.jitterMs,
  )
  const plannedMs = clamp(dueAtMs - policy.leadMs + offsetMs, sinceMs, dueAtMs)
  say(
    'lead',
    `Planned ${span(dueAtMs - plannedMs)} before the deadline, jitter of ${span(offsetMs)} included.`,
  )
  const earliestMs = Math.max(plannedMs, nowMs)

  const waitedMs = clamp(
    input.sessionsEndAtMs ?? earliestMs,
    earliestMs,
    Math.max(earliestMs, Math.min(dueAtMs, plannedMs + policy.deferForSessionsMs)),
  )
  const startAtMs = intoWindow(waitedMs, earliestMs, dueAtMs, policy.windows, say)
  const deferredByMs = startAtMs >= waitedMs ? waitedMs - earliestMs : 0
  if (deferredByMs > 0) {
    say(
      'long-sessions',
      `Begins ${span(deferredByMs)} later: consumers are in long sessions and policy allows it.`,
    )
  }
  if ((input.sessionsEndAtMs ?? 0) > startAtMs) {
    say(
      'sessions-outlast',
      'Some sessions last longer than policy lets the start wait; they are asked to checkpoint.',
    )
  }
  return { dueAtMs, startAtMs, overdue: false, alert, leftMs, deferredByMs, reasons }
}

function intoWindow(
  waitedMs: number,
  earliestMs: number,
  dueAtMs: number,
  windows: readonly MaintenanceWindow[],
  say: (code: string, text: string) => void,
): number {
  if (windows.length === 0) return waitedMs
  // A window is worth more than waiting for sessions: where both do not fit, the wait is given up.
  for (const fromMs of [waitedMs, earliestMs]) {
    const openMs = nextOpening(windows, fromMs)
    if (openMs < dueAtMs) {
      if (openMs > fromMs) say('window', `Moved to the maintenance window that opens at ${instant(openMs)}.`)
      return openMs
    }
  }
  say(
    'no-window',
    'No maintenance window lies between the start and the deadline: it begins outside of one. Add a window, or a longer lead.',
  )
  return waitedMs
}

const weekMs = 7 * dayMs
/** 1970-01-01 was a Thursday: the first Sunday at 00:00 UTC lies four days before it. */
const sundayMs = -4 * dayMs

/** `fromMs` itself where a window is open then, else when the next one opens. Windows may run over the end of a week. */
export function nextOpening(windows: readonly MaintenanceWindow[], fromMs: number): number {
  const weekAtMs = Math.floor((fromMs - sundayMs) / weekMs) * weekMs + sundayMs
  let bestMs = Number.POSITIVE_INFINITY
  for (const window of windows) {
    const inWeekMs = window.weekday * dayMs + window.startMinute * minuteMs
    for (const week of [-1, 0, 1]) {
      const openMs = weekAtMs + week * weekMs + inWeekMs
      if (openMs + window.lengthMs <= fromMs) continue
      bestMs = Math.min(bestMs, Math.max(openMs, fromMs))
    }
  }
  return bestMs
}

/** A stable place in 0..1 for an id (FNV-1a, then Murmur's mixing), so that a million credentials do not start at once. */
export function spreadOf(id: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}

const clamp = (value: number, min: number, max: number) => Math.min(Math.max(value, min), max)
