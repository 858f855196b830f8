// What shared signals stand on: the keys that they are signed with, the headers that receivers want to be sent, and news of a stream on this
// control plane.
import { Secret } from '@rekey/core'
import type { Feed } from '../feed/feed.ts'
import type { Ground } from '../ground.ts'
import type { Book } from '../kill/book.ts'
import { type StandingKeys, standingKeysOf } from '../signing/standing-keys.ts'
import { type RsaKey, rs256 } from './rs256.ts'

export interface SharedSignals {
  keys: StandingKeys<RsaKey>
  /** Something was asked of that stream here, and whoever delivers looks; `*`: an order was given, which may concern all. */
  tell(stream: string): void
  hear(listener: (stream: string) => void): () => void
  /** Kept as a key of the vault; answers its name. */
  sealed(stream: string, header: string): Promise<string>
  opened(name: string | null): Promise<Secret | null>
}

const mostKnown = 1_000

export function sharedSignalsOf(ground: Ground, feed: Feed, book: Pick<Book, 'listen'>): SharedSignals {
  const { store, vault } = ground
  const listeners = new Set<(stream: string) => void>()
  /** What stands under a name never changes. */
  const known = new Map<string, Secret>()
  const tell = (stream: string) => {
    for (const listener of listeners) listener(stream)
  }
  // After the orders have been written to whoever is connected: nobody here holds up a kill.
  book.listen(() => setImmediate(() => tell('*')))
  return {
    keys: standingKeysOf(ground, feed, 'shared-signals', rs256),
    tell,
    hear(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async sealed(stream, header) {
      const name = `signal-stream/${stream}/${ground.id()}`
      await store.putKeyOnce(vault.sealKey(name, Buffer.from(header)))
      return name
    },
    async opened(name) {
      if (name === null) return null
      const seen = known.get(name)
      if (seen !== undefined) return seen
      const row = await store.key(name)
      if (row === null) return null
      const secret = new Secret(Buffer.from(vault.openKey(row)).toString())
      if (known.size >= mostKnown) known.clear()
      known.set(name, secret)
      return secret
    },
  }
}
