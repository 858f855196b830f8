// What is done about a signal. The policy says what is wanted; here it is brought down to what may be done on this evidence, and every
// step down says why. False alarms must not be able to take production down, so a kill without a person needs all of it: a channel
// that proved itself, the very value (or the target's own name for it), a policy that says kill, and room under the limit.
import { detectedKinds, type MatchedBy, type Reaction, type SignalKind } from './signal.ts'

export interface ReactionFacts {
  kind: SignalKind
  wanted: Reaction
  /** The channel proved itself with this message. */
  verified: boolean
  /** null: nothing that we know was meant. */
  how: MatchedBy | null
  /** Does the channel speak for the environment that this would be done in? */
  inScope: boolean
  life: 'live' | 'killed' | 'dead' | 'unknown'
  killsLately: number
  killsAllowed: number
}

export const reactionReasons = [
  'policy',
  'nothing-matched',
  'out-of-scope',
  'version-dead',
  'version-killed',
  'only-detected',
  'not-verified',
  'only-a-hint',
  'too-many-kills',
] as const
export type ReasonCode = (typeof reactionReasons)[number]

export interface SignalReason {
  code: ReasonCode
  text: string
}

export interface Decided {
  wanted: Reaction
  reaction: Reaction
  reasons: readonly SignalReason[]
}

export function decideReaction(facts: ReactionFacts): Decided {
  const { wanted } = facts
  const reasons: SignalReason[] = [{ code: 'policy', text: `The policy for ${facts.kind} says ${wanted}.` }]
  let reaction: Reaction = wanted
  const down = (to: Reaction, code: ReasonCode, text: string) => {
    reaction = to
    reasons.push({ code, text: `${text} So it is brought down to ${to}.` })
  }
  // That a dead version works is never a thing to be noted only.
  const quiet = facts.kind === 'dead-version-success' ? 'page' : 'note'
  const acts = () => reaction === 'suspend' || reaction === 'rotate' || reaction === 'kill'
  if (acts() && facts.how === null)
    down('page', 'nothing-matched', 'Nothing that is known here is meant by it.')
  if (acts() && !facts.inScope) {
    down('page', 'out-of-scope', 'The channel does not speak for the environment of this credential.')
  }
  if (acts() && facts.life === 'dead') {
    down(quiet, 'version-dead', 'The version is dead already, so the value opens nothing.')
  }
  if (acts() && facts.life === 'killed') {
    down(quiet, 'version-killed', 'The version was killed already, and is being replaced.')
  }
  // Whoever shows the value itself holds it, however they came: that is enough to move away from it, and not to end it.
  if (acts() && !facts.verified && facts.how !== 'value') {
    down('page', 'not-verified', 'Nobody vouches for the message, and the value is not in it.')
  }
  const short = reaction === 'kill' ? shortOfKill(facts) : null
  if (short !== null) down(...short)
  return { wanted, reaction, reasons }
}

/** null: nothing is missing. */
function shortOfKill({
  kind,
  verified,
  how,
  killsLately,
  killsAllowed,
}: ReactionFacts): [to: Reaction, code: ReasonCode, text: string] | null {
  if (detectedKinds.has(kind)) {
    return ['suspend', 'only-detected', 'What a detector sees is a guess, and never kills by itself.']
  }
  if (!verified) {
    const text = 'The channel did not prove who sent it, and only a verified one kills.'
    return ['suspend', 'not-verified', text]
  }
  if (how === 'hint') {
    const text = 'It names the credential, and shows neither the value nor its name at the target.'
    return ['suspend', 'only-a-hint', text]
  }
  if (killsLately < killsAllowed) return null
  const text = `Signals have killed ${killsLately} versions in this environment within an hour, and the limit is ${killsAllowed}.`
  return ['page', 'too-many-kills', text]
}

/** What a page asks of whoever reads it. */
export function whatToDo(
  { reaction, reasons }: Decided,
  kind: SignalKind,
  incident: string,
  isMatched: boolean,
): string[] {
  const codes = new Set(reasons.map(one => one.code))
  const kill = `If it is true, kill: POST /api/v1/signals/${incident}/kill.`
  const dismiss = `If it is not, dismiss it with the reason: POST /api/v1/signals/${incident}/dismiss.`
  if (!isMatched) return ['Look at the place that it names, and find out whose value it is.', dismiss]
  if (kind === 'dead-version-success') {
    const again =
      'Revoke it at the target again, by hand if need be; GET /api/v1/kills says what the target answered.'
    return [again, 'Look who used it: GET /api/v1/credentials/:id/uses.', dismiss]
  }
  if (codes.has('too-many-kills')) {
    return ['Look whether the source has gone mad, or whether so much has leaked.', kill, dismiss]
  }
  if (reaction === 'suspend') return ['What can be undone was done; look at it now.', kill, dismiss]
  return [kill, dismiss]
}
