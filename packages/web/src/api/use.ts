// What pages read the API with.
import { useCallback, useEffect, useSyncExternalStore } from 'react'
import type { Answer, Operation, Parts } from './ask.ts'
import { entryOf, listenAt, load, type Shown, shownAt } from './cache.ts'

interface Wish {
  /** Ask again so often while the page is looked at: for what changes without an event. */
  everyMs?: number
  /** false: not yet. */
  when?: boolean
}

export type Asked<O extends Operation> = Shown<Answer<O>> & { again: () => void }

export function useAsk<O extends Operation>(operation: O, parts: Parts<O> = {}, wish: Wish = {}): Asked<O> {
  const { everyMs, when = true } = wish
  const key = entryOf(operation, parts)
  const shown = useSyncExternalStore(
    useCallback(listener => listenAt(key, listener), [key]),
    () => shownAt(key),
  )
  useEffect(() => {
    if (when) void load(key)
  }, [key, when])
  useEffect(() => {
    if (everyMs === undefined || !when) return
    const timer = setInterval(() => document.visibilityState === 'visible' && void load(key), everyMs)
    return () => clearInterval(timer)
  }, [key, everyMs, when])
  const again = useCallback(() => void load(key), [key])
  return { ...(shown as Shown<Answer<O>>), again }
}
