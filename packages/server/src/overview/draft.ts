// What needs a person, before it is known who asks: the same for everybody, and cut to what each may see afterwards.
import { type Attention, attentionKinds } from '@rekey/wire'
import { type Caller, may } from '../access/caller.ts'

export interface Draft extends Omit<Attention, 'action'> {
  action: Omit<Attention['action'], 'may'>
  /** People who have had their say in it already: another one is needed. */
  notFor: readonly string[]
  /** It is of no environment, and concerns everybody all the same. */
  forAll: boolean
}

/** What it is about. */
export type About = Pick<Draft, 'credential' | 'name' | 'environment' | 'rotation'>
export const aboutNothing: About = { credential: null, name: null, environment: null, rotation: null }

type Told = Pick<Draft, 'id' | 'kind' | 'urgency' | 'title' | 'because' | 'action'> &
  Partial<Pick<Draft, 'subject' | 'sinceMs' | 'untilMs' | 'notFor' | 'forAll'>>

export const draft = (about: About, told: Told): Draft => ({
  ...about,
  subject: null,
  sinceMs: null,
  untilMs: null,
  notFor: [],
  forAll: false,
  ...told,
})

const urgencies = { now: 0, today: 1, soon: 2 } as const
const kinds = new Map(attentionKinds.map((kind, at) => [kind, at]))
const never = Number.MAX_SAFE_INTEGER

/** The most urgent first; of the same kind, what is over first. */
export function byUrgency(a: Draft, b: Draft): number {
  return (
    urgencies[a.urgency] - urgencies[b.urgency] ||
    kinds.get(a.kind)! - kinds.get(b.kind)! ||
    (a.untilMs ?? never) - (b.untilMs ?? never) ||
    (a.id < b.id ? -1 : 1)
  )
}

/** Asked once for each environment, and not once for each of ten thousand things in it. */
export function seenBy(caller: Caller): (environment: string | null) => boolean {
  const known = new Map<string | null, boolean>()
  return environment => {
    const seen = known.get(environment) ?? may(caller, 'read', environment)
    known.set(environment, seen)
    return seen
  }
}

/** Those that this caller may see, with whether they may do what it asks for. */
export function shown(
  drafts: readonly Draft[],
  caller: Caller,
  wanted: string | undefined,
  most: number,
): { items: Attention[]; more: number } {
  const isSeen = seenBy(caller)
  const items: Attention[] = []
  let more = 0
  for (const { notFor, forAll, ...one } of drafts) {
    if (!forAll && !isSeen(one.environment)) continue
    if (wanted !== undefined && one.environment !== null && one.environment !== wanted) continue
    if (caller.is === 'person' && notFor.includes(caller.id)) continue
    if (items.length === most) more++
    else {
      const { needs } = one.action
      items.push({ ...one, action: { ...one.action, may: may(caller, needs, one.environment) } })
    }
  }
  return { items, more }
}

/** "a, b, c and 2 more" */
export function named(names: readonly string[], most = 5): string {
  const left = names.length - most
  if (left > 0) return `${names.slice(0, most).join(', ')} and ${left} more`
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

export const counted = (count: number, one: string, many = `${one}s`) =>
  `${count} ${count === 1 ? one : many}`

/** It begins with a name, which stays as it is. */
export const dotted = (text: string) => (text === '' || /[.!?]$/.test(text) ? text : `${text}.`)
export const sentence = (text: string) => dotted(`${text.slice(0, 1).toUpperCase()}${text.slice(1)}`)
