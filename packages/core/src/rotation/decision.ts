// The small words every decision is made of.
import type { GateResult } from '../gates/gates.ts'
import type { Decision, Facts, Refusal } from './command.ts'
import type { RotationEvent } from './event.ts'
import { evolve } from './evolve.ts'
import { isUnderway, type Rotation, type Underway } from './state.ts'

export const yes = (...events: RotationEvent[]): Decision => ({ ok: true, events })
export const no = (...refusals: Refusal[]): Decision => ({ ok: false, refusals })

export function refusal(code: string, text: string, how: string): Refusal {
  return { code, text, how, missing: [] }
}

/** A closed gate as a refusal. */
export function closed(results: readonly GateResult[]): Refusal[] {
  return results
    .filter(result => !result.open)
    .map(result => ({
      code: `gate-${result.gate}`,
      text: `the gate ${result.gate} is closed`,
      how: 'get what is missing, or override the gate as a named person with a reason',
      missing: result.missing,
    }))
}

export const notAt = (what: string) =>
  refusal('wrong-step', `the rotation is not at a step where it could ${what}`, 'look at the step it is at')

export const needsLedger = () =>
  refusal('no-ledger', 'this cannot be decided without the ledger', 'gather the ledger and ask again')

export const needsPerson = (facts: Facts, what: string): Refusal | null =>
  facts.by.kind === 'person'
    ? null
    : refusal('needs-person', `${what} is for a named person to decide`, 'ask again as a person')

export const needsReason = (reason: string): Refusal | null =>
  reason.trim() !== '' ? null : refusal('needs-reason', 'a reason is needed', 'say why in a sentence')

export const fencedOff = () =>
  refusal(
    'fenced',
    'this store was restored from a backup and is fenced: its record may be behind the world',
    'compare the record with the targets, then lift the fence as a named person',
  )

export const compromised = () =>
  refusal(
    'compromised',
    'that version is compromised and is being revoked: nobody may be sent to it',
    'go forward; open another rotation if the new version is no good either',
  )

/** A call to the target may be under way: its outcome must be known before the course changes under it. */
export function callUnderWay(state: Underway): Refusal | null {
  const { step } = state.progress
  if (step.kind !== 'effect' || step.effect.is !== 'intended') return null
  return refusal(
    'call-under-way',
    'a call to the target is under way and its outcome is not known yet',
    'ask again when it is resolved, or at once when the rotation is stuck',
  )
}

/** Adds the ending when the events walk the course to its end. */
export function walked(state: Underway, facts: Facts, ...events: RotationEvent[]): Decision {
  let after: Rotation = state
  for (const event of events) after = evolve(after, event)
  if (!isUnderway(after)) return yes(...events)
  const { at, course, ending } = after.progress
  if (at < course.length) return yes(...events)
  const because = ending === 'completed' ? null : lastReason(events, state)
  return yes(...events, { type: 'rotationEnded', ending, because, atMs: facts.nowMs, by: facts.by })
}

function lastReason(events: readonly RotationEvent[], state: Underway): string | null {
  for (const event of events.toReversed()) if (event.type === 'courseChanged') return event.because
  return state.turnedBecause
}
