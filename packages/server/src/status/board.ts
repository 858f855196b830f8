// What is published of every version: it follows the feed, gives slots to versions that have none, and sets their bits. Until every
// version that was there before has been read, and while this control plane does not hear of what is committed, it vouches for nothing
// that it does not know: lists are not signed, or live no longer than from when they were true.
import type { Assignments } from '../api/assignments.ts'
import type { Feed } from '../feed/feed.ts'
import type { Ground } from '../ground.ts'
import type { Orders } from '../kill/orders.ts'
import { kindAndId } from '../runner/rows.ts'
import { type Ed25519Key, ed25519 } from '../signing/ed25519.ts'
import { type StandingKeys, standingKeysOf } from '../signing/standing-keys.ts'
import { listUri, statusListsOf, type Token } from './lists.ts'
import { type Named, type Slots, slotsOf } from './slots.ts'
import { statusOf, statusValues } from './value.ts'

export interface StatusBoard {
  keys: StandingKeys<Ed25519Key>
  /** Where the status of a version is published; null: it is not known here yet. At once: it is on the way of a kill. */
  peek(credential: string, version: number): { uri: string; idx: number } | null
  /** The same, and given now where there was none; null: there is no such version, or a restored store waits for a person. */
  place(credential: string, version: number): Promise<{ uri: string; idx: number } | null>
  /** It is out that these are dead, whatever the record says. */
  kill(versions: readonly Named[]): void
  uris(): Promise<string[]>
  /** null: no such list; 'behind': what is known here is too old to be signed, or not all is known yet. */
  token(list: number): Promise<Token | null | 'behind'>
  /** Resolves when all that was committed before is in the bits. */
  settled(): Promise<void>
  stop(): Promise<void>
}

export interface BoardParts {
  ground: Ground
  feed: Feed
  orders: Pick<Orders, 'book' | 'keys'>
  assignments: Pick<Assignments, 'credentialOf'>
}

const pageSize = 500
const readAtOnce = 16
const againMs = 500

