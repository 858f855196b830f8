// evolve(state, event): what an event makes of a rotation. Replaying a rotation's events gives its state; an event that
// cannot follow is a bug, in the program or in the log, and throws.

import type { VersionState } from '../credential.ts'
import type { Side, Step } from './course.ts'
import type { RotationEvent } from './event.ts'
import {
  type Assignment,
  type Ended,
  type Held,
  isUnderway,
  type Journey,
  type Progress,
  type Rotation,
  type StepState,
  stepOf,
  type Underway,
} from './state.ts'

export function evolve(state: Rotation | null, event: RotationEvent): Rotation {
  if (state === null) {
    if (event.type !== 'rotationOpened') throw impossible(state, event)
    return {
      phase: 'planned',
      id: event.rotation,
      credential: event.credential,
      plan: event.plan,
      trigger: event.trigger,
      openedBy: event.by,
      openedMs: event.atMs,
      startAtMs: event.startAtMs,
      old: event.old,
      lastVersion: event.lastVersion,
    }
  }
  if (state.phase === 'planned') return fromPlanned(state, event)
  if (!isUnderway(state)) throw impossible(state, event)
  return underway(state, event)
}

export function replay(events: Iterable<RotationEvent>): Rotation | null {
  let state: Rotation | null = null
  for (const event of events) state = evolve(state, event)
  return state
}

function fromPlanned(state: Extract<Rotation, { phase: 'planned' }>, event: RotationEvent): Rotation {
  const { phase: _, ...opened } = state
  if (event.type === 'rotationEnded') {
    return {
      ...opened,
      phase: 'ended',
      ending: event.ending,
      because: event.because,
      endedMs: event.atMs,
      startedMs: null,
      new: null,
      assignments: {},
      overrides: [],
      approvals: [],
    }
  }
  if (event.type !== 'rotationStarted') throw impossible(state, event)
  const assignments: Record<string, Assignment> = {}
  if (state.old !== null) {
    for (const owed of state.plan.owed) assignments[owed.consumer] = { side: 'old', sinceMs: state.openedMs }
  }
  return {
    ...opened,
    phase: 'running',
    startedMs: event.atMs,
    new: null,
    mintedMs: null,
    joined: [],
    assignments,
    lastMoveMs: null,
    baseline: event.baseline,
    overrides: [],
    approvals: [],
    rights: null,
    restricted: [],
    proofSinceMs: null,
    overdueMs: null,
    suspendedMs: null,
    turnedBecause: null,
    progress: enter(state.plan.course, 0, 'completed', event.atMs),
  }
}

