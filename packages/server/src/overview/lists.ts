// Lists over all credentials: who uses anything, whom nobody registered, and what comes when. What the store does not select by
// (rights, text) is looked through here, so many rows at the most for one request: a page may be short, and says where to go on.
import { type Consumer, type Ghost, policyFor } from '@rekey/core'
import type { RowPlace } from '@rekey/store'
import type { AnswerOf, QueryOf, routes } from '@rekey/wire'
import type { Caller } from '../access/caller.ts'
import type { Ground } from '../ground.ts'
import { cursorOf, numberedCursor, numberedPlace, placeOf } from './cursor.ts'
import { seenBy } from './draft.ts'
import { calendarOf } from './of-credential.ts'
import type { Snapshot } from './overview.ts'
import type { CredentialKnown, Known } from './remembered.ts'

type Routes = typeof routes.overview
type CalendarItem = AnswerOf<Routes['calendar']>['items'][number]

const mostLooked = 10_000
const pageSize = 500
const usualLimit = 100

/** In whatever case, and nothing asked for is everywhere. */
export function finder(text: string | undefined): (...texts: (string | null | undefined)[]) => boolean {
  const wanted = text?.toLowerCase() ?? ''
  return (...texts) => wanted === '' || texts.some(one => one?.toLowerCase().includes(wanted) === true)
}

/** The credential, if it is one that the caller may see and has asked for. */
export function meant(
  { credentials }: Pick<Known, 'credentials'>,
  caller: Caller,
  wanted: string | undefined,
): (credential: string) => CredentialKnown | null {
  const isSeen = seenBy(caller)
  return id => {
    const known = credentials.get(id)
    if (known === undefined) return null
    const { environment } = known.row.record
    return isSeen(environment) && (wanted === undefined || wanted === environment) ? known : null
  }
}

export async function consumersOf(
  { store }: Pick<Ground, 'store'>,
  known: Known,
  caller: Caller,
  query: QueryOf<Routes['consumers']>,
): Promise<AnswerOf<Routes['consumers']>> {
  const isFound = finder(query.text)
  const of = meant(known, caller, query.environment)
  return looked<Consumer, AnswerOf<Routes['consumers']>['items'][number]>(
    query,
    after => store.allConsumers({ after, limit: pageSize }),
    consumer => {
      const owner = of(consumer.credential)
      if (owner === null) return null
      const { id, name, owner: whose, credential } = consumer
      if (!isFound(id, name, whose?.name, whose?.id, credential)) return null
      const { environment } = owner.row.record
      return { ...(consumer as AnswerOf<Routes['consumers']>['items'][number]), environment }
    },
  )
}

export async function ghostsOf(
  { store }: Pick<Ground, 'store'>,
  known: Known,
  caller: Caller,
  query: QueryOf<Routes['ghosts']>,
): Promise<AnswerOf<Routes['ghosts']>> {
  const isFound = finder(query.text)
  const of = meant(known, caller, query.environment)
  const state = query.state ?? null
  return looked<Ghost, AnswerOf<Routes['ghosts']>['items'][number]>(
    query,
    after => store.allGhosts({ after, limit: pageSize, state }),
    ghost => {
      const owner = of(ghost.credential)
      if (owner === null) return null
      const { id, record } = owner.row
      if (!isFound(ghost.id, ghost.seenAs, ghost.by, id, record.name)) return null
      return { ...ghost, environment: record.environment, name: record.name }
    },
  )
}

async function looked<Row extends RowPlace, Item>(
  { after, limit = usualLimit }: { after?: string; limit?: number },
  read: (after: RowPlace | null) => Promise<readonly Row[]>,
  itemOf: (row: Row) => Item | null,
): Promise<{ items: Item[]; next: string | null }> {
  const items: Item[] = []
  let place = placeOf(after)
  for (let looked = 0; looked < mostLooked; looked += pageSize) {
    const rows = await read(place)
    for (const row of rows) {
      place = { credential: row.credential, id: row.id }
      const item = itemOf(row)
      if (item === null) continue
      items.push(item)
      if (items.length === limit) return { items, next: cursorOf(place) }
    }
    if (rows.length < pageSize) return { items, next: null }
  }
  return { items, next: place === null ? null : cursorOf(place) }
}

// ------------------------------------------------------------------------------------------------ the calendar

/** What was never issued can be issued at once: it comes first. */
const dueOf = ({ days }: CredentialKnown) => Math.max(0, days.dueAtMs ?? 0)
const byDue = (a: CredentialKnown, b: CredentialKnown) =>
  dueOf(a) - dueOf(b) || (a.row.id < b.row.id ? -1 : a.row.id > b.row.id ? 1 : 0)

/** Sorted once for all who ask. */
const sorted = new WeakMap<Snapshot, readonly CredentialKnown[]>()

/** By the day on which it is due, the earliest first. */
export function calendar(
  { providers, nowMs }: Pick<Ground, 'providers' | 'nowMs'>,
  known: Snapshot,
  caller: Caller,
  query: QueryOf<Routes['calendar']>,
): AnswerOf<Routes['calendar']> {
  const all = sorted.get(known) ?? [...known.credentials.values()].sort(byDue)
  sorted.set(known, all)
  const after = numberedPlace(query.after)
  const isFound = finder(query.text)
  const of = meant(known, caller, query.environment)
  const { limit = usualLimit } = query
  const items: CalendarItem[] = []
  for (const one of all) {
    const { id, record } = one.row
    const due = dueOf(one)
    if (after !== null && (due < after.number || (due === after.number && id <= after.id))) continue
    if (of(id) === null || !isFound(id, record.name, record.owner?.name, record.owner?.id)) continue
    if (items.length === limit) {
      const last = items.at(-1)!
      return { items, next: numberedCursor(dueOf(known.credentials.get(last.credential)!), last.credential) }
    }
    items.push(calendarItem(one, providers, nowMs()))
  }
  return { items, next: null }
}

function calendarItem(
  { row, version }: CredentialKnown,
  providers: Ground['providers'],
  nowMs: number,
): CalendarItem {
  const { record } = row
  const { dueAtMs, startAtMs, leftMs, overdue, alert, reasons } = calendarOf(row, version, nowMs)
  const policy = policyFor(record, record.policy)
  return {
    credential: row.id,
    name: record.name,
    environment: record.environment,
    kind: record.kind,
    fingerprint: version?.fingerprint ?? null,
    version: version?.number ?? null,
    issuedAtMs: version?.issuedAtMs ?? null,
    lastRotationMs: row.lastRotationMs,
    dueAtMs,
    startAtMs,
    leftMs,
    overdue,
    alert,
    everyMs: policy.everyMs,
    automatedBy: automatedBy(record.provider, providers),
    openRotation: row.openRotation,
    policy: policy as CalendarItem['policy'],
    reasons,
  }
}

function automatedBy(kind: string, providers: Ground['providers']): string {
  const provider = providers.get(kind)
  if (provider === undefined) return `nobody: there is no provider ${kind}`
  const { byHand } = provider.abilities
  if (byHand.includes('mint')) return `a person, by hand (${provider.title})`
  return byHand.length === 0 ? provider.title : `${provider.title}; a person does: ${byHand.join(', ')}`
}
