// What a control plane has at hand for signals: the index that they are matched with, the keys that some are signed with, and the watch over
// what is observed. The list itself is in the store, and worked off by whoever holds its lease (work.ts).
import type { Store, Vault } from '@rekey/store'
import type { Assignments } from '../api/assignments.ts'
import type { Plane } from '../api/plane.ts'
import type { Feed } from '../feed/feed.ts'
import { changesOf } from './changes.ts'
import { type KnownVersions, knownVersions } from './known.ts'
import { type PublishedKeys, publishedKeys } from './partner.ts'
import { type Watch, watchOf } from './watch.ts'

export interface Signals {
  known: KnownVersions
  keys: PublishedKeys
  watch: Watch
  /** There is something on the list. */
  wake(): void
  onWake(listener: () => void): () => void
}

export interface SignalParts {
  store: Store
  vault: Vault
  feed: Feed
  assignments: Assignments
  plane: () => Plane
  trouble: (error: unknown) => void
}

export function signalsOf({ store, vault, feed, assignments, plane, trouble }: SignalParts): Signals {
  const listeners = new Set<() => void>()
  const changes = changesOf(store, feed, assignments, trouble)
  const wake = () => {
    for (const listener of listeners) listener()
  }
  return {
    known: knownVersions(store, vault, changes),
    keys: publishedKeys(plane),
    watch: watchOf({ plane, changes, wake, trouble }),
    wake,
    onWake(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
