// The turns of a rotation: start it, retire what is left, go back, give up. To revoke is in decide-revoke.
import { areOpen, gates } from '../gates/gates.ts'
import type { GateName, Missing } from '../gates/missing.ts'
import { lastOtherUseMs } from '../ledger/entry.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { instant, span } from '../time.ts'
import type { Command, Decision, Facts, Refusal } from './command.ts'
import { back, clear } from './course.ts'
import {
  callUnderWay,
  closed,
  compromised,
  fencedOff,
  needsLedger,
  needsReason,
  no,
  notAt,
  refusal,
  walked,
  yes,
} from './decision.ts'
import { notBeforeMs, stageOf } from './stage.ts'
import { canGoBack, isRevoked, isRevoking, type Rotation, stepOf, type Underway } from './state.ts'

type Planned = Extract<Rotation, { phase: 'planned' }>

export function start(state: Planned, facts: Facts): Decision {
  const refusals: Refusal[] = state.plan.gaps.map(gap => refusal(`plan-${gap.code}`, gap.text, gap.how))
  if (facts.fenced) refusals.push(fencedOff())
  if (facts.nowMs < state.startAtMs && facts.by.kind !== 'person') {
    refusals.push(
      refusal('too-early', `it is to start at ${instant(state.startAtMs)}`, 'wait, or start it as a person'),
    )
  }
  if (refusals.length > 0) return no(...refusals)
  return yes({ type: 'rotationStarted', baseline: facts.baseline, atMs: facts.nowMs, by: facts.by })
}

export function cancel(
  _state: Planned,
  { reason }: Extract<Command, { do: 'abort' }>,
  facts: Facts,
): Decision {
  const why = needsReason(reason)
  if (why !== null) return no(why)
  return yes({ type: 'rotationEnded', ending: 'aborted', because: reason, atMs: facts.nowMs, by: facts.by })
}

export function retire(state: Underway, facts: Facts): Decision {
  const step = stepOf(state)
  if (step.do !== 'observe') return no(notAt('retire a version'))
  if (facts.ledger === null) return no(needsLedger())
  const stage = stageOf(state)
  const refusals: Refusal[] = facts.fenced ? [fencedOff()] : []
  const readyMs = notBeforeMs(state)
  if (readyMs !== null && facts.nowMs < readyMs) {
    const text = `the observation lasts ${span(state.plan.windows.observeMs)}, until ${instant(readyMs)}`
    refusals.push(refusal('observing', text, 'wait'))
  }
  const results = gates(state, facts.ledger, stage, facts.nowMs)
  if (!areOpen(results)) refusals.push(...closed(results))
  if (refusals.length > 0) return no(...refusals)

  const stamp = { atMs: facts.nowMs, by: facts.by }
  const asked = results.map(result => result.gate)
  if (stage === 'recover') return walked(state, facts, { type: 'recoveryProved', gates: asked, ...stamp })
  const decided = { type: 'retirementDecided', leaving: step.leaving, gates: asked, ...stamp } as const
  if (stage === 'return') return walked(state, facts, decided)

  const needed = state.plan.decision.approvals
  const given = new Set(state.approvals.map(one => one.by))
  const approves = facts.by.kind === 'person' && !given.has(facts.by.id)
  if (approves) given.add(facts.by.id)
  const approved = approves && needed > 0 ? [{ type: 'retirementApproved', ...stamp } as const] : []
  if (given.size >= needed) return walked(state, facts, ...approved, decided)
  if (approved.length > 0) return yes(...approved)
  return no({
    code: 'gate-decision',
    text: `every gate is open; ${needed - given.size} more approval is needed`,
    how: 'approve the retirement as a named person who has not approved it yet',
    missing: [
      {
        gate: 'decision',
        what: 'decision-due',
        consumer: null,
        name: null,
        detail: given.size === 0 ? (state.plan.decision.owner?.name ?? 'its owner') : 'a second person',
      },
    ],
  })
}

/** Someone still reached for the version after it was disabled. */
export function usedWhileWatched(state: Underway, ledger: Ledger): { name: string; atMs: number } | null {
  const sinceMs = suspendedSinceMs(state)
  for (const [at, entry] of ledger.entries.entries()) {
    const lastMs = lastOtherUseMs(entry, ledger.arriving)
    if (lastMs !== null && lastMs >= sinceMs) return { name: ledger.owed[at]!.name, atMs: lastMs }
  }
  const ghost = ledger.ghosts.find(one => one.state === 'open' && one.lastMs >= sinceMs)
  return ghost === undefined ? null : { name: ghost.seenAs, atMs: ghost.lastMs }
}

