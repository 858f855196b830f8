// Where a rotation stands on its course: entering a step, going on, going back to look again.
import { otherSide, type Side, type Step } from './course.ts'
import {
  arrivingSide,
  held,
  isRetirementDecided,
  type Progress,
  type StepState,
  stepOf,
  type Underway,
} from './state.ts'

/** The step's own state when it is entered. */
function entered(step: Step | undefined): StepState {
  switch (step?.do) {
    case undefined:
    case 'observe':
      return { kind: 'observe' }
    case 'move':
      return { kind: 'move', movedMs: null }
    case 'watch':
      return { kind: 'watch' }
    default:
      return {
        kind: 'effect',
        effect: { is: 'ready', key: null, attempts: 0, afterMs: 0, problem: null },
      }
  }
}

export function enter(
  course: readonly Step[],
  at: number,
  ending: Progress['ending'],
  atMs: number,
): Progress {
  return { course, at, ending, enteredMs: atMs, step: entered(course[at]) }
}

export function advance<S extends Underway>(state: S, atMs: number): S {
  const { course, at, ending } = state.progress
  return { ...state, trouble: null, progress: enter(course, at + 1, ending, atMs) }
}

/** Enable it again, prove that it works, and look at everything anew before trying to retire it once more. */
export function reinstated(state: Underway, side: Side, atMs: number): Progress {
  const { course, at, ending } = state.progress
  const last = course.findLastIndex(step => step.do === 'disable' && step.side === side)
  const rest: Step[] = [
    { do: 'enable', side },
    { do: 'probe', side, expect: 'accepted' },
    { do: 'observe', leaving: side },
    ...course.slice(last),
  ]
  return enter([...course.slice(0, at), ...rest], at, ending, atMs)
}

/** What a probe contradicts, by the problem that it found. */
const retold: Record<string, 'enable' | 'destroy'> = {
  'probe-refused': 'enable',
  'still-accepted': 'destroy',
}

/** A retry begins the step anew but keeps the operation key: what was intended under it may have happened. */
export function again(state: Underway, atMs: number): Progress {
  const { progress } = state
  const { step } = progress
  // A target that refuses what it said it had enabled, or accepts what it said it had destroyed, is told once more.
  const undone = state.phase === 'stuck' ? retold[state.problem.code] : undefined
  const asked = stepOf(state)
  if (undone !== undefined && 'side' in asked) {
    const { course, at, ending } = progress
    const { side } = asked
    const last = course.findLastIndex(
      (one, index) => index < at && one.do === undone && 'side' in one && one.side === side,
    )
    if (last >= 0) return enter(course, last, ending, atMs)
    // It was done on a course that was left since. Where the target holds one version, to destroy would end what is there now.
    if (undone === 'destroy' && state.plan.abilities.maxLive > 1)
      return enter(course.toSpliced(at, 0, { do: 'destroy', side }), at, ending, atMs)
  }
  if (step.kind !== 'effect') return { ...progress, enteredMs: atMs }
  return {
    ...progress,
    step: {
      kind: 'effect',
      effect: { is: 'ready', key: step.effect.key, attempts: 0, afterMs: atMs, problem: null },
    },
  }
}

/** After a containment a decision that was taken before it, and not yet carried out, is taken anew. */
export function lookedAtAnew(state: Underway, atMs: number): Progress {
  const { course, at, ending, step } = state.progress
  const untouched = held(state, otherSide(arrivingSide(state)))?.life === 'active'
  const idle = step.kind !== 'effect' || step.effect.is === 'ready'
  if (!isRetirementDecided(state) || !untouched || !idle) return state.progress
  const look = course.findLastIndex((one, index) => one.do === 'observe' && index < at)
  return enter(course, look, ending, atMs)
}
