// evolve(state, event): what an event makes of a rotation. Replaying a rotation's events gives its state; an event that
// cannot follow is a bug, in the program or in the log, and throws.
import type { Side, Step } from './course.ts'
import type { RotationEvent, RotationEventType } from './event.ts'
import { done, failed, intended, lost, reminded } from './evolve-effect.ts'
import { impossible } from './impossible.ts'
import { advance, again, enter, lookedAtAnew, reinstated } from './progress.ts'
import {
  type Assignment,
  arrivingSide,
  type Ended,
  handDueMs,
  held,
  isRetirementDecided,
  isRevoking,
  isUnderway,
  type Journey,
  type Phase,
  type Rotation,
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
    trouble: null,
    progress: enter(state.plan.course, 0, 'completed', event.atMs),
  }
}

/** The step, and the phase, that an event can happen at; effects are checked against their step by effectOf(). */
const atStep: Partial<Record<RotationEventType, Step['do']>> = {
  waveMoved: 'move',
  waveSettled: 'move',
  retirementDecided: 'observe',
  recoveryProved: 'observe',
  watchPassed: 'watch',
}
const inPhase: Partial<Record<RotationEventType, Phase>> = {
  rotationHeld: 'running',
  rotationReleased: 'held',
  rotationResumed: 'contained',
  rotationRetried: 'stuck',
}

function underway(state: Underway, event: RotationEvent): Rotation {
  const step = atStep[event.type]
  if (step !== undefined && state.progress.course[state.progress.at]?.do !== step)
    throw impossible(state, event)
  const phase = inPhase[event.type]
  if (phase !== undefined && phase !== state.phase) throw impossible(state, event)
  switch (event.type) {
    case 'effectIntended':
      return intended(state, event)
    case 'effectDone':
      return done(state, event)
    case 'effectFailed':
      return failed(state, event)
    case 'valueLost':
      return lost(state, event)
    case 'versionDiscarded': {
      const { course, at, ending } = state.progress
      const again: Step[] = [...course.slice(0, at), { do: 'mint' }, ...course.slice(at)]
      return { ...state, new: null, progress: enter(again, at, ending, event.atMs) }
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
    case 'retirementDecided':
    case 'recoveryProved':
      return advance(state, event.atMs)
    case 'consumerJoined': {
      // It starts where everyone was, unless nobody may be there any more or everyone has
      // gone; where nothing is accepted, a wave will move it.
      const { course, at } = state.progress
      const willMove = course.slice(at).some(one => one.do === 'move')
      const mayStay = willMove && !isRevoking(state) && !isRetirementDecided(state)
      const sides: Side[] = mayStay ? ['old', 'new'] : [arrivingSide(state)]
      const side = sides.find(one => held(state, one)?.life === 'active')
      const joined = [...state.joined, event.owed]
      const consumers = side === undefined ? [] : [event.owed.consumer]
      return {
        ...state,
        joined,
        approvals: [],
        // What was decided without it, and not yet begun, is looked at anew.
        progress: lookedAtAnew(state, event.atMs),
        assignments: assigned(state, consumers, side ?? 'old', event.atMs),
      }
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
    case 'versionReinstated': {
      if (held(state, event.side)?.life !== 'suspended') throw impossible(state, event)
      const next = { ...state, approvals: [], progress: reinstated(state, event.side, event.atMs) }
      // What it was stuck at has been left; what people hold or contain stays so.
      return state.phase === 'stuck' ? { ...journey(next), phase: 'running' } : next
    }
    case 'courseChanged': {
      const progress = enter(event.course, 0, event.to, event.atMs)
      const { revoked = [] } = event
      return {
        ...(event.shifted ? shifted(journey(state), event.atMs) : journey(state)),
        ...(revoked.length > 0 && { revoked: [...new Set([...(state.revoked ?? []), ...revoked])] }),
        approvals: [],
        trouble: null,
        turnedBecause: event.because,
        progress,
        phase: 'running',
      }
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
        ...frozen(state, event.consumer, event.frozen === true),
      }
    case 'restrictionLifted':
      return {
        ...state,
        restricted: state.restricted.filter(one => one !== event.consumer),
        ...frozen(state, event.consumer, false),
      }
    case 'rotationReleased':
      return { ...journey(state), phase: 'running' }
    case 'rotationResumed':
      return { ...journey(state), phase: 'running', progress: lookedAtAnew(state, event.atMs) }
    case 'rotationStuck': {
      // What is tried again and fails again is the same trouble: its owner is told at growing intervals, not anew.
      const trouble = state.trouble ?? { sinceMs: event.atMs, told: 0 }
      return { ...journey(state), phase: 'stuck', problem: event.problem, sinceMs: event.atMs, trouble }
    }
    case 'rotationEscalated':
      if (handDueMs(state) !== null) return reminded(state)
      if (state.phase !== 'stuck' || state.trouble === null) throw impossible(state, event)
      return { ...state, trouble: { ...state.trouble, told: state.trouble.told + 1 } }
    case 'rotationRetried':
      return { ...journey(state), phase: 'running', progress: again(state, event.atMs) }
    case 'windowOverdue':
      return { ...state, overdueMs: event.atMs }
    case 'rotationEnded':
      return ended(state, event)
    case 'rotationOpened':
    case 'rotationStarted':
      throw impossible(state, event)
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
    // The old one was proved to live on alone: what was intended never came to be.
    new: state.new?.life === 'intended' ? { ...state.new, life: 'void' } : state.new,
    lastVersion: state.lastVersion,
    assignments: state.assignments,
    overrides: state.overrides,
    approvals: state.approvals,
  }
  return { ...left, phase: 'ended', ending: event.ending, because: event.because, endedMs: event.atMs }
}

/** Said only where somebody is: most rotations freeze nobody. */
function frozen(state: Journey, consumer: string, isFrozen: boolean): Pick<Journey, 'frozen'> {
  const others = (state.frozen ?? []).filter(one => one !== consumer)
  if (!isFrozen && state.frozen === undefined) return {}
  return { frozen: isFrozen ? [...others, consumer] : others }
}

/** What took the old one's place is the old one from now on, for everybody. */
function shifted(state: Journey, atMs: number): Journey {
  const everybody = Object.keys(state.assignments)
  return {
    ...state,
    old: state.new,
    new: null,
    mintedMs: null,
    assignments: assigned(state, everybody, 'old', atMs),
  }
}

function assigned(state: Journey, consumers: readonly string[], side: Side, sinceMs: number) {
  const assignments = { ...state.assignments }
  for (const consumer of consumers) assignments[consumer] = { side, sinceMs }
  return assignments
}

/** The journey without the fields of its present phase. */
function journey(state: Underway): Journey {
  const { phase: _phase, ...rest } = state
  const bare: Record<string, unknown> = rest
  for (const field of ['by', 'reason', 'cause', 'sinceMs', 'problem']) delete bare[field]
  return bare as unknown as Journey
}
