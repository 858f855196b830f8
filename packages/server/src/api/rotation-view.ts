// A rotation as people see it, made from its state alone.
import {
  actorText,
  type Held,
  isUnderway,
  notBeforeMs,
  type Plan,
  type Rotation,
  stepOf,
  triggerText,
  type Underway,
} from '@rekey/core'
import type { CredentialRow, RotationRow } from '@rekey/store'
import type { RotationView } from '@rekey/wire'
import { stepText, waitsFor } from './waits.ts'

export function rotationView({ state, seq }: RotationRow, { record }: CredentialRow): RotationView {
  const { id, credential, plan, trigger, openedBy, openedMs, startAtMs, old } = state
  return {
    id,
    credential,
    environment: record.environment,
    phase: state.phase,
    trigger: triggerText(trigger),
    openedBy: actorText(openedBy),
    openedMs,
    startAtMs,
    old: heldView(old),
    step: stepView(state),
    plan: planView(plan),
    seq,
    ...endView(state),
    ...(state.phase === 'planned' ? notStarted : journeyView(state)),
    ...(isUnderway(state) ? underwayView(state) : notUnderway),
  }
}

const heldView = (side: Held | null): RotationView['old'] =>
  side === null
    ? null
    : { version: side.version, handle: side.handle, fingerprint: side.fingerprint, life: side.life }

export function stepView(state: Rotation): RotationView['step'] {
  const waits = waitsFor(state)
  if (state.phase === 'ended') return null
  if (state.phase === 'planned') {
    const { plan, openedMs, startAtMs } = state
    return {
      do: 'start',
      at: 0,
      of: plan.course.length,
      enteredMs: openedMs,
      waitsFor: waits,
      notBeforeMs: startAtMs,
    }
  }
  const { at, course, enteredMs } = state.progress
  return {
    do: stepOf(state).do,
    at: at + 1,
    of: course.length,
    enteredMs,
    waitsFor: waits,
    notBeforeMs: notBeforeMs(state),
  }
}

function endView(state: Rotation): Pick<RotationView, 'ending' | 'because' | 'endedMs'> {
  if (state.phase !== 'ended') return { ending: null, because: null, endedMs: null }
  const { ending, because, endedMs } = state
  return { ending, because, endedMs }
}

type OfJourney = Pick<RotationView, 'startedMs' | 'new' | 'assignments' | 'approvals' | 'overrides'>

const notStarted: OfJourney = { startedMs: null, new: null, assignments: [], approvals: [], overrides: [] }

function journeyView(state: Exclude<Rotation, { phase: 'planned' }>): OfJourney {
  return {
    startedMs: state.startedMs,
    new: heldView(state.new),
    assignments: Object.entries(state.assignments).map(([consumer, one]) => ({ consumer, ...one })),
    approvals: state.approvals.map(one => ({ ...one })),
    overrides: state.overrides.map(one => ({ ...one })),
  }
}

type OfUnderway = Pick<
  RotationView,
  'mintedMs' | 'problem' | 'turnedBecause' | 'heldBecause' | 'restricted' | 'overdueMs'
>

const notUnderway: OfUnderway = {
  mintedMs: null,
  problem: null,
  turnedBecause: null,
  heldBecause: null,
  restricted: [],
  overdueMs: null,
}

function underwayView(state: Underway): OfUnderway {
  const { mintedMs, turnedBecause, restricted, overdueMs } = state
  const problem = problemOf(state)
  const heldBecause = state.phase === 'held' ? state.reason : state.phase === 'contained' ? state.cause : null
  return { mintedMs, problem, turnedBecause, heldBecause, restricted: [...restricted], overdueMs }
}

/** What stopped it, or what its last try met with. */
function problemOf(state: Underway): RotationView['problem'] {
  if (state.phase === 'stuck') return { ...state.problem }
  const { step } = state.progress
  if (step.kind !== 'effect' || step.effect.is !== 'ready' || step.effect.problem === null) return null
  return { ...step.effect.problem }
}

export function planView(plan: Plan): RotationView['plan'] {
  const { model, order, course, reasons, gaps, overrides, waves, owed, lanes, windows } = plan
  return {
    model,
    order,
    course: course.map(stepText),
    reasons: reasons.map(one => ({ ...one })),
    gaps: gaps.map(one => ({ ...one })),
    overrides: overrides.map(one => ({ ...one })),
    waves: waves.map(one => ({ ...one })),
    owed: owed.map(one => ({
      consumer: one.consumer,
      name: one.name,
      lanes: one.lanes,
      exercise: one.exercise,
      refresh: one.refresh,
      quietMs: one.quietMs,
    })),
    lanes: [...lanes],
    windows: { ...windows },
    inFlight: plan.inFlight,
    rollback: plan.rollback?.how ?? null,
    approvals: plan.decision.approvals,
    owner: plan.owner === null ? null : { ...plan.owner },
  }
}
