// One consumer of the world with its live instances. What is registered says how it behaves; `truth` is how it behaves.
import type { Consumer } from '@rekey/core'

/** A value in somebody's hands. */
export interface Held {
  version: number
  value: string
}

export interface Instance {
  name: string
  held: Held | null
  loadedMs: number
  /** A connection or a long run that was opened with a value and lives on, whatever is loaded since. */
  session: (Held & { name: string; untilMs: number }) | null
  nextRunMs: number
  /** Scaled to nothing until then. */
  awayUntilMs: number
  /** What it held before: what an image that was built then would bring back. */
  image: Held | null
  /** Alive and without work: it holds a value and shows it to nobody. */
  isDormant: boolean
}

/** Work that failed for another reason and comes back later with what it held at first. */
export interface Retry {
  held: Held
  atMs: number
  instance: string
}

export interface Member {
  kind: string
  /** As registered; null: nobody registered it. */
  consumer: Consumer | null
  truth: Consumer
  instances: Instance[]
  retries: Retry[]
  /** When it last came to the target with each version. */
  lastUses: Map<number, number>
  /** Its reports are complete without a gap since then; null: nothing was reported yet. */
  heardSinceMs: number | null
  /** What is registered of it understates how long it may come back: an honest mistake that no gate can see. */
  understated: boolean
  /** A change of its assignment reached it (signal); what is lost here waits for somebody. */
  signalledMs: number
  /** Until then it reaches no control plane, and none reaches it; for ever: only whoever pulled its plug mends that. */
  cutOffUntilMs?: number
}

export const isCutOff = ({ cutOffUntilMs = 0 }: Member, nowMs: number) => cutOffUntilMs > nowMs

/** Every version that it may still come to the target with, by itself, as things stand. */
export function mayUse(member: Member, nowMs: number): Set<number> {
  const versions = new Set<number>()
  for (const { held, session } of member.instances) {
    if (held !== null) versions.add(held.version)
    if (session !== null && session.untilMs > nowMs) versions.add(session.version)
  }
  for (const { held } of member.retries) versions.add(held.version)
  return versions
}

export const idOf = (member: Member) => member.truth.id
