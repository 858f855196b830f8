// What people ask for while a rotation is under way: wait, contain, prove anew, override with a name and a reason.

import { unknownTo } from '../gates/gates.ts'
import type { Missing } from '../gates/missing.ts'
import { factsOf, type VersionFacts } from '../ledger/entry.ts'
import { type Ledger, standingsAt } from '../ledger/ledger.ts'
import { instant } from '../time.ts'
import type { Command, Decision, Facts, Refusal } from './command.ts'
import { fencedOff, needsLedger, needsPerson, needsReason, no, refusal, yes } from './decision.ts'
import { handDueMs, held as heldOn, isOverridden, owedOf, stepOf, type Underway } from './state.ts'

/** Gates that no one can talk open: a plan is completed, a consumer is moved, a decision is taken. */
const firm = new Set(['plan', 'moved', 'decision'])

export function override(
  _state: Underway,
  { gate, consumer, reason }: Extract<Command, { do: 'override' }>,
  facts: Facts,
): Decision {
  const refusals = present(needsPerson(facts, 'overriding a gate'), needsReason(reason))
  if (firm.has(gate)) {
    refusals.push(
      refusal('not-overridable', `the gate ${gate} cannot be overridden`, 'give it what it asks for'),
    )
  }
  if (refusals.length > 0) return no(...refusals)
  return yes({ type: 'gateOverridden', gate, consumer, reason, atMs: facts.nowMs, by: facts.by })
}

export function hold({ reason }: Extract<Command, { do: 'hold' }>, facts: Facts): Decision {
  const refusals = present(needsPerson(facts, 'holding a rotation'), needsReason(reason))
  if (refusals.length > 0) return no(...refusals)
  return yes({ type: 'rotationHeld', reason, atMs: facts.nowMs, by: facts.by })
}

export function contain({ cause }: Extract<Command, { do: 'contain' }>, facts: Facts): Decision {
  const why = needsReason(cause)
  if (why !== null) return no(why)
  return yes({ type: 'rotationContained', cause, atMs: facts.nowMs, by: facts.by })
}

export function restrict(
  state: Underway,
  { consumer, reason, freeze }: Extract<Command, { do: 'restrict' }>,
  facts: Facts,
): Decision {
  const refusals = present(needsReason(reason))
  if (!owedOf(state).some(owed => owed.consumer === consumer)) {
    refusals.push(
      refusal('unknown-consumer', `${consumer} is not part of this rotation`, 'choose one that is'),
    )
  }
  if (refusals.length > 0) return no(...refusals)
  const frozen = freeze === true ? ({ frozen: true } as const) : {}
  return yes({ type: 'consumerRestricted', consumer, reason, ...frozen, atMs: facts.nowMs, by: facts.by })
}

export function lift(
  state: Underway,
  { consumer, reason }: Extract<Command, { do: 'lift' }>,
  facts: Facts,
): Decision {
  const refusals = present(needsPerson(facts, 'lifting a restriction'), needsReason(reason))
  if (!state.restricted.includes(consumer)) {
    refusals.push(refusal('not-restricted', `${consumer} is not restricted`, 'nothing to do'))
  }
  if (refusals.length > 0) return no(...refusals)
  return yes({ type: 'restrictionLifted', consumer, reason, atMs: facts.nowMs, by: facts.by })
}

/** One clean success each since the containment, on whatever version each is assigned; or restricted; or overridden. */
export function resume(state: Underway, facts: Facts): Decision {
  if (facts.ledger === null) return no(needsLedger())
  const refusals: Refusal[] = facts.fenced ? [fencedOff()] : []
  const missing = unproved(state, facts.ledger, facts.nowMs)
  if (missing.length > 0) {
    refusals.push({
      code: 'not-proved',
      text: `${missing.length} of ${owedOf(state).length} consumers have not shown one clean success since the containment`,
      how: 'let each do one piece of real work, restrict those that cannot be verified, or go back',
      missing,
    })
  }
  if (refusals.length > 0) return no(...refusals)
  return yes({ type: 'rotationResumed', atMs: facts.nowMs, by: facts.by })
}

