// The feed: every event of the store, once, in the order of positions, to whoever listens on this control plane. It reads
// where it left off, woken by news and every half second without: news may be lost, events may not.
import type { Store, StoredEvent } from '@rekey/store'

export interface Feed {
  /** Every event up to here was told. */
  position(): number
  /** When the store was last read to its end. What is remembered from it is no older. */
  freshMs(): number
  /** What is remembered may be answered from: the store's end was reached a moment ago. */
  isFresh(): boolean
  listen(hear: (events: readonly StoredEvent[]) => void): () => void
  /** Resolves once that position was told, false when it took too long. */
  reached(position: number, atMostMs: number): Promise<boolean>
  stop(): Promise<void>
}

export interface FeedOptions {
  store: Store
  hear: (listener: () => void) => () => void
  nowMs: () => number
  trouble: (error: unknown) => void
}

const everyMs = 500
const pageSize = 1_000
const believedMs = 2_000
/** Positions become visible late, and never this many late. */
const lateness = 2_000

interface Waiter {
  position: number
  done: (reached: boolean) => void
}

export async function startFeed({ store, hear, nowMs, trouble }: FeedOptions): Promise<Feed> {
  let position = Math.max(0, (await store.lastPosition()) - lateness)
  let freshMs = nowMs()
  let stopped = false
  let woken = true
  let wake: () => void = () => undefined
  const listeners = new Set<(events: readonly StoredEvent[]) => void>()
  const waiters = new Set<Waiter>()

  const round = async () => {
    for (;;) {
      woken = false
      const beganMs = nowMs()
      const events = await store.events(position, pageSize)
      if (events.length > 0) {
        position = events.at(-1)!.position
        for (const listener of listeners) {
          try {
            listener(events)
          } catch (error) {
            trouble(error)
          }
        }
      }
      if (events.length === pageSize) continue
      freshMs = beganMs
      for (const waiter of waiters) if (waiter.position <= position) waiter.done(true)
      return
    }
  }
  const ignore = hear(() => {
    woken = true
    wake()
  })
  const running = (async () => {
    while (!stopped) {
      try {
        await round()
      } catch (error) {
        if (!stopped) trouble(error)
      }
      if (stopped || woken) continue
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, everyMs)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
        if (woken) wake()
      })
    }
  })()
  return {
    position: () => position,
    freshMs: () => freshMs,
    isFresh: () => nowMs() - freshMs < believedMs,
    listen(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    reached(wanted, atMostMs) {
      if (wanted <= position) return Promise.resolve(true)
      return new Promise(resolve => {
        const timer = setTimeout(() => waiter.done(false), atMostMs)
        const waiter: Waiter = {
          position: wanted,
          done(reached) {
            clearTimeout(timer)
            waiters.delete(waiter)
            resolve(reached)
          },
        }
        waiters.add(waiter)
        woken = true
        wake()
      })
    },
    async stop() {
      stopped = true
      ignore()
      wake()
      for (const waiter of [...waiters]) waiter.done(false)
      await running
    },
  }
}
