// What was entered and not sent yet: kept for this tab, so that a reload or an expired session loses nothing. Never for secrets.
import { useCallback, useMemo, useState } from 'react'
import { isRecord } from './is-record.ts'
import { rebased } from './rebased.ts'

const prefix = 'rekey-draft '
const keyOf = (name: string) => prefix + name

export interface Draft<T> {
  value: T
  set: (value: T) => void
  /** It was sent, or is not wanted any more. */
  drop: () => void
  /** It was there from before. */
  isKept: boolean
}

export function useDraft<T>(name: string, first: T | (() => T)): Draft<T> {
  const [begin] = useState(first)
  const [held, setHeld] = useState(() => {
    const kept = keptDraft<T>(name)
    return kept === null ? { value: begin, isKept: false } : { value: completed(kept, begin), isKept: true }
  })
  const set = useCallback(
    (value: T) => {
      setHeld(before => ({ ...before, value }))
      if (JSON.stringify(value) === JSON.stringify(begin)) return forget(name)
      try {
        sessionStorage.setItem(keyOf(name), JSON.stringify(value))
      } catch {
        // Nothing can be kept here: it holds until the page is left.
      }
    },
    [name, begin],
  )
  const drop = useCallback(() => forget(name), [name])
  return { ...held, set, drop }
}

export interface SharedDraft<T> extends Draft<T> {
  /** Somebody else saved something meanwhile, and what was entered here stands on top of it. */
  isOvertaken: boolean
}

/** Of what others may change at the same time: `now` is as it is there, and follows them. */
export function useSharedDraft<T>(name: string, now: T): SharedDraft<T> {
  const { value: held, set: hold, drop, isKept } = useDraft(name, { base: now, value: now })
  const text = JSON.stringify(now)
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is there is the same as long as its text is.
  const value = useMemo(() => rebased(held.value, held.base, now), [held, text])
  // biome-ignore lint/correctness/useExhaustiveDependencies: likewise.
  const set = useCallback((next: T) => hold({ base: now, value: next }), [hold, text])
  const isTheirs = JSON.stringify(value) === text
  return {
    value,
    set,
    drop,
    isKept: isKept && !isTheirs,
    isOvertaken: !isTheirs && JSON.stringify(held.base) !== text,
  }
}

/** A form that has grown a field since then begins with it as a new one does. */
function completed<T>(kept: T, begin: T): T {
  return isRecord(kept) && isRecord(begin) ? { ...begin, ...kept } : kept
}

export function keptDraft<T>(name: string): T | null {
  try {
    const kept = sessionStorage.getItem(keyOf(name))
    return kept === null ? null : (JSON.parse(kept) as T)
  } catch {
    return null
  }
}

function forget(name: string): void {
  try {
    sessionStorage.removeItem(keyOf(name))
  } catch {
    // It was not kept either.
  }
}

/** Whoever comes next at this screen sees nothing of it. */
export function forgetDrafts(): void {
  try {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(prefix)) sessionStorage.removeItem(key)
  } catch {
    // Nothing was kept.
  }
}