export function unproved(state: Underway, ledger: Ledger, nowMs: number): Missing[] {
  const since = state.proofSinceMs ?? 0
  const standings = standingsAt(ledger, nowMs)
  const missing = unknownTo(ledger, state)
  for (const [at, owed] of ledger.owed.entries()) {
    if (owed.idle || state.restricted.includes(owed.consumer)) continue
    if (isOverridden(state, 'freshSuccess', owed.consumer)) continue
    const side = state.assignments[owed.consumer]?.side ?? 'old'
    // A derived token lives on what its parent holds, which may have been moved before it.
    const sides = owed.direct ? [side] : (['old', 'new'] as const)
    const proved = sides.some(one =>
      isClean(factsOf(ledger.entries[at]!, heldOn(state, one)?.version ?? null), since),
    )
    const base = { consumer: owed.consumer, name: owed.name, gate: 'freshSuccess' } as const
    if (!proved) missing.push({ ...base, what: 'no-success' })
    else if (standings[at]!.truth === 'mixed') missing.push({ ...base, gate: 'truth', what: 'truth-mixed' })
  }
  return missing
}

function isClean(facts: VersionFacts | null, sinceMs: number): boolean {
  const { lastSuccessMs = null, lastAuthFailureMs = null } = facts ?? {}
  return lastSuccessMs !== null && lastSuccessMs >= sinceMs && lastSuccessMs >= (lastAuthFailureMs ?? 0)
}

export function retry(
  state: Underway,
  { reason }: Extract<Command, { do: 'retry' }>,
  facts: Facts,
): Decision {
  const refusals = present(needsReason(reason))
  if (facts.fenced) refusals.push(fencedOff())
  if (refusals.length > 0) return no(...refusals)
  const stamp = { atMs: facts.nowMs, by: facts.by }
  const retried = { type: 'rotationRetried', reason, ...stamp } as const
  if (!isRefusedForGood(state) || state.new === null) return yes(retried)
  const { version, handle } = state.new
  return yes(retried, { type: 'versionDiscarded', version, handle, ...stamp })
}

/**
 * Nobody was sent to the new version (it was never accepted, or nobody was moved at all), and where it could be given up for the old one, that was done. At a target that holds
 * one version, an old one that is still accepted says that the new one never came to be.
 */
function isRefusedForGood(state: Underway): boolean {
  const step = stepOf(state)
  if (step.do !== 'probe' || state.phase !== 'stuck') return false
  if (state.lastMoveMs !== null && state.new?.life !== 'pre-active') return false
  const { code } = state.problem
  if (step.side === 'new') return step.expect === 'accepted' && code === 'probe-refused'
  return code === 'still-accepted' && state.plan.abilities.maxLive === 1 && state.new?.life === 'pre-active'
}

/** Its owner is told: nobody can go on, or a person has not done what only a person can do. */
export function escalate(state: Underway, facts: Facts): Decision {
  const dueMs = handDueMs(state)
  const isLate = dueMs !== null && facts.nowMs >= dueMs
  if (dueMs === null ? state.phase !== 'stuck' : !isLate) {
    return no(refusal('not-overdue', 'nobody has to be told: it goes on', 'nothing to do'))
  }
  return yes({
    type: 'rotationEscalated',
    to: state.plan.owner?.id ?? null,
    atMs: facts.nowMs,
    by: facts.by,
  })
}

export function alarm(state: Underway, facts: Facts): Decision {
  const deadline = deadlineMs(state)
  if (state.overdueMs !== null) {
    return no(
      refusal('already-alarmed', `its owner was told at ${instant(state.overdueMs)}`, 'nothing to do'),
    )
  }
  if (deadline === null || facts.nowMs < deadline) {
    return no(refusal('not-overdue', 'the window is not overdue', 'nothing to do'))
  }
  return yes({ type: 'windowOverdue', owner: state.plan.owner?.id ?? null, atMs: facts.nowMs, by: facts.by })
}

/** When two versions will have been valid for too long; null while no more than one of them is. */
export function deadlineMs(state: Underway): number | null {
  const fresh = state.new?.life === 'active' || state.new?.life === 'pre-active'
  const both = fresh && (state.old?.life === 'active' || isBeingEnded(state))
  return both && state.mintedMs !== null ? state.mintedMs + state.plan.windows.deadlineMs : null
}

/** It was meant to be ended and nobody has proved that it was: until then it may be valid. */
function isBeingEnded({ old, plan, progress }: Underway): boolean {
  const step = progress.course[progress.at]
  if (old === null || step === undefined || !('side' in step) || step.side !== 'old') return false
  if (plan.abilities.canDisable) return step.do === 'disable'
  // Where one version is held, minting has ended it; where none can be disabled, only the probe tells.
  if (plan.abilities.maxLive === 1) return false
  return (
    step.do === 'destroy' || step.do === 'endSessions' || (step.do === 'probe' && step.expect === 'refused')
  )
}

const present = (...refusals: (Refusal | null)[]): Refusal[] => refusals.filter(one => one !== null)
