// What is kept about people, agents and whoever else comes through the doors: one shape a kind, and one place that reads and
// writes them. A change is a record and its event in one commit. What is read at each request is remembered until its event
// passes in the feed, so that an access that was ended on one control plane ends on all of them.
import type { AccessEvent, SignalEvent } from '@rekey/core'
import type { Store, Write } from '@rekey/store'
import { append } from '../append.ts'
import type { Feed } from '../feed/feed.ts'
import { ProblemError } from '../http/problem.ts'
import { kindAndId, stored } from '../runner/rows.ts'
import type { Kept } from './kinds.ts'

export type { Kept } from './kinds.ts'
export type Kind = keyof Kept

export interface Keep {
  /** What is remembered, at once; undefined: it has to be asked for. */
  peek<K extends Kind>(kind: K, id: string): Kept[K] | null | undefined
  get<K extends Kind>(kind: K, id: string): Promise<Kept[K] | null>
  all<K extends Kind>(kind: K): Promise<{ id: string; record: Kept[K] }[]>
  page<K extends Kind>(
    kind: K,
    page: { after: string | null; limit: number },
  ): Promise<{ id: string; record: Kept[K] }[]>
  /** With its event, on the stream `<kind>/<id>`; without one, what is no decision of anybody's. */
  put<K extends Kind>(
    kind: K,
    id: string,
    record: Kept[K],
    more?: { event?: AccessEvent | SignalEvent; expiresMs?: number | null; writes?: readonly Write[] },
  ): Promise<void>
  /**
   * Read, changed and written as one, with its event: whatever others write in between is kept too. null from `to`: it stays as
   * it is. Answers what it is then; null: it is not there.
   */
  change<K extends Kind>(
    kind: K,
    id: string,
    to: (record: Kept[K]) => { record: Kept[K]; event: AccessEvent | SignalEvent } | null,
  ): Promise<Kept[K] | null>
  /** The same, where it may not be there yet. */
  set<K extends Kind>(
    kind: K,
    id: string,
    to: (record: Kept[K] | null) => { record: Kept[K]; event: AccessEvent | SignalEvent },
  ): Promise<void>
  remove(kind: Kind, id: string, event?: AccessEvent): Promise<void>
  /** false: somebody was first. */
  once<K extends Kind>(kind: K, id: string, record: Kept[K], expiresMs: number | null): Promise<boolean>
  /** An event of a stream that has no record. */
  note(stream: string, event: AccessEvent): Promise<void>
}

/** What is asked at each request. */
const remembered = new Set<Kind>([
  'person',
  'session',
  'token',
  'agent',
  'agent-key',
  'source',
  'source-token',
  'rules',
  'signal-source',
  'signal-policy',
  'receiver',
  'signal-stream',
])
const mostRemembered = 50_000

const tries = 8
const changing = () => new ProblemError('conflict', { detail: 'It keeps changing.', how: 'Ask again.' })

export function keepOf(store: Store, feed: Pick<Feed, 'listen' | 'isFresh'>, nowMs: () => number): Keep {
  /** By kind, then by id: putting both into one key would make a text at each look. */
  const known = new Map<string, Map<string, { record: unknown; expiresMs: number | null } | null>>()
  for (const kind of remembered) known.set(kind, new Map())
  /** Rises with each forgetting: what was read before it must not be remembered after it. */
  let forgotten = 0
  const forget = (kind: string, id: string) => {
    forgotten++
    known.get(kind)?.delete(id)
  }
  feed.listen(events => {
    for (const { stream } of events) forget(...kindAndId(stream))
  })
  const change = async (
    kind: Kind,
    id: string,
    writes: readonly Write[],
    event: AccessEvent | SignalEvent | undefined,
  ) => {
    const key = `${kind}/${id}`
    if (event === undefined) {
      await store.commit({ fence: null, appends: [], writes })
    } else if (!(await append(store, key, [stored(event)], writes))) {
      throw changing()
    }
    forget(kind, id)
  }
  const peek = <K extends Kind>(kind: K, id: string): Kept[K] | null | undefined => {
    if (!feed.isFresh()) return undefined
    const one = known.get(kind)?.get(id)
    if (one === undefined || one === null) return one
    // It may have been given more time since.
    return one.expiresMs !== null && one.expiresMs <= nowMs() ? undefined : (one.record as Kept[K])
  }
  const swap = async <K extends Kind>(
    kind: K,
    id: string,
    to: (record: Kept[K] | null) => { record: Kept[K]; event: AccessEvent | SignalEvent } | null,
  ): Promise<Kept[K] | null> => {
    const stream = `${kind}/${id}`
    let expected = 0
    for (let tried = 0; tried < tries; tried++) {
      // After the length of the stream was known: with another event in between, the commit is refused.
      const row = await store.record(kind, id, nowMs())
      const record = (row?.record ?? null) as Kept[K] | null
      const next = to(record)
      if (next === null) return record
      const committed = await store.commit({
        fence: null,
        appends: [{ stream, expected, events: [stored(next.event)] }],
        writes: [
          { put: 'record', row: { kind, id, record: next.record, expiresMs: row?.expiresMs ?? null } },
        ],
      })
      if (committed.ok) {
        forget(kind, id)
        return next.record
      }
      if (committed.why === 'conflict') expected = committed.actual
    }
    throw changing()
  }
  return {
    peek,
    async get<K extends Kind>(kind: K, id: string) {
      const now = nowMs()
      const isRemembered = remembered.has(kind)
      const seen = isRemembered ? peek(kind, id) : undefined
      if (seen !== undefined) return seen
      const before = forgotten
      const row = await store.record(kind, id, now)
      if (isRemembered && before === forgotten) {
        const some = known.get(kind)!
        if (some.size >= mostRemembered) some.clear()
        some.set(id, row === null ? null : { record: row.record, expiresMs: row.expiresMs })
      }
      return (row?.record ?? null) as Kept[K] | null
    },
    async all<K extends Kind>(kind: K) {
      const items: { id: string; record: Kept[K] }[] = []
      for (let after: string | null = null; ; ) {
        const rows = await store.records(kind, { after, limit: 500 }, nowMs())
        for (const row of rows) items.push({ id: row.id, record: row.record as Kept[K] })
        if (rows.length < 500) return items
        after = rows.at(-1)!.id
      }
    },
    async page<K extends Kind>(kind: K, page: { after: string | null; limit: number }) {
      const rows = await store.records(kind, page, nowMs())
      return rows.map(row => ({ id: row.id, record: row.record as Kept[K] }))
    },
    async put(kind, id, record, { event, expiresMs = null, writes = [] } = {}) {
      await change(kind, id, [{ put: 'record', row: { kind, id, record, expiresMs } }, ...writes], event)
    },
    async change(kind, id, to) {
      return swap(kind, id, record => (record === null ? null : to(record)))
    },
    async set(kind, id, to) {
      await swap(kind, id, to)
    },
    async remove(kind, id, event) {
      await change(kind, id, [{ remove: 'record', kind, id }], event)
    },
    async once(kind, id, record, expiresMs) {
      return store.putRecordOnce({ kind, id, record, expiresMs }, nowMs())
    },
    async note(stream, event) {
      if (!(await append(store, stream, [stored(event)]))) throw new ProblemError('conflict')
    },
  }
}
