// The trust that a policy gives to a checkpoint (C2SP tlog-policy): signed by a listed log under its own origin, and
// cosigned as the quorum asks. A witness whose key type cannot be checked here never counts as having signed.
import { type ReadCheckpoint, verifyCheckpoint } from './checkpoint.ts'
import { refused, type Verdict } from './error.ts'
import { isSameKey } from './key.ts'
import type { Policy, PolicyGroup, PolicyWitness } from './policy.ts'

export interface Witnessed {
  name: string
  timestampS: number
}

export type PolicyVerdict = Verdict<{
  checkpoint: ReadCheckpoint
  /** All known witnesses that cosigned, needed for the quorum or not. */
  witnesses: readonly Witnessed[]
}>

export function isQuorum(quorum: Policy['quorum'], witnessed: ReadonlySet<string>): boolean {
  if (quorum.kind === 'none') return true
  if (quorum.kind === 'witness') return witnessed.has(quorum.name)
  return quorum.members.filter(member => isQuorum(member, witnessed)).length >= quorum.threshold
}

export function verifyByPolicy(note: string, policy: Policy): PolicyVerdict {
  const keys = [...policy.logs, ...policy.witnesses].map(({ key }) => key)
  const verdict = verifyCheckpoint(note, keys)
  if (!verdict.ok) return verdict
  const witnesses = policy.witnesses.flatMap(({ name, key }): Witnessed[] => {
    const timestampS = verdict.signatures.find(signature => isSameKey(signature, key))?.timestampS
    return timestampS == null ? [] : [{ name, timestampS }]
  })
  const witnessed = new Set(witnesses.map(({ name }) => name))
  if (policy.quorum.kind !== 'none' && !isQuorum(policy.quorum, witnessed))
    return refused('no-quorum', `the quorum lacks ${missing(policy.quorum, witnessed)}`)
  return { ok: true, checkpoint: verdict.checkpoint, witnesses }
}

/** In words: what would have to be added for this part of the quorum to hold. */
function missing(quorum: PolicyWitness | PolicyGroup, witnessed: ReadonlySet<string>): string {
  if (quorum.kind === 'witness') return quorum.name
  const open = quorum.members.filter(member => !isQuorum(member, witnessed))
  const count = quorum.threshold - (quorum.members.length - open.length)
  const names = open.map(member => missing(member, witnessed)).join(', ')
  return open.length === 1 ? names : `${count} of (${names})`
}
