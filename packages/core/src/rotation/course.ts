// A course is the order of steps as data. Scheduled, manual, rolled-back, aborted and emergency rotations are the same
// machine on other courses; nothing else in the system knows an order.

import type { VersionState } from '../credential.ts'

/** The two versions of a rotation: the one that was, the one that comes. Going back swaps which of them is left. */
export type Side = 'old' | 'new'

export const otherSide = (side: Side): Side => (side === 'old' ? 'new' : 'old')

export type Step =
  | { do: 'mint' }
  /** `expect`: accepted before anyone is moved to it, refused to prove that it is dead. */
  | { do: 'probe'; side: Side; expect: 'accepted' | 'refused' }
  | { do: 'compareRights' }
  | { do: 'move'; wave: number; to: Side }
  /** Look at everything, then wait for the decision to retire the side that is left. */
  | { do: 'observe'; leaving: Side }
  | { do: 'disable'; side: Side }
  | { do: 'enable'; side: Side }
  | { do: 'endSessions'; side: Side }
  | { do: 'watch'; side: Side }
  | { do: 'destroy'; side: Side }

/** The number of a wave that moves every consumer at once. */
export const everyone = -1

export type StepName = Step['do']

/** Where a course ends when it is walked to its end. */
export type Ending = 'completed' | 'aborted' | 'rolled-back'

export interface Abled {
  canDisable: boolean
  canEndSessions: boolean
  canCompareRights: boolean
  maxLive: number
}

/** End a version in order: disable, end its sessions, watch a full cycle, destroy, prove dead. */
export function retire(side: Side, can: Abled, watched: boolean): Step[] {
  const steps: Step[] = []
  if (can.canDisable) {
    steps.push({ do: 'disable', side })
    if (can.canEndSessions) steps.push({ do: 'endSessions', side })
    if (watched) steps.push({ do: 'watch', side })
    steps.push({ do: 'destroy', side })
  } else {
    steps.push({ do: 'destroy', side })
    if (can.canEndSessions) steps.push({ do: 'endSessions', side })
  }
  steps.push({ do: 'probe', side, expect: 'refused' })
  return steps
}

export function forward(can: Abled, waves: number): Step[] {
  const steps: Step[] = [{ do: 'mint' }, { do: 'probe', side: 'new', expect: 'accepted' }]
  if (can.canCompareRights && can.maxLive > 1) steps.push({ do: 'compareRights' })
  for (let wave = 0; wave < waves; wave++) steps.push({ do: 'move', wave, to: 'new' })
  steps.push({ do: 'observe', leaving: 'old' })
  // Where the target holds one version, minting has already ended the old one: there is nothing left but to prove it.
  if (can.maxLive > 1) steps.push(...retire('old', can, true))
  else steps.push({ do: 'probe', side: 'old', expect: 'refused' })
  return steps
}

/** Compromise: the old version dies before the new one is born, and nobody is waited for. */
export function revokeFirst(can: Abled, waves: number): Step[] {
  const steps: Step[] = can.maxLive > 1 ? retire('old', can, false) : []
  steps.push({ do: 'mint' })
  if (can.maxLive === 1) steps.push({ do: 'probe', side: 'old', expect: 'refused' })
  steps.push({ do: 'probe', side: 'new', expect: 'accepted' })
  for (let wave = 0; wave < waves; wave++) steps.push({ do: 'move', wave, to: 'new' })
  steps.push({ do: 'observe', leaving: 'old' })
  return steps
}

/** The same in the middle of a rotation: what is already there is kept, what is compromised goes first. */
export function revokeNow(can: Abled, old: VersionState, fresh: VersionState | null): Step[] {
  const replaced: Step[] = []
  if (fresh === 'suspended') replaced.push({ do: 'enable', side: 'new' })
  else if (fresh !== 'pre-active' && fresh !== 'active') {
    // What was to be cleared away and is not proved gone is not forgotten over its successor.
    if (fresh === 'destroyed' && can.maxLive > 1) replaced.push(...ended('new', fresh, can))
    replaced.push({ do: 'mint' })
  }
  const steps =
    can.maxLive > 1
      ? [...ended('old', old, can), ...replaced]
      : [...replaced, ...ended('old', 'destroyed', can)]
  if (fresh !== 'active') steps.push({ do: 'probe', side: 'new', expect: 'accepted' })
  steps.push({ do: 'move', wave: everyone, to: 'new' }, { do: 'observe', leaving: 'old' })
  return steps
}

/** The new one is compromised and there is an old one to stay with: it dies first, and whoever has moved returns. */
export function revokeNew(can: Abled, old: VersionState, fresh: VersionState, hasMoved: boolean): Step[] {
  const steps = ended('new', fresh, can)
  if (old === 'active' && !hasMoved) return steps
  if (old === 'suspended') steps.push({ do: 'enable', side: 'old' })
  steps.push({ do: 'probe', side: 'old', expect: 'accepted' })
  steps.push({ do: 'move', wave: everyone, to: 'old' }, { do: 'observe', leaving: 'new' })
  return steps
}

/** There is nothing to stay with: whatever is not proved dead dies, and another is made. */
export function revokeAll(can: Abled, old: VersionState | null, fresh: VersionState): Step[] {
  return [
    ...ended('new', fresh, can),
    ...(old === null ? [] : ended('old', old, can)),
    { do: 'mint' },
    { do: 'probe', side: 'new', expect: 'accepted' },
    { do: 'move', wave: everyone, to: 'new' },
    { do: 'observe', leaving: 'old' },
  ]
}

/** What is left to do until a version is proved dead. */
function ended(side: Side, life: VersionState, can: Abled): Step[] {
  if (life === 'dead') return []
  const steps = retire(side, can, false)
  // Where the target holds one version, minting has ended it: to destroy it by name would end what took its place.
  if (can.maxLive === 1) return steps.filter(step => step.do === 'endSessions' || step.do === 'probe')
  // It may have been destroyed, or only meant to be: to destroy it once more does no harm, to disable what is gone fails.
  return life === 'destroyed' ? steps.filter(step => step.do !== 'disable') : steps
}

/** The first version of a credential: there is nothing to leave. */
export function issue(can: Abled, waves: number): Step[] {
  return forward(can, waves)
    .filter(step => step.do === 'mint' || step.do === 'probe' || step.do === 'move')
    .filter(step => step.do !== 'probe' || step.side === 'new')
}

/** Everyone returns to the old version; the new one is ended with the same care as any other. */
export function back(can: Abled, oldIsSuspended: boolean): Step[] {
  const steps: Step[] = []
  if (oldIsSuspended) steps.push({ do: 'enable', side: 'old' })
  steps.push({ do: 'probe', side: 'old', expect: 'accepted' })
  steps.push({ do: 'move', wave: everyone, to: 'old' })
  steps.push({ do: 'observe', leaving: 'new' })
  steps.push(...retire('new', can, false))
  return steps
}

/** Nobody was moved: clear away what was minted and prove it gone. */
export function clear(can: Abled, life: 'none' | 'intended' | 'minted', hasOld: boolean): Step[] {
  if (life === 'none') return []
  // Where the target holds one version, destroying what may not be there would end the old one. That the old one is
  // accepted proves that nothing was minted; that it is refused is for a person to see.
  if (can.maxLive === 1 && hasOld) return [{ do: 'probe', side: 'old', expect: 'accepted' }]
  const steps: Step[] = [{ do: 'destroy', side: 'new' }]
  // Of what was only intended nobody may hold the value, so nobody could try whether it is refused.
  if (life === 'minted') steps.push({ do: 'probe', side: 'new', expect: 'refused' })
  return steps
}