export async function statusBoardOf({ ground, feed, orders, assignments }: BoardParts): Promise<StatusBoard> {
  const { store, nowMs } = ground
  const trouble = (error: unknown) => ground.journal.trouble?.('status', error)
  const slots = await slotsOf(ground)
  const lists = statusListsOf()
  const keys = standingKeysOf(ground, feed, 'status', ed25519)
  /** What has to be looked at, as streams; and since when the bits may be behind the record. */
  const waiting = new Set<string>()
  let behindSinceMs: number | null = null
  let afterCredential: string | null | 'all' = null
  let working: Promise<void> | null = null
  let stopped = false
  const dead = new Set<string>()
  const changedLists = new Set<number>()

  const freshMs = () => Math.min(feed.freshMs(), behindSinceMs ?? Number.POSITIVE_INFINITY)
  const tokenNow = (list: number): Token | null => {
    const issuer = orders.keys.known()?.issuer
    const pair = keys.known()
    if (issuer === undefined || pair === null || afterCredential !== 'all') return null
    return lists.token(list, { issuer, key: pair.active, nowMs: nowMs(), freshMs: freshMs() })
  }
  const set = (credential: string, version: number, value: number) => {
    const slot = slots.find(credential, version)
    if (slot === null) return
    const isDead = dead.has(`${version} ${credential}`)
    if (lists.set(slot, isDead ? statusValues.invalid : value)) changedLists.add(slot.list)
  }
  /** Right after what is being done now: a kill waits for nothing. */
  const signSoon = () => {
    setImmediate(() => {
      if (stopped) return
      for (const list of changedLists) tokenNow(list)
      changedLists.clear()
    })
  }
  const kill = (versions: readonly Named[]) => {
    for (const { credential, version } of versions) {
      dead.add(`${version} ${credential}`)
      set(credential, version, statusValues.invalid)
    }
    signSoon()
  }
  const credentialsOf = async (streams: readonly string[]): Promise<Set<string>> => {
    const found = new Set<string>()
    for (const stream of streams) {
      const [kind, id] = kindAndId(stream)
      const credential = kind === 'credential' ? id : await assignments.credentialOf(id)
      if (credential !== null) found.add(credential)
    }
    return found
  }
  let turn: Promise<void> = Promise.resolve()
  /** One after the other: what was read earlier must not be written over what was read later. */
  const look = (ids: readonly string[]): Promise<void> => {
    const looking = turn.then(() => lookNow(ids))
    turn = looking.catch(() => undefined)
    return looking
  }
  const lookNow = async (ids: readonly string[]) => {
    const seen = []
    for (let at = 0; at < ids.length; at += readAtOnce) {
      const some = ids.slice(at, at + readAtOnce).map(async id => {
        const [row, versions] = await Promise.all([store.credential(id), store.versions(id)])
        return { id, currentVersion: row?.currentVersion ?? null, versions }
      })
      seen.push(...(await Promise.all(some)))
    }
    // A restored store that is fenced knows less than was given.
    const named = seen.flatMap(({ id, versions }) =>
      versions.map(({ number }) => ({ credential: id, version: number })),
    )
    const isNew = named.some(one => slots.find(one.credential, one.version) === null)
    if (isNew && (await store.meta('fenced')) === null) await slots.give(named)
    for (const { id, currentVersion, versions } of seen) {
      for (const one of versions) set(id, one.number, statusOf(one, currentVersion, versions))
    }
    if (changedLists.size > 0) signSoon()
  }
  const work = async () => {
    while (!stopped && (waiting.size > 0 || afterCredential !== 'all')) {
      const streams = [...waiting].slice(0, pageSize)
      if (streams.length > 0) {
        // Before they are looked at: what happens meanwhile has to be looked at again.
        for (const one of streams) waiting.delete(one)
        try {
          await look([...(await credentialsOf(streams))])
        } catch (error) {
          for (const one of streams) waiting.add(one)
          throw error
        }
        if (waiting.size === 0) behindSinceMs = null
      } else if (afterCredential !== 'all') {
        const rows = await store.credentials({ after: afterCredential, limit: pageSize })
        await look(rows.map(row => row.id))
        afterCredential = rows.length < pageSize ? 'all' : rows.at(-1)!.id
      }
    }
  }
  const wake = () => {
    if (stopped) return
    working ??= work()
      .catch(async error => {
        trouble(error)
        await new Promise(resolve => setTimeout(resolve, againMs))
      })
      .finally(() => {
        working = null
        if (waiting.size > 0 || afterCredential !== 'all') wake()
      })
  }
  const ignore = feed.listen(events => {
    for (const { stream } of events) {
      if (!stream.startsWith('credential/') && !stream.startsWith('rotation/')) continue
      waiting.add(stream)
      behindSinceMs ??= feed.freshMs()
    }
    wake()
  })
  orders.book.listen(kill)
  wake()
  return {
    keys,
    peek: (credential, version) => placeOf(slots, orders.keys.known()?.issuer, credential, version),
    async place(credential, version) {
      const { issuer } = await orders.keys.ring()
      if (slots.find(credential, version) === null) await look([credential])
      return placeOf(slots, issuer, credential, version)
    },
    kill,
    async uris() {
      const { issuer } = await orders.keys.ring()
      return Array.from({ length: slots.lists() }, (_, at) => listUri(issuer, at + 1))
    },
    async token(list) {
      if (list > slots.lists()) return null
      await Promise.all([orders.keys.ring(), keys.pair()])
      return tokenNow(list) ?? 'behind'
    },
    async settled() {
      await feed.reached(await store.lastPosition(), 5_000)
      while (working !== null && !stopped) await working
    },
    async stop() {
      stopped = true
      ignore()
      await working
    },
  }
}

function placeOf(slots: Slots, issuer: string | undefined, credential: string, version: number) {
  const slot = slots.find(credential, version)
  if (slot === null || issuer === undefined) return null
  return { uri: listUri(issuer, slot.list), idx: slot.idx }
}
