// What is done about signals, as it is chosen: a word for each kind in each environment, or none, and then it is as for the others.
import type { AnswerOf, BodyOf, routes } from '@rekey/wire'
import { exactLength, noLength, readLength } from '../../parts/length.ts'
import { type Kind, kindWords, type Reaction } from '../signals/words.ts'

export type Policy = AnswerOf<typeof routes.signalPolicy.get>
export type PolicyInput = BodyOf<typeof routes.signalPolicy.put>

export interface PolicyDraft {
  /** By environment, then by kind; '' is no word of its own. */
  reactions: Readonly<Record<string, Readonly<Record<string, string>>>>
  killsPerHour: Readonly<Record<string, string>>
  group: string
}

export const kinds = Object.keys(kindWords) as Kind[]
export const reactions: readonly Reaction[] = ['note', 'page', 'suspend', 'rotate', 'kill']
export const usualKills = 3

/** What our own detectors see is a guess, and never kills by itself. */
const detected = new Set<Kind>([
  'unusual-hours',
  'unusual-address',
  'unusual-volume',
  'outside-pact',
  'ghost-use',
  'dead-version-refused',
  'dead-version-success',
])
export const reactionsTo = (kind: Kind): readonly Reaction[] =>
  detected.has(kind) ? reactions.filter(one => one !== 'kill') : reactions

export function policyDraft({ reactions, killsPerHour, groupMs }: Policy): PolicyDraft {
  return {
    reactions: reactions as PolicyDraft['reactions'],
    killsPerHour: Object.fromEntries(Object.entries(killsPerHour).map(([place, n]) => [place, String(n)])),
    group: exactLength(groupMs),
  }
}

/** Environments that have a word of their own; '*' is always there. */
export const placesOf = ({ reactions, killsPerHour }: PolicyDraft): string[] => [
  '*',
  ...[...new Set([...Object.keys(reactions), ...Object.keys(killsPerHour)])]
    .filter(one => one !== '*')
    .sort(),
]

/** What holds where nothing is chosen there, and whose word it is. */
export function inherited(
  draft: PolicyDraft,
  usual: Policy['usual'],
  place: string,
  kind: Kind,
): { reaction: string; from: 'all' | 'usual' } {
  const all = place === '*' ? '' : (draft.reactions['*']?.[kind] ?? '')
  return all !== '' ? { reaction: all, from: 'all' } : { reaction: usual[kind] ?? 'page', from: 'usual' }
}

export function withReaction(draft: PolicyDraft, place: string, kind: Kind, reaction: string): PolicyDraft {
  const some = { ...draft.reactions[place], [kind]: reaction }
  return { ...draft, reactions: { ...draft.reactions, [place]: some } }
}

export interface PolicyFaults {
  killsPerHour: Record<string, string>
  group?: string
}

export function readPolicy(draft: PolicyDraft): {
  body: PolicyInput
  faults: PolicyFaults
  isFaulty: boolean
} {
  const faults: PolicyFaults = { killsPerHour: {} }
  const killsPerHour: Record<string, number> = {}
  for (const [place, text] of Object.entries(draft.killsPerHour)) {
    if (text.trim() === '') continue
    const count = /^\d{1,5}$/.test(text.trim()) ? Number(text) : Number.NaN
    if (count <= 10_000) killsPerHour[place] = count
    else faults.killsPerHour[place] = 'A whole number from 0 to 10,000.'
  }
  const groupMs = readLength(draft.group)
  if (groupMs === null) faults.group = noLength
  else if (groupMs < 60_000 || groupMs > 604_800_000) faults.group = 'From a minute to a week.'
  const chosen = Object.fromEntries(
    Object.entries(draft.reactions)
      .map(
        ([place, some]) =>
          [place, Object.fromEntries(Object.entries(some).filter(([, one]) => one !== ''))] as const,
      )
      .filter(([, some]) => Object.keys(some).length > 0),
  )
  const body = { reactions: chosen as PolicyInput['reactions'], killsPerHour, groupMs: groupMs ?? 0 }
  const isFaulty = faults.group !== undefined || Object.keys(faults.killsPerHour).length > 0
  return { body, faults, isFaulty }
}

const whereText = (place: string) => (place === '*' ? 'In all environments' : `In ${place}`)

/** What becomes of it, in words. */
export function policyChange(before: PolicyInput, after: PolicyInput): string[] {
  const changes: string[] = []
  const places = (...some: (object | undefined)[]) =>
    [...new Set(some.flatMap(one => Object.keys(one ?? {})))].sort()
  for (const place of places(before.reactions, after.reactions)) {
    for (const kind of kinds) {
      const [was, is] = [before.reactions?.[place]?.[kind], after.reactions?.[place]?.[kind]]
      if (was !== is)
        changes.push(`${whereText(place)}, ${kindWords[kind].name}: ${is ?? 'no word of its own'}`)
    }
  }
  for (const place of places(before.killsPerHour, after.killsPerHour)) {
    const [was, is] = [before.killsPerHour?.[place], after.killsPerHour?.[place]]
    if (was !== is)
      changes.push(`${whereText(place)}: ${is ?? 'no limit of its own on'} automatic kills an hour`)
  }
  if (before.groupMs !== after.groupMs && after.groupMs !== undefined)
    changes.push(`Signals about the same within ${exactLength(after.groupMs)} are one`)
  return changes
}

/** A kill without a person, somewhere: said aloud before it is saved. */
export const killsByItself = ({ reactions }: PolicyInput): boolean =>
  Object.values(reactions ?? {}).some(some => Object.values(some).includes('kill'))
