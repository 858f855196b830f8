// What a claim says of a new consumer: the few things that a person can be asked for at once. Everything else has a default that is
// never taken for safe, and is filled in on the consumer's own page.
import type { BodyOf, routes } from '@rekey/wire'

type Consumer = NonNullable<BodyOf<typeof routes.ghosts.claim>['consumer']>

export interface ClaimDraft {
  id: string
  name: string
  behaviour: Consumer['behaviour']
  pathClass: NonNullable<Consumer['pathClass']>
  ownerId: string
  ownerName: string
  reload: NonNullable<Consumer['reload']>['how']
  ttlSeconds: string
  documented: boolean
  observability: NonNullable<Consumer['observability']>
}

/** From the name that it was seen under. */
export function firstDraft(seenAs: string): ClaimDraft {
  return {
    id: idFrom(seenAs),
    name: seenAs.slice(0, 200),
    behaviour: 'background-job',
    pathClass: 'background',
    ownerId: '',
    ownerName: '',
    reload: 'unknown',
    ttlSeconds: '300',
    documented: false,
    observability: 'none',
  }
}

export function idFrom(seenAs: string): string {
  return seenAs
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 60)
    .replace(/[^a-z0-9]+$/, '')
}

const idPattern = /^[a-z0-9]([a-z0-9._-]{0,98}[a-z0-9])?$/

export type ClaimFaults = Partial<Record<'id' | 'name' | 'owner' | 'ttl', string>>

/** All that is wrong with it, at once. */
export function faultsOf(draft: ClaimDraft, taken: ReadonlySet<string>): ClaimFaults {
  const faults: ClaimFaults = {}
  const id = draft.id.trim()
  if (!idPattern.test(id))
    faults.id =
      'Small letters, digits, dots, underscores and hyphens; it begins and ends with a letter or digit.'
  else if (taken.has(id))
    faults.id =
      'A consumer of that id is registered. If it is that one, choose “A consumer that is registered”.'
  if (draft.name.trim() === '') faults.name = 'Enter a name that people know it by.'
  if ((draft.ownerId.trim() === '') !== (draft.ownerName.trim() === ''))
    faults.owner = 'Enter the id and the name of the owner, or neither.'
  const ttl = Number(draft.ttlSeconds)
  if (draft.reload === 'ttl' && !(Number.isFinite(ttl) && ttl > 0))
    faults.ttl = 'Enter how many seconds it keeps a value.'
  return faults
}

export function consumerOf(draft: ClaimDraft): Consumer {
  const { behaviour, pathClass, observability } = draft
  const ownerId = draft.ownerId.trim()
  return {
    name: draft.name.trim(),
    behaviour,
    pathClass,
    owner: ownerId === '' ? null : { id: ownerId, name: draft.ownerName.trim() },
    reload: reloadOf(draft),
    observability,
  } as Consumer
}

function reloadOf({ reload, ttlSeconds, documented }: ClaimDraft): Consumer['reload'] {
  if (reload === 'ttl') return { how: reload, ttlMs: Math.round(Number(ttlSeconds) * 1_000) }
  if (reload === 'restart' || reload === 'by-hand') return { how: reload, documented }
  return { how: reload }
}