export function passWatch(state: Underway, facts: Facts): Decision {
  const step = stepOf(state)
  if (step.do !== 'watch') return no(notAt('end a watch'))
  if (facts.ledger === null) return no(needsLedger())
  const refusals: Refusal[] = facts.fenced ? [fencedOff()] : []
  const untilMs = notBeforeMs(state)
  if (untilMs !== null && facts.nowMs < untilMs) {
    const text = `one full cycle is watched before anything is destroyed, until ${instant(untilMs)}`
    refusals.push(refusal('watching', text, 'wait'))
  }
  const used = usedWhileWatched(state, facts.ledger)
  if (used !== null) {
    const text = `${used.name} reached for the disabled version at ${instant(used.atMs)}`
    refusals.push(refusal('used-while-watched', text, 'reinstate it, move that consumer, and try again'))
  }
  // Silence in the watch counts only where it could have been heard, as it did for the decision itself.
  const results = gates(state, facts.ledger, 'retire', facts.nowMs)
  const unmoved = (missing: readonly Missing[]) =>
    missing.some(one => one.what === 'not-moved' || one.what === 'not-in-ledger')
  const still = results.filter(one => !one.open && (watchedGates.has(one.gate) || unmoved(one.missing)))
  refusals.push(...closed(still))
  if (refusals.length > 0) return no(...refusals)
  return yes({ type: 'watchPassed', atMs: facts.nowMs, by: facts.by })
}

/** What is asked once more before a disabled version is destroyed. */
export const watchedGates: ReadonlySet<GateName> = new Set([
  'ghosts',
  'telemetry',
  'authErrors',
  'truth',
  'quiet',
  'refreshed',
])

export function reinstate(
  state: Underway,
  { because }: Extract<Command, { do: 'reinstate' }>,
  facts: Facts,
): Decision {
  const refusals: Refusal[] = []
  const why = needsReason(because)
  if (why !== null) refusals.push(why)
  const underWay = callUnderWay(state)
  if (underWay !== null) refusals.push(underWay)
  if (facts.fenced) refusals.push(fencedOff())
  if (isRevoking(state)) refusals.push(compromised())
  if (state.old?.life !== 'suspended' || state.progress.ending !== 'completed') {
    refusals.push(
      refusal(
        'not-suspended',
        'the old version is not suspended',
        'only a version that was disabled can be given back',
      ),
    )
  }
  if (refusals.length > 0) return no(...refusals)
  return yes({ type: 'versionReinstated', side: 'old', because, atMs: facts.nowMs, by: facts.by })
}

export function rollBack(
  state: Underway,
  { reason }: Extract<Command, { do: 'rollBack' }>,
  facts: Facts,
): Decision {
  const refusals = turnRefusals(state, reason, facts)
  if (isRevoked(state, 'old')) refusals.push(compromised())
  const life = state.old?.life
  if (!canGoBack(state)) {
    refusals.push(
      refusal(
        'old-is-gone',
        state.old === null
          ? 'there is no version to go back to'
          : `the old version is ${life}: nobody can go back to it`,
        'go forward: let the consumers prove themselves on the new version, or open a rotation to issue another one',
      ),
    )
  }
  if (state.progress.ending !== 'completed') {
    refusals.push(refusal('already-back', 'the rotation is on its way back already', 'let it go on'))
  }
  if (refusals.length > 0) return no(...refusals)
  // Whoever was moved and sent back one by one may still hold the new version: only the way back asks for proof of that.
  const untouched = life === 'active' && state.lastMoveMs === null
  if (state.new === null || untouched) return changeCourse(state, facts, 'aborted', reason)
  const course = back(state.plan.abilities, life === 'suspended')
  const stamp = { atMs: facts.nowMs, by: facts.by }
  return walked(state, facts, { type: 'courseChanged', to: 'rolled-back', course, because: reason, ...stamp })
}

export function abort(
  state: Underway,
  { reason }: Extract<Command, { do: 'abort' }>,
  facts: Facts,
): Decision {
  const refusals = turnRefusals(state, reason, facts)
  if (isRevoking(state)) refusals.push(compromised())
  if (state.progress.ending !== 'completed') {
    refusals.push(refusal('already-turned', 'the rotation has left its course already', 'let it go on'))
  }
  if (state.lastMoveMs !== null) {
    refusals.push(
      refusal(
        'somebody-moved',
        'consumers work on the new version, or have worked on it',
        'roll back instead: it returns them first',
      ),
    )
  }
  if (state.old !== null && state.old.life !== 'active') {
    refusals.push(
      refusal(
        'old-is-gone',
        `the old version is ${state.old.life}`,
        'go forward: there is nothing to stay with',
      ),
    )
  }
  return refusals.length > 0 ? no(...refusals) : changeCourse(state, facts, 'aborted', reason)
}

export function turnRefusals(state: Underway, reason: string, facts: Facts): Refusal[] {
  const refusals: Refusal[] = []
  const why = needsReason(reason)
  if (why !== null) refusals.push(why)
  const underWay = callUnderWay(state)
  if (underWay !== null) refusals.push(underWay)
  if (facts.fenced) refusals.push(fencedOff())
  return refusals
}

function changeCourse(state: Underway, facts: Facts, to: 'aborted', because: string): Decision {
  const life = state.new === null ? 'none' : state.new.life === 'intended' ? 'intended' : 'minted'
  const course = clear(state.plan.abilities, life, state.old !== null)
  return walked(state, facts, { type: 'courseChanged', to, course, because, atMs: facts.nowMs, by: facts.by })
}

function suspendedSinceMs(state: Underway): number {
  return state.suspendedMs ?? state.progress.enteredMs
}
