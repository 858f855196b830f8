// next(state, nowMs): the one thing that the clock should ask for now, or until when there is nothing to ask. It needs no
// ledger: whether a gate is open is decided when it is asked.
import type { Verb } from '../abilities.ts'
import { hourMs, minuteMs, secondMs } from '../time.ts'
import type { Side } from './course.ts'
import { deadlineMs } from './decide-care.ts'
import { verbOf } from './decide-effect.ts'
import { notBeforeMs } from './stage.ts'
import { handDueMs, isUnderway, type Rotation, stepOf, type Underway } from './state.ts'

export type Next =
  | { do: 'start' }
  /** Write down what is about to be done. */
  | { do: 'intend'; verb: Verb; side: Side }
  /** It was intended; whether it happened must be found out, or done under the same key. */
  | { do: 'resolve'; verb: Verb; side: Side; key: string; version: number; byHand: boolean }
  | { do: 'move' }
  | { do: 'settle' }
  | { do: 'judge' }
  | { do: 'passWatch' }
  | { do: 'alarm' }
  | { do: 'escalate' }
  | { do: 'retry' }
  | { do: 'wait'; untilMs: number }
  | { do: 'nothing' }

/** How often gates are asked again when no observation wakes the rotation earlier. */
export const judgeEveryMs = 30 * secondMs
/** A stuck rotation tells its owner at once, then after 1, 4, 9, … hours. */
const escalateEveryMs = hourMs
/** What stopped it may have passed: a target that was down for hours comes back. */
const retryEveryMs = 15 * minuteMs
/**
 * What passes by itself. What a call may say that asking again can change: all codes of a provider's own but `denied` and
 * `rejected`, which are said of us and not of the moment; and what the runner says in its place. A new code is a person's
 * until it stands here.
 */
const passing = new Set([
  'unreachable',
  'timeout',
  'rate-limited',
  'unexpected',
  'ambiguous',
  'failed',
  'no-provider',
  'still-accepted',
])

export function next(state: Rotation, nowMs: number): Next {
  if (state.phase === 'ended') return { do: 'nothing' }
  if (state.phase === 'planned') {
    if (state.plan.gaps.length > 0) return { do: 'nothing' }
    return nowMs >= state.startAtMs ? { do: 'start' } : { do: 'wait', untilMs: state.startAtMs }
  }
  if (!isUnderway(state)) return { do: 'nothing' }
  const deadline = deadlineMs(state)
  if (state.overdueMs === null && deadline !== null && nowMs >= deadline) return { do: 'alarm' }
  const step = working(state, nowMs)
  // Whatever it waits for, the deadline of the window is not slept through.
  if (step.do === 'wait' && state.overdueMs === null && deadline !== null) {
    return { do: 'wait', untilMs: Math.min(step.untilMs, deadline) }
  }
  return step
}

function working(state: Underway, nowMs: number): Next {
  const { step: at } = state.progress
  const asked = verbOf(stepOf(state))
  // Whatever the phase, an effect that was intended is brought to a known end.
  if (at.kind === 'effect' && at.effect.is === 'intended' && asked !== null) {
    const version = (asked.side === 'old' ? state.old : state.new)?.version ?? state.lastVersion
    const dueMs = handDueMs(state)
    if (dueMs !== null && nowMs >= dueMs) return { do: 'escalate' }
    const byHand = dueMs !== null
    return { do: 'resolve', ...asked, key: at.effect.key, version, byHand }
  }
  switch (state.phase) {
    case 'held':
    case 'contained':
      return { do: 'wait', untilMs: Number.POSITIVE_INFINITY }
    case 'stuck':
      return whileStuck(state, nowMs)
    case 'running':
      return running(state, nowMs)
  }
}

function running(state: Underway, nowMs: number): Next {
  const step = stepOf(state)
  const { step: at } = state.progress
  const untilMs = notBeforeMs(state)
  const isReady = untilMs === null || nowMs >= untilMs
  switch (at.kind) {
    case 'effect': {
      const asked = verbOf(step)
      if (asked === null || at.effect.is !== 'ready') return { do: 'nothing' }
      return nowMs >= at.effect.afterMs
        ? { do: 'intend', ...asked }
        : { do: 'wait', untilMs: at.effect.afterMs }
    }
    case 'move':
      if (at.movedMs === null) return { do: 'move' }
      return isReady ? { do: 'settle' } : { do: 'wait', untilMs }
    case 'observe':
      return { do: 'judge' }
    case 'watch':
      // Asked before its end as well: a consumer that reaches for the disabled version must not wait for the cycle's end.
      return isReady ? { do: 'passWatch' } : { do: 'judge' }
  }
}

function whileStuck(state: Extract<Rotation, { phase: 'stuck' }>, nowMs: number): Next {
  const { sinceMs: since, told } = state.trouble ?? { sinceMs: state.sinceMs, told: 0 }
  const escalateAtMs = since + told ** 2 * escalateEveryMs
  if (nowMs >= escalateAtMs) return { do: 'escalate' }
  if (!passing.has(state.problem.code)) return { do: 'wait', untilMs: escalateAtMs }
  const retryAtMs = state.sinceMs + retryEveryMs
  return nowMs >= retryAtMs ? { do: 'retry' } : { do: 'wait', untilMs: Math.min(retryAtMs, escalateAtMs) }
}
