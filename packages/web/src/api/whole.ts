// All of a list that comes in pages. The first page is shown while the rest is on its way; afterwards the record says which credentials
// changed, and only what belongs to them is read again. Kept when the page is left, so that whoever comes back sees it at once.
import { useCallback, useEffect, useSyncExternalStore } from 'react'
import { ProblemError } from './ask.ts'
import { whenForgotten } from './cache.ts'
import { hearEvents } from './live.ts'

export interface Listing<T> {
  name: string
  page: (
    after: string | undefined,
    signal: AbortSignal,
  ) => Promise<{ items: readonly T[]; next: string | null }>
  /** All that it has of one credential now. */
  ofCredential: (credential: string) => Promise<readonly T[]>
  credentialOf: (item: T) => string
}

export interface Whole<T> {
  items: readonly T[]
  /** false: more is on its way, or it failed. */
  isWhole: boolean
  error: unknown
  again: () => void
}

interface Kept {
  shown: Omit<Whole<unknown>, 'again'>
  abort: AbortController | null
  listeners: Set<() => void>
}

const nothing = { items: [], isWhole: false, error: null }
const lists = new Map<string, Kept>()
/** From here on it is cheaper to read the list anew, and no more often than this. */
const mostLookedAt = 20
const anewAfterMs = 10_000

whenForgotten(() => {
  for (const kept of lists.values()) {
    kept.abort?.abort()
    show(kept, nothing)
  }
})

function keptOf(name: string): Kept {
  const known = lists.get(name)
  if (known !== undefined) return known
  const fresh: Kept = { shown: nothing, abort: null, listeners: new Set() }
  lists.set(name, fresh)
  return fresh
}

function show(kept: Kept, shown: Kept['shown']): void {
  kept.shown = shown
  for (const listener of kept.listeners) listener()
}

async function readAll<T>(kept: Kept, listing: Listing<T>): Promise<void> {
  kept.abort?.abort()
  const abort = new AbortController()
  kept.abort = abort
  const { signal } = abort
  // What is whole stays on the screen until the next is.
  const isSilent = kept.shown.isWhole
  let items: T[] = []
  try {
    for (let after: string | undefined; ; ) {
      const page = await listing.page(after, signal)
      if (signal.aborted) return
      items = [...items, ...page.items]
      const isWhole = page.next === null
      if (isWhole || !isSilent) show(kept, { items, isWhole, error: null })
      if (page.next === null) return
      after = page.next
    }
  } catch (error) {
    if (!signal.aborted) show(kept, { ...kept.shown, error })
  }
}

async function lookAt<T>(kept: Kept, listing: Listing<T>, credential: string): Promise<void> {
  let fresh: readonly T[]
  try {
    fresh = await listing.ofCredential(credential)
  } catch (error) {
    if (!(error instanceof ProblemError) || error.problem.status !== 404) return
    fresh = []
  }
  const items = kept.shown.items as readonly T[]
  const at = items.findIndex(item => listing.credentialOf(item) === credential)
  // What has not been read yet comes by itself.
  if (at < 0 && !kept.shown.isWhole) return
  const others = (some: readonly T[]) => some.filter(item => listing.credentialOf(item) !== credential)
  const head = others(at < 0 ? items : items.slice(0, at))
  show(kept, { ...kept.shown, items: [...head, ...fresh, ...others(at < 0 ? [] : items.slice(at))] })
}

function follow<T>(kept: Kept, listing: Listing<T>): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null
  const leave = hearEvents(events => {
    const changed = new Set(events.flatMap(one => one.credential ?? []))
    if (changed.size <= mostLookedAt) {
      for (const credential of changed) void lookAt(kept, listing, credential)
      return
    }
    timer ??= setTimeout(() => {
      timer = null
      void readAll(kept, listing)
    }, anewAfterMs)
  })
  return () => {
    leave()
    if (timer !== null) clearTimeout(timer)
  }
}

/** The listing has to be the same object at each drawing. */
export function useWhole<T>(listing: Listing<T>): Whole<T> {
  const kept = keptOf(listing.name)
  const shown = useSyncExternalStore(
    useCallback(
      listener => {
        kept.listeners.add(listener)
        return () => kept.listeners.delete(listener)
      },
      [kept],
    ),
    () => kept.shown,
  )
  useEffect(() => {
    void readAll(kept, listing)
    const leave = follow(kept, listing)
    return () => {
      leave()
      kept.abort?.abort()
    }
  }, [kept, listing])
  const again = useCallback(() => void readAll(kept, listing), [kept, listing])
  return { ...(shown as Whole<T>), again }
}
