// Tells that something was committed: to whoever listens in this process, and, where several control planes share a store, to
// the others over the bus. The news carries no fact; whoever hears it reads the store.
import { type Bus, memoryBus, type Store } from '@rekey/store'

export interface News {
  /** The store, whose commits are told. */
  store: Store
  hear(listener: () => void): () => void
  close(): Promise<void>
}

const topic = 'events'

export async function newsOf(store: Store, bus: Bus = memoryBus()): Promise<News> {
  const listeners = new Set<() => void>()
  const tell = () => {
    for (const listener of listeners) listener()
  }
  // After a gap too: what was missed is read.
  const ignore = await bus.subscribe(topic, tell, tell)
  let isTelling = false
  const tellAll = () => {
    tell()
    if (isTelling) return
    isTelling = true
    // Those that come while one message is on its way are told by the next: a message says "look", not what.
    setImmediate(() => {
      isTelling = false
      bus.publish(topic, '1').catch(() => undefined)
    })
  }
  return {
    store: {
      ...store,
      async commit(commit) {
        const committed = await store.commit(commit)
        if (committed.ok && commit.appends.length > 0) tellAll()
        return committed
      },
    },
    hear(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async close() {
      await ignore()
      await bus.close()
    },
  }
}