function underway(state: Underway, event: RotationEvent): Rotation {
  switch (event.type) {
    case 'effectIntended':
      return intended(state, event)
    case 'effectDone':
      return done(state, event)
    case 'effectFailed': {
      const attempts = effectOf(state, event).attempts + 1
      const key = event.keepKey ? event.key : null
      return withEffect(state, {
        kind: 'effect',
        effect: { is: 'ready', key, attempts, afterMs: event.retryAtMs, problem: event.problem },
      })
    }
    case 'valueLost': {
      const attempts = effectOf(state, event).attempts + 1
      const effect = { is: 'ready', key: null, attempts, afterMs: event.atMs, problem: null } as const
      return withEffect({ ...state, new: null }, { kind: 'effect', effect })
    }
    case 'waveMoved':
      return {
        ...state,
        assignments: assigned(state, event.consumers, event.to, event.atMs),
        lastMoveMs: event.atMs,
        progress: { ...state.progress, step: { kind: 'move', movedMs: event.atMs } },
      }
    case 'consumerMoved':
      return {
        ...state,
        assignments: assigned(state, [event.consumer], event.to, event.atMs),
        lastMoveMs: event.atMs,
        approvals: [],
      }
    case 'waveSettled':
    case 'watchPassed':
      return advance(state, event.atMs)
    case 'retirementDecided':
    case 'recoveryProved':
      return advance(state, event.atMs)
    case 'consumerJoined': {
      // It starts where everyone was, unless nobody may be there any more.
      const side = state.old?.life === 'active' ? 'old' : 'new'
      const joined = [...state.joined, event.owed]
      const assignments = assigned(state, [event.owed.consumer], side, event.atMs)
      return { ...state, joined, approvals: [], assignments }
    }
    case 'retirementApproved': {
      const by = event.by.id
      return {
        ...state,
        approvals: [...state.approvals.filter(one => one.by !== by), { by, atMs: event.atMs }],
      }
    }
    case 'gateOverridden': {
      const { gate, consumer, reason, atMs } = event
      return { ...state, overrides: [...state.overrides, { gate, consumer, reason, atMs, by: event.by.id }] }
    }
    case 'versionReinstated':
      return { ...state, approvals: [], progress: reinstated(state, event.side, event.atMs) }
    case 'courseChanged': {
      const progress = enter(event.course, 0, event.to, event.atMs)
      return { ...journey(state), approvals: [], turnedBecause: event.because, progress, phase: 'running' }
    }
    case 'rotationHeld':
      return { ...journey(state), phase: 'held', by: event.by.id, reason: event.reason, sinceMs: event.atMs }
    case 'rotationContained':
      return {
        ...journey(state),
        phase: 'contained',
        cause: event.cause,
        sinceMs: event.atMs,
        proofSinceMs: event.atMs,
        approvals: [],
      }
    case 'consumerRestricted':
      return {
        ...state,
        restricted: [...state.restricted.filter(one => one !== event.consumer), event.consumer],
      }
    case 'restrictionLifted':
      return { ...state, restricted: state.restricted.filter(one => one !== event.consumer) }
    case 'rotationReleased':
    case 'rotationResumed':
      return { ...journey(state), phase: 'running' }
    case 'rotationStuck':
      return {
        ...journey(state),
        phase: 'stuck',
        problem: event.problem,
        sinceMs: event.atMs,
        escalations: 0,
      }
    case 'rotationEscalated':
      if (state.phase !== 'stuck') throw impossible(state, event)
      return { ...state, escalations: state.escalations + 1 }
    case 'rotationRetried':
      return { ...journey(state), phase: 'running', progress: again(state.progress, event.atMs) }
    case 'windowOverdue':
      return { ...state, overdueMs: event.atMs }
    case 'rotationEnded':
      return ended(state, event)
    case 'rotationOpened':
    case 'rotationStarted':
      throw impossible(state, event)
  }
}

function intended(state: Underway, event: Extract<RotationEvent, { type: 'effectIntended' }>): Rotation {
  const { step } = state.progress
  if (step.kind !== 'effect' || step.effect.is !== 'ready') throw impossible(state, event)
  const effect = {
    is: 'intended',
    key: event.key,
    attempts: step.effect.attempts,
    sinceMs: event.atMs,
  } as const
  const next = withEffect(state, { kind: 'effect', effect })
  if (event.verb !== 'mint') return next
  return {
    ...next,
    lastVersion: Math.max(state.lastVersion, event.version),
    new: { version: event.version, handle: null, fingerprint: null, life: 'intended', operation: event.key },
  }
}

