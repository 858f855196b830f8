// A search through the record in the background: page by page, the newest first, with what was found so far and how far it has looked. It
// waits when it has found as much as anybody reads at once, and goes on when they have.
import type { EventView } from '@rekey/wire'
import type { HistoryQuery, ReadHistory } from './history.ts'

export type SearchState =
  | { is: 'looking' }
  /** So much was found that it waits for whoever reads. */
  | { is: 'waiting' }
  | { is: 'stopped' }
  | { is: 'done' }
  | { is: 'failed'; error: unknown }

export interface Found {
  items: readonly EventView[]
  state: SearchState
  /** It has looked down to this position, of so many. */
  position: number
  last: number
}

export interface Search {
  now(): Found
  listen(listener: () => void): () => void
  /** On from where it is: after it stopped, failed, or for more. */
  go(): void
  stop(): void
  /** What came live, and is looked for. */
  add(events: readonly EventView[]): void
}

interface Bounds {
  /** Where it begins: before this position; null: at the newest. */
  before: number | null
  /** What is below need not be looked at. */
  above: number
}

export const foundAtOnce = 500
const pageLimit = 500

export function searching(read: ReadHistory, query: HistoryQuery, bounds: () => Promise<Bounds>): Search {
  const listeners = new Set<() => void>()
  let found: Found = { items: [], state: { is: 'stopped' }, position: 0, last: 0 }
  let abort: AbortController | null = null
  let begun: Bounds | null = null
  let room = 0

  const become = (next: Partial<Found>) => {
    found = { ...found, ...next }
    for (const listener of listeners) listener()
  }

  async function look(signal: AbortSignal): Promise<SearchState> {
    begun ??= await bounds()
    for (;;) {
      signal.throwIfAborted()
      const { before, above }: Bounds = begun
      const limit = Math.min(pageLimit, Math.max(1, room))
      const page = await read({ ...query, ...(before !== null && { before }), limit }, signal)
      signal.throwIfAborted()
      const isSame = before !== null && page.position >= before
      begun = { before: page.position, above }
      room -= page.items.length
      const known = new Set(found.items.map(one => one.position))
      const items = [...found.items, ...page.items.filter(one => !known.has(one.position))]
      become({ items, position: page.position, last: Math.max(page.last, found.last) })
      if (!page.more || isSame || page.position <= above) return { is: 'done' }
      if (room <= 0) return { is: 'waiting' }
    }
  }

  return {
    now: () => found,
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    go() {
      if (abort !== null || found.state.is === 'done') return
      const own = new AbortController()
      abort = own
      if (room <= 0) room = foundAtOnce
      become({ state: { is: 'looking' } })
      void look(own.signal)
        .catch((error): SearchState => (own.signal.aborted ? { is: 'stopped' } : { is: 'failed', error }))
        .then(state => {
          if (abort !== own) return
          abort = null
          become({ state })
        })
    },
    stop() {
      if (abort === null) return
      abort.abort()
      abort = null
      become({ state: { is: 'stopped' } })
    },
    add(events) {
      const known = new Set(found.items.map(one => one.position))
      const fresh = events.filter(one => !known.has(one.position))
      if (fresh.length === 0) return
      const items = [...fresh, ...found.items].sort((a, b) => b.position - a.position)
      become({ items, last: Math.max(found.last, ...fresh.map(one => one.position)) })
    },
  }
}
