// What a rotation waits for, in words. Made from its state alone and never from the clock: a state that has not changed reads
// the same, so the entity tag of a rotation can be the length of its stream.
import {
  everyone,
  handDueMs,
  instant,
  next,
  notBeforeMs,
  type Rotation,
  type Step,
  stageOf,
  stepOf,
  type Underway,
} from '@rekey/core'

/** null: for nothing; it goes on with the next tick, or it is over. */
export function waitsFor(state: Rotation): string | null {
  if (state.phase === 'ended') return null
  if (state.phase === 'planned') {
    const { gaps } = state.plan
    if (gaps.length > 0) return `what the plan still needs: ${gaps.map(gap => gap.text).join(' ')}`
    return `its time: ${instant(state.startAtMs)}`
  }
  const dueMs = handDueMs(state)
  if (dueMs !== null) return `a person to ${stepOf(state).do} it by hand, until ${instant(dueMs)}`
  switch (state.phase) {
    case 'held':
      return 'a person to let it go on'
    case 'contained':
      return 'one clean success of every consumer since the containment, then a person to resume or go back'
    case 'stuck':
      return whileStuck(state)
    case 'running':
      return running(state)
  }
}

function whileStuck(state: Extract<Rotation, { phase: 'stuck' }>): string {
  // Asked as of long ago: whatever it answers is still to come.
  const looked = next(state, 0)
  const again =
    looked.do === 'wait' && looked.untilMs > state.sinceMs ? `, or ${instant(looked.untilMs)}` : ''
  return `a person to mend it and try again${again}`
}

function running(state: Underway): string | null {
  const { step, enteredMs } = state.progress
  switch (step.kind) {
    case 'effect':
      if (step.effect.is === 'intended') return 'the answer of the target'
      if (step.effect.afterMs <= enteredMs) return null
      return step.effect.problem === null
        ? `its time: ${instant(step.effect.afterMs)}`
        : `another try at ${instant(step.effect.afterMs)}`
    case 'move': {
      const settledMs = notBeforeMs(state)
      if (settledMs === null) return null
      return `the wave to stand without harm until ${instant(settledMs)}, and its gates to open`
    }
    case 'observe': {
      if (stageOf(state) !== 'retire') return 'every gate to open'
      const needed = state.plan.decision.approvals - state.approvals.length
      const people = needed <= 0 ? '' : `, and the approval of ${needed === 1 ? 'a person' : 'two people'}`
      return `the observation to last until ${instant(notBeforeMs(state)!)}, every gate to open${people}`
    }
    case 'watch':
      return `nobody to reach for the disabled version until ${instant(notBeforeMs(state)!)}`
  }
}

export function stepText(step: Step): string {
  switch (step.do) {
    case 'mint':
      return 'mint'
    case 'compareRights':
      return 'compare rights'
    case 'probe':
      return `probe ${step.side} for ${step.expect}`
    case 'move':
      return `move ${step.wave === everyone ? 'everyone' : `wave ${step.wave + 1}`} to ${step.to}`
    case 'observe':
      return `observe before leaving ${step.leaving}`
    case 'endSessions':
      return `end sessions of ${step.side}`
    default:
      return `${step.do} ${step.side}`
  }
}
