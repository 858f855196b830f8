// What becomes of a rotation when an effect on the target is intended, done, failed or lost.
import type { Verb } from '../abilities.ts'
import type { VersionState } from '../credential.ts'
import type { Side } from './course.ts'
import type { RotationEvent, RotationEventType } from './event.ts'
import { impossible } from './impossible.ts'
import { advance } from './progress.ts'
import { type Held, held, type Rotation, type StepState, stepOf, type Underway } from './state.ts'

type Event<T extends RotationEventType> = Extract<RotationEvent, { type: T }>

export function intended(state: Underway, event: Event<'effectIntended'>): Rotation {
  const { step } = state.progress
  if (!isFor(state, event) || step.kind !== 'effect' || step.effect.is !== 'ready')
    throw impossible(state, event)
  const effect = {
    is: 'intended',
    key: event.key,
    attempts: step.effect.attempts,
    sinceMs: event.atMs,
  } as const
  const next = withEffect(leaving(state, event), { kind: 'effect', effect })
  if (event.verb !== 'mint') return next
  return {
    ...next,
    lastVersion: Math.max(state.lastVersion, event.version),
    new: { version: event.version, handle: null, fingerprint: null, life: 'intended', operation: event.key },
  }
}

/** A person is late with a step, and its owner has been told. */
export function reminded(state: Underway): Rotation {
  const { step } = state.progress
  if (step.kind !== 'effect' || step.effect.is !== 'intended') return state
  return withEffect(state, { kind: 'effect', effect: { ...step.effect, told: (step.effect.told ?? 0) + 1 } })
}

/** What is about to be ended may be ended from now on, whether or not anybody hears of it: nobody may count on it any more. */
function leaving(state: Underway, { verb, side, atMs }: Event<'effectIntended'>): Underway {
  const life = held(state, side)?.life
  if (verb === 'disable')
    return { ...withLife(state, side, 'suspended'), suspendedMs: state.suspendedMs ?? atMs }
  if (verb === 'destroy' && life !== 'intended') return withLife(state, side, 'destroyed')
  return state
}

export function done(state: Underway, event: Event<'effectDone'>): Rotation {
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
      return advance(endsOld(state) ? withLife(next, 'old', 'destroyed') : next, atMs)
    }
    case 'probe': {
      if (step.do !== 'probe' || result.is !== step.expect) throw impossible(state, event)
      return advance(withLife(state, side, result.is === 'accepted' ? 'active' : 'dead'), atMs)
    }
    case 'compareRights':
      if (result.is !== 'rights') throw impossible(state, event)
      return advance({ ...state, rights: result.diff }, atMs)
    case 'disable':
      return advance(state, atMs)
    case 'enable':
      // What the target says it did is proved by the probe that follows; until then nobody is sent there.
      return advance({ ...state, suspendedMs: null }, atMs)
    case 'destroy': {
      // Of what was only intended nobody ever held the value.
      const neverWas = held(state, side)?.life === 'intended'
      return advance(withLife(state, side, neverWas ? 'void' : 'destroyed'), atMs)
    }
    case 'endSessions':
      return advance(state, atMs)
  }
}

export function failed(state: Underway, event: Event<'effectFailed'>): Rotation {
  const attempts = effectOf(state, event).attempts + 1
  const key = event.keepKey ? event.key : null
  const { problem, retryAtMs: afterMs } = event
  return withEffect(state, { kind: 'effect', effect: { is: 'ready', key, attempts, afterMs, problem } })
}

export function lost(state: Underway, event: Event<'valueLost'>): Rotation {
  const attempts = effectOf(state, event).attempts + 1
  const effect = { is: 'ready', key: null, attempts, afterMs: event.atMs, problem: null } as const
  const next = { ...state, new: null }
  return withEffect(endsOld(state) ? withLife(next, 'old', 'destroyed') : next, { kind: 'effect', effect })
}

function withLife<S extends Underway>(state: S, side: Side, life: VersionState): S {
  const known = side === 'old' ? state.old : state.new
  if (known === null) throw new Error(`rotation ${state.id} has no ${side} version`)
  return { ...state, [side]: { ...known, life } }
}

function withEffect<S extends Underway>(state: S, step: StepState): S {
  return { ...state, progress: { ...state.progress, step } }
}

/** Where the target holds one version, minting puts the new one in the old one's place. */
function endsOld({ plan, old }: Underway): boolean {
  return plan.abilities.maxLive === 1 && old !== null && old.life !== 'dead'
}

function isFor(state: Underway, event: { verb?: Verb; side?: Side }): boolean {
  if (event.verb === undefined) return true
  const step = stepOf(state)
  return step.do === event.verb && ('side' in step ? step.side : 'new') === event.side
}

function effectOf(state: Underway, event: { type: string; key: string; verb?: Verb; side?: Side }) {
  const { step } = state.progress
  if (!isFor(state, event)) throw impossible(state, event)
  if (step.kind !== 'effect' || step.effect.is !== 'intended' || step.effect.key !== event.key) {
    throw impossible(state, event)
  }
  return step.effect
}
