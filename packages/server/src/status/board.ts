// What is published of every version: each has a slot, and its bits say what its record says. Until every version that was there before
// has been seen, and while this control plane does not hear of what is committed, it vouches for nothing that it does not know: lists
// are not signed, or live no longer than from when they were true.
import type { Assignments } from '../api/assignments.ts'
import type { Feed } from '../feed/feed.ts'
import type { Ground } from '../ground.ts'
import { killedKey } from '../kill/kill.ts'
import type { Orders } from '../kill/orders.ts'
import { type Ed25519Key, ed25519 } from '../signing/ed25519.ts'
import { type StandingKeys, standingKeysOf } from '../signing/standing-keys.ts'
import { follow, type Seen } from './follow.ts'
import { listUri, statusListsOf, type Token } from './lists.ts'
import { type Named, slotsOf } from './slots.ts'
import { statusOf, statusValues } from './value.ts'

export interface Place {
  uri: string
  idx: number
}

export interface StatusBoard {
  keys: StandingKeys<Ed25519Key>
  /** Where the status of a version is published; null: it is not known here yet. At once: it is on the way of a kill. */
  peek(credential: string, version: number): Place | null
  /** The same, and given now where there was none; null: there is no such version, or a restored store waits for a person. */
  place(credential: string, version: number): Promise<Place | null>
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

export async function statusBoardOf({ ground, feed, orders, assignments }: BoardParts): Promise<StatusBoard> {
  const { store, nowMs } = ground
  const slots = await slotsOf(ground)
  const lists = statusListsOf()
  const keys = standingKeysOf(ground, feed, 'status', ed25519)
  const dead = new Set<string>()
  let stopped = false

  const saw = async (some: readonly Seen[]) => {
    const named = some.flatMap(({ credential, versions }) =>
      versions.map(({ number }) => ({ credential, version: number })),
    )
    const isNew = named.some(one => slots.find(one.credential, one.version) === null)
    // A restored store that is fenced knows less than was given.
    if (isNew && (await store.meta('fenced')) === null) await slots.give(named)
    for (const { credential, currentVersion, versions } of some) {
      for (const one of versions) {
        const slot = slots.find(credential, one.number)
        const isDead = dead.has(killedKey(credential, one.number))
        const value = isDead ? statusValues.invalid : statusOf(one, currentVersion, versions)
        if (slot !== null) lists.set(slot, value)
      }
    }
  }
  // So that the first kill finds all but one block compressed.
  const whole = () => {
    for (let list = 1; list <= slots.lists(); list++) lists.warm(list)
  }
  const following = follow({ ground, feed, assignments, saw, whole })
  const tokenNow = (list: number): Token | null => {
    const issuer = orders.keys.known()?.issuer
    const pair = keys.known()
    if (issuer === undefined || pair === null || !following.isWhole()) return null
    return lists.token(list, { issuer, key: pair.active, nowMs: nowMs(), freshMs: following.freshMs() })
  }
  const kill = (versions: readonly Named[]) => {
    const changed = new Set<number>()
    for (const { credential, version } of versions) {
      dead.add(killedKey(credential, version))
      const slot = slots.find(credential, version)
      if (slot !== null && lists.set(slot, statusValues.invalid)) changed.add(slot.list)
    }
    // Right after what is being done now: a kill waits for nothing.
    setImmediate(() => {
      if (!stopped) for (const list of changed) tokenNow(list)
    })
  }
  const placeOf = (credential: string, version: number): Place | null => {
    const issuer = orders.keys.known()?.issuer
    const slot = slots.find(credential, version)
    return slot === null || issuer === undefined ? null : { uri: listUri(issuer, slot.list), idx: slot.idx }
  }
  orders.book.listen(kill)
  return {
    keys,
    peek: placeOf,
    async place(credential, version) {
      await orders.keys.ring()
      if (slots.find(credential, version) === null) await following.look([credential])
      return placeOf(credential, version)
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
    settled: following.settled,
    async stop() {
      stopped = true
      await following.stop()
    },
  }
}