function done(state: Underway, event: Extract<RotationEvent, { type: 'effectDone' }>): Rotation {
  effectOf(state, event)
  const { result, side, atMs } = event
  const step = stepOf(state)
  switch (event.verb) {
    case 'mint': {
      if (result.is !== 'minted' || state.new === null) throw impossible(state, event)
      const minted: Held = {
        ...state.new,
        handle: result.handle,
        fingerprint: result.fingerprint,
        life: 'pre-active',
      }
      const next = { ...state, new: minted, mintedMs: atMs }
      // Where the target holds one version, the new one has taken the old one's place.
      const ends = state.plan.abilities.maxLive === 1 && state.old !== null && state.old.life !== 'dead'
      return advance(ends ? withLife(next, 'old', 'destroyed') : next, atMs)
    }
    case 'probe': {
      if (step.do !== 'probe' || result.is !== step.expect) throw impossible(state, event)
      return advance(withLife(state, side, result.is === 'accepted' ? 'active' : 'dead'), atMs)
    }
    case 'compareRights':
      if (result.is !== 'rights') throw impossible(state, event)
      return advance({ ...state, rights: result.diff }, atMs)
    case 'disable':
      return advance({ ...withLife(state, side, 'suspended'), suspendedMs: atMs }, atMs)
    case 'enable':
      return advance(withLife(state, side, 'active'), atMs)
    case 'destroy':
      return advance(withLife(state, side, 'destroyed'), atMs)
    case 'endSessions':
      return advance(state, atMs)
  }
}

function ended(state: Underway, event: Extract<RotationEvent, { type: 'rotationEnded' }>): Rotation {
  const left: Ended = {
    id: state.id,
    credential: state.credential,
    plan: state.plan,
    trigger: state.trigger,
    openedBy: state.openedBy,
    openedMs: state.openedMs,
    startAtMs: state.startAtMs,
    startedMs: state.startedMs,
    old: state.old,
    new: state.new,
    lastVersion: state.lastVersion,
    assignments: state.assignments,
    overrides: state.overrides,
    approvals: state.approvals,
  }
  return { ...left, phase: 'ended', ending: event.ending, because: event.because, endedMs: event.atMs }
}

/** The step's own state when it is entered. */
export function entered(step: Step | undefined): StepState {
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

function enter(course: readonly Step[], at: number, ending: Progress['ending'], atMs: number): Progress {
  return { course, at, ending, enteredMs: atMs, step: entered(course[at]) }
}

function advance<S extends Underway>(state: S, atMs: number): S {
  const { course, at, ending } = state.progress
  return { ...state, progress: enter(course, at + 1, ending, atMs) }
}

/** Enable it again, prove that it works, and look at everything anew before trying to retire it once more. */
function reinstated(state: Underway, side: Side, atMs: number): Progress {
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

/** A retry begins the step anew but keeps the operation key: what was intended under it may have happened. */
function again(progress: Progress, atMs: number): Progress {
  const { step } = progress
  if (step.kind !== 'effect') return { ...progress, enteredMs: atMs }
  return {
    ...progress,
    step: {
      kind: 'effect',
      effect: { is: 'ready', key: step.effect.key, attempts: 0, afterMs: atMs, problem: null },
    },
  }
}

function assigned(state: Journey, consumers: readonly string[], side: Side, sinceMs: number) {
  const assignments = { ...state.assignments }
  for (const consumer of consumers) assignments[consumer] = { side, sinceMs }
  return assignments
}

function withLife<S extends Underway>(state: S, side: Side, life: VersionState): S {
  const known = side === 'old' ? state.old : state.new
  if (known === null) throw new Error(`rotation ${state.id} has no ${side} version`)
  return { ...state, [side]: { ...known, life } }
}

function withEffect<S extends Underway>(state: S, step: StepState): S {
  return { ...state, progress: { ...state.progress, step } }
}

function effectOf(state: Underway, event: { type: string; key: string }) {
  const { step } = state.progress
  if (step.kind !== 'effect' || step.effect.is !== 'intended' || step.effect.key !== event.key) {
    throw impossible(state, event)
  }
  return step.effect
}

/** The journey without the fields of its present phase. */
function journey(state: Underway): Journey {
  const { phase: _phase, ...rest } = state
  const bare: Record<string, unknown> = rest
  for (const field of ['by', 'reason', 'cause', 'sinceMs', 'problem', 'escalations']) delete bare[field]
  return bare as unknown as Journey
}

function impossible(state: Rotation | null, event: { type: string }): Error {
  const where = state === null ? 'nothing' : `a rotation that is ${state.phase}`
  return new Error(`${event.type} cannot follow in ${where}`)
}
