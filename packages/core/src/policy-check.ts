// Refuses a senseless policy with clear words, all of it at once. What it lets through, the calendar and the planner can
// work with; nothing is corrected in silence.

import { longestErrorWindowMs } from './ledger/minutes.ts'
import type { Policy, PolicyFacts, PolicyOverrides } from './policy.ts'
import { triggerEvents } from './policy.ts'
import { policyFor } from './policy-defaults.ts'
import { dayMs, minuteMs, span } from './time.ts'

export interface PolicyFault {
  path: string
  text: string
  how: string
}

type Check = (value: unknown) => [text: string, how: string] | null

const tenYearsMs = 3_650 * dayMs

const checks: Record<keyof Policy, Check> = {
  everyMs: between(minuteMs, tenYearsMs),
  usesLimit: orNull(wholeFrom(1)),
  bytesLimit: orNull(wholeFrom(1)),
  operationsLimit: orNull(wholeFrom(1)),
  onEvents: listOf(oneOf(triggerEvents)),
  leadMs: between(0, tenYearsMs),
  jitterMs: between(0, tenYearsMs),
  windows: listOf(() => null),
  alertBeforeMs: orNull(between(1, tenYearsMs)),
  deferForSessionsMs: between(0, tenYearsMs),
  advice: orNull(value =>
    typeof value === 'string' && value.trim() !== ''
      ? null
      : ['The advice is empty.', 'Write a sentence, or give null.'],
  ),
  approvals: oneOf([0, 1, 2]),
  maxAttempts: wholeFrom(1, 100),
  backoffMs: between(1, dayMs),
  backoffCapMs: between(1, 7 * dayMs),
  // Not zero: without a silent time the last gate would open at once.
  quietMs: between(1, 365 * dayMs),
  errorWindowMs: between(1, longestErrorWindowMs),
  onFailure: oneOf(['contain', 'roll-back']),
  inFlight: oneOf(['finish', 'fail', 'requeue']),
  // Shorter than a second, and a hiccup of the network stops the work.
  withoutContactMs: orNull(between(1_000, 30 * dayMs)),
}

/** With the credential's facts, what is left to the default is weighed against what is overridden. */
export function checkPolicy(overrides: PolicyOverrides, facts?: PolicyFacts): PolicyFault[] {
  const faults: PolicyFault[] = []
  for (const [path, value] of Object.entries(overrides)) {
    if (!Object.hasOwn(checks, path)) {
      faults.push({
        path,
        text: `There is no policy setting named ${path}.`,
        how: `Use one of: ${Object.keys(checks).join(', ')}.`,
      })
      continue
    }
    const fault = checks[path as keyof Policy](value)
    if (fault) faults.push({ path, text: fault[0], how: fault[1] })
  }
  if (Array.isArray(overrides.windows)) faults.push(...overrides.windows.flatMap(checkWindow))
  if (faults.length > 0) return faults
  return together(facts ? policyFor(facts, overrides) : overrides)
}

function checkWindow(window: unknown, index: number): PolicyFault[] {
  const at = `windows[${index}]`
  if (typeof window !== 'object' || window === null) {
    return [
      { path: at, text: 'This is no maintenance window.', how: 'Give weekday, startMinute and lengthMs.' },
    ]
  }
  const parts: Record<string, Check> = {
    weekday: wholeFrom(0, 6),
    startMinute: wholeFrom(0, 1439),
    lengthMs: between(minuteMs, 7 * dayMs),
  }
  return Object.entries(parts).flatMap(([part, check]) => {
    const fault = check((window as Record<string, unknown>)[part])
    return fault ? [{ path: `${at}.${part}`, text: fault[0], how: fault[1] }] : []
  })
}

/** Settings that are sensible alone and senseless together. */
function together(policy: PolicyOverrides): PolicyFault[] {
  const faults: PolicyFault[] = []
  const { everyMs, leadMs, jitterMs, quietMs, backoffMs, backoffCapMs } = policy
  if (everyMs !== undefined && leadMs !== undefined && leadMs > everyMs / 2) {
    faults.push({
      path: 'leadMs',
      text: `A lead of ${span(leadMs)} is more than half of the cycle of ${span(everyMs)}: one rotation would hardly end before the next begins.`,
      how: `Give at most ${span(everyMs / 2)}, or a longer cycle.`,
    })
  }
  if (leadMs !== undefined && jitterMs !== undefined && jitterMs > leadMs) {
    faults.push({
      path: 'jitterMs',
      text: `A jitter of ${span(jitterMs)} is more than the lead of ${span(leadMs)}: a rotation could begin after its deadline.`,
      how: `Give at most ${span(leadMs)}.`,
    })
  }
  if (everyMs !== undefined && quietMs !== undefined && quietMs >= everyMs) {
    faults.push({
      path: 'quietMs',
      text: `A quiet time of ${span(quietMs)} never ends within a cycle of ${span(everyMs)}.`,
      how: 'Shorten the quiet time, or lengthen the cycle.',
    })
  }
  if (backoffMs !== undefined && backoffCapMs !== undefined && backoffCapMs < backoffMs) {
    faults.push({
      path: 'backoffCapMs',
      text: `The longest wait between attempts (${span(backoffCapMs)}) is shorter than the first (${span(backoffMs)}).`,
      how: `Give at least ${span(backoffMs)}.`,
    })
  }
  return faults
}

function between(minMs: number, maxMs: number): Check {
  return value =>
    typeof value === 'number' && value >= minMs && value <= maxMs
      ? null
      : [
          `${shown(value)} is no sensible length of time here.`,
          `Give milliseconds from ${minMs} to ${maxMs} (${minMs <= 1 ? `up to ${span(maxMs)}` : `${span(minMs)} to ${span(maxMs)}`}).`,
        ]
}

function wholeFrom(min: number, max = Number.MAX_SAFE_INTEGER): Check {
  return value =>
    Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max
      ? null
      : [
          `${shown(value)} does not fit here.`,
          max === Number.MAX_SAFE_INTEGER
            ? `Give a whole number of at least ${min}.`
            : `Give a whole number from ${min} to ${max}.`,
        ]
}

function oneOf(allowed: readonly unknown[]): Check {
  return value =>
    allowed.includes(value)
      ? null
      : [`${shown(value)} is not known here.`, `Use one of: ${allowed.join(', ')}.`]
}

function listOf(check: Check): Check {
  return value =>
    Array.isArray(value)
      ? (value.map(check).find(fault => fault !== null) ?? null)
      : [`${shown(value)} is no list.`, 'Give a list.']
}

function orNull(check: Check): Check {
  return value => (value === null ? null : check(value))
}

// Only the kind of an object is shown: what was put here by mistake might be a value that must not be printed.
const shown = (value: unknown) =>
  typeof value === 'number' || value === null || value === undefined ? String(value) : `This ${typeof value}`
