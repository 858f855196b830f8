// The record by position, as much of it as somebody looks at: blocks that are fetched when they come into view, given up when they leave
// it before they came, and forgotten when there are too many. So a million events scroll like a hundred.
import type { EventView } from '@rekey/wire'
import type { HistoryPage, ReadHistory } from './history.ts'

/** undefined: not known yet; null: there is none at that position that one may see. */
export type At = EventView | null | undefined

interface Block {
  events: Map<number, EventView>
  /** Positions from its first one up to this are known. */
  knownTo: number
}

export interface Windows {
  at(position: number): At
  /** The position of the newest event that was told of. */
  readonly last: number
  /** These are looked at now: what is missing is fetched, and what was on its way for others is given up. */
  want(from: number, to: number): void
  /** What came live. */
  put(events: readonly EventView[]): void
  /** Rises with each change. */
  readonly version: number
  readonly error: unknown
  listen(listener: () => void): () => void
  again(): void
  end(): void
}

const blockSize = 100
const mostBlocks = 150
const mostAtOnce = 3

export function windowsOf(read: ReadHistory): Windows {
  const blocks = new Map<number, Block>()
  const coming = new Map<number, AbortController>()
  const listeners = new Set<() => void>()
  let [last, version, wanted] = [0, 0, [] as number[]]
  let error: unknown = null

  const changed = () => {
    version++
    for (const listener of listeners) listener()
  }
  const blockOf = (position: number) => Math.floor((position - 1) / blockSize)
  const firstOf = (block: number) => block * blockSize + 1
  const isWhole = (block: number) => {
    const known = blocks.get(block)
    return known !== undefined && known.knownTo >= Math.min(last, firstOf(block) + blockSize - 1)
  }

  function next(): void {
    for (const block of wanted) {
      if (coming.size >= mostAtOnce) return
      if (!isWhole(block) && !coming.has(block)) void fetchBlock(block)
    }
  }

  async function fetchBlock(block: number): Promise<void> {
    const abort = new AbortController()
    coming.set(block, abort)
    try {
      const [first, end] = [firstOf(block), firstOf(block) + blockSize]
      const events = new Map<number, EventView>()
      let newest = 0
      for (let before = end; ; ) {
        const page: HistoryPage = await read({ before, limit: blockSize }, abort.signal)
        newest = Math.max(newest, page.last)
        for (const event of page.items) if (event.position >= first) events.set(event.position, event)
        const isBelow = page.items.some(one => one.position < first)
        if (!page.more || isBelow || page.position <= first || page.position >= before) break
        before = page.position
      }
      keep(block, { events, knownTo: Math.min(newest, end - 1) })
      if (newest > last) last = newest
      error = null
    } catch (failed) {
      if (abort.signal.aborted) return
      error = failed
      // Nothing more is asked until somebody wants it again.
      wanted = []
    } finally {
      if (coming.get(block) === abort) coming.delete(block)
    }
    changed()
    next()
  }

  function keep(block: number, fresh: Block): void {
    const before = blocks.get(block)
    // What came live meanwhile may be newer than the answer.
    for (const [position, event] of before?.events ?? [])
      if (position > fresh.knownTo) fresh.events.set(position, event)
    blocks.delete(block)
    blocks.set(block, fresh)
    for (const [old] of blocks) {
      if (blocks.size <= mostBlocks) return
      if (!wanted.includes(old)) blocks.delete(old)
    }
  }

  return {
    get last() {
      return last
    },
    get version() {
      return version
    },
    get error() {
      return error
    },
    at(position) {
      const block = blocks.get(blockOf(position))
      const event = block?.events.get(position)
      if (event !== undefined) return event
      return block !== undefined && position <= block.knownTo ? null : undefined
    },
    want(from, to) {
      const [low, high] = [blockOf(Math.max(1, from)), blockOf(Math.max(1, to))]
      const some = Array.from({ length: high - low + 1 }, (_, at) => high - at)
      // The newest one is asked for even where nothing is known yet: it says how many there are.
      wanted = some.filter(block => firstOf(block) <= Math.max(1, last))
      for (const [block, abort] of coming) {
        if (wanted.includes(block)) continue
        coming.delete(block)
        abort.abort()
      }
      next()
    },
    put(events) {
      for (const event of events) {
        const { position } = event
        const block = blocks.get(blockOf(position)) ?? fresh(position)
        block?.events.set(position, event)
        if (block !== undefined && block.knownTo === position - 1) block.knownTo = position
        if (position > last) last = position
      }
      if (events.length > 0) changed()
    },
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    again() {
      error = null
      changed()
    },
    end() {
      for (const abort of coming.values()) abort.abort()
      coming.clear()
    },
  }

  /** The first event of a block that has just begun: all of it will be told live. */
  function fresh(position: number): Block | undefined {
    if (position !== firstOf(blockOf(position)) || position !== last + 1) return undefined
    const block = { events: new Map<number, EventView>(), knownTo: position - 1 }
    blocks.set(blockOf(position), block)
    return block
  }
}
