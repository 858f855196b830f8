// How a credential is named on the command line and in templates: `documents`, `documents:web` where it has to be said which
// consumer this agent is, and `documents.handle` for a part of it.
import type { Current } from '@rekey/sdk'

export const parts = ['value', 'handle', 'version', 'fingerprint'] as const
export type Part = (typeof parts)[number]

export interface Wanted {
  credential: string
  /** null: the only one that this agent is bound to. */
  consumer: string | null
}

export interface Reference {
  credential: string
  part: Part
}

/** The versions that go together at one moment, by credential. */
export type Snapshot = ReadonlyMap<string, Current>

/** null: it is no name of one. */
export function readWanted(text: string): Wanted | null {
  const [, credential, consumer = null] = /^([\w.-]{1,200})(?::([\w.:-]{1,200}))?$/.exec(text) ?? []
  return credential === undefined ? null : { credential, consumer }
}

/** A name may have dots of its own, so it is looked for among those that are known. */
export function readReference(text: string, known: readonly string[]): Reference | null {
  if (known.includes(text)) return { credential: text, part: 'value' }
  const dot = text.lastIndexOf('.')
  const [credential, part] = [text.slice(0, dot), text.slice(dot + 1)]
  return dot > 0 && known.includes(credential) && isPart(part) ? { credential, part } : null
}

export const isPart = (text: string): text is Part => (parts as readonly string[]).includes(text)

/** null: the target gives this version none. Here values come into the open. */
export function partOf(snapshot: Snapshot, { credential, part }: Reference): string | number | null {
  const current = snapshot.get(credential)
  if (current === undefined) return null
  return part === 'value' ? current.value.reveal() : current[part]
}

export const subjectsOf = (snapshot: Snapshot) =>
  [...snapshot.values()].map(({ credential, consumer, version }) => ({ credential, consumer, version }))

export function isSame(one: Snapshot, other: Snapshot): boolean {
  return [...one].every(([credential, { version }]) => other.get(credential)?.version === version)
}
