// Moving consumers: wave by wave, one by one, and those who come late.
import { gates } from '../gates/gates.ts'
import { span } from '../time.ts'
import type { Command, Decision, Facts, Refusal } from './command.ts'
import { everyone } from './course.ts'
import {
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
import { notBeforeMs } from './stage.ts'
import { arrivingSide, held, isRetirementDecided, isRevoked, owedOf, stepOf, type Underway } from './state.ts'

export function moveWave(state: Underway, facts: Facts): Decision {
  const step = stepOf(state)
  const { step: at } = state.progress
  if (step.do !== 'move' || at.kind !== 'move') return no(notAt('move a wave'))
  if (at.movedMs !== null) {
    return no(refusal('already-moved', 'the wave has been moved already', 'wait for it to settle'))
  }
  const refusals: Refusal[] = []
  if (facts.fenced) refusals.push(fencedOff())
  const version = held(state, step.to)
  if (version?.life !== 'active') {
    refusals.push(
      refusal(
        'not-accepted',
        `the ${step.to} version is not known to be accepted by the target`,
        'probe it first: nobody is moved to a version that may be refused',
      ),
    )
  }
  if (refusals.length > 0) return no(...refusals)
  const isLast = step.wave === state.plan.waves.length - 1
  const listed =
    step.wave === everyone
      ? owedOf(state).map(owed => owed.consumer)
      : [
          ...(state.plan.waves[step.wave]?.consumers ?? []),
          ...(isLast ? state.joined.map(owed => owed.consumer) : []),
        ]
  const consumers = listed.filter(
    consumer => state.assignments[consumer]?.side !== step.to && !state.restricted.includes(consumer),
  )
  return yes({
    type: 'waveMoved',
    wave: step.wave,
    to: step.to,
    consumers,
    atMs: facts.nowMs,
    by: facts.by,
  })
}

export function settle(state: Underway, facts: Facts): Decision {
  const step = stepOf(state)
  const { step: at } = state.progress
  if (step.do !== 'move' || at.kind !== 'move' || at.movedMs === null) return no(notAt('settle a wave'))
  const refusals: Refusal[] = []
  const settledMs = notBeforeMs(state)
  if (settledMs !== null && facts.nowMs < settledMs) {
    const text = `the wave has to stand for ${span(settledMs - at.movedMs)} before the next one moves`
    refusals.push(refusal('not-settled', text, 'wait'))
  }
  // On the way back and after a revocation there is one wave and a look at everything right after it; a first version
  // has nothing to be compared with.
  const hasNext = step.wave !== everyone && state.old !== null && state.plan.order === 'prove-first'
  if (hasNext) {
    if (facts.ledger === null) refusals.push(needsLedger())
    else refusals.push(...closed(gates(state, facts.ledger, 'wave', facts.nowMs, step.wave)))
  }
  if (refusals.length > 0) return no(...refusals)
  return walked(state, facts, { type: 'waveSettled', wave: step.wave, atMs: facts.nowMs, by: facts.by })
}

export function moveConsumer(
  state: Underway,
  { consumer, to, reason }: Extract<Command, { do: 'moveConsumer' }>,
  facts: Facts,
): Decision {
  const refusals: Refusal[] = []
  const why = needsReason(reason)
  if (why !== null) refusals.push(why)
  if (facts.fenced) refusals.push(fencedOff())
  if (!owedOf(state).some(owed => owed.consumer === consumer)) {
    refusals.push(
      refusal(
        'unknown-consumer',
        `${consumer} is not part of this rotation`,
        'register it, so that it joins',
      ),
    )
  }
  if (state.assignments[consumer]?.side === to) {
    refusals.push(refusal('already-there', `${consumer} is on the ${to} version already`, 'nothing to do'))
  }
  if (held(state, to)?.life !== 'active') {
    refusals.push(
      refusal(
        'not-accepted',
        `the ${to} version is not known to be accepted by the target`,
        'choose the other one',
      ),
    )
  }
  if (isRevoked(state, to)) refusals.push(compromised())
  else if (to !== arrivingSide(state) && isRetirementDecided(state)) {
    refusals.push(
      refusal(
        'being-retired',
        `the ${to} version is being retired`,
        'reinstate it first, or roll the rotation back',
      ),
    )
  }
  if (refusals.length > 0) return no(...refusals)
  return yes({ type: 'consumerMoved', consumer, to, reason, atMs: facts.nowMs, by: facts.by })
}

export function join(state: Underway, { owed }: Extract<Command, { do: 'join' }>, facts: Facts): Decision {
  if (owedOf(state).some(known => known.consumer === owed.consumer)) {
    return no(refusal('already-part', `${owed.name} is part of this rotation already`, 'nothing to do'))
  }
  return yes({ type: 'consumerJoined', owed, atMs: facts.nowMs, by: facts.by })
}
