// What a person has chosen on this device: theme, and in which time clocks are read. Kept in the browser, never sent.
import { useSyncExternalStore } from 'react'

const known = { theme: ['system', 'light', 'dark'], clock: ['local', 'utc'] } as const
type Name = keyof typeof known
export type Choice<N extends Name> = (typeof known)[N][number]

const listeners = new Set<() => void>()

export function choiceOf<N extends Name>(name: N): Choice<N> {
  const kept = read(`rekey-${name}`)
  return ((known[name] as readonly string[]).includes(kept ?? '') ? kept : known[name][0]) as Choice<N>
}

export function choose<N extends Name>(name: N, choice: Choice<N>): void {
  try {
    localStorage.setItem(`rekey-${name}`, choice)
  } catch {
    // Nothing can be kept here: it holds until the page is left.
  }
  apply()
  for (const listener of listeners) listener()
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

export function apply(): void {
  const theme = choiceOf('theme')
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
}

export function useChoice<N extends Name>(name: N): Choice<N> {
  return useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => choiceOf(name),
  )
}
