// What was entered and not sent yet: kept for this tab, so that a reload or an expired session loses nothing. Never for secrets.
import { useEffect, useState } from 'react'

const keyOf = (name: string) => `rekey-draft ${name}`

export interface Draft<T> {
  value: T
  set: (value: T) => void
  /** It was sent, or is not wanted any more. */
  drop: () => void
}

export function useDraft<T>(name: string, first: T): Draft<T> {
  const [value, set] = useState<T>(() => read(name) ?? first)
  useEffect(() => {
    if (JSON.stringify(value) === JSON.stringify(first)) return forget(name)
    try {
      sessionStorage.setItem(keyOf(name), JSON.stringify(value))
    } catch {
      // Nothing can be kept here: it holds until the page is left.
    }
  }, [name, value, first])
  return { value, set, drop: () => forget(name) }
}

function read<T>(name: string): T | null {
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
