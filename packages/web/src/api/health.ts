// Whether the control plane can work, and whether a restored store waits for a person: asked where whoever runs it asks, outside the API.
import { useEffect, useState } from 'react'

export interface Health {
  status: 'ready' | 'not-ready'
  fenced: boolean
  why?: string
}

const everyMs = 15_000

export interface Seen {
  health: Health | null
  /** null: not yet known. */
  isFenced: boolean | null
}

export function useHealth(): Seen {
  const [seen, setSeen] = useState<Seen>({ health: null, isFenced: null })
  useEffect(() => {
    const left = new AbortController()
    const look = async () => {
      const health = await readHealth(left.signal)
      if (!left.signal.aborted) setSeen({ health, isFenced: health?.fenced ?? null })
    }
    void look()
    const timer = setInterval(() => document.visibilityState === 'visible' && void look(), everyMs)
    return () => {
      left.abort()
      clearInterval(timer)
    }
  }, [])
  return seen
}

/** null: nobody answered, or something else than the control plane did. */
async function readHealth(signal: AbortSignal): Promise<Health | null> {
  try {
    const answer = await fetch('readyz', { signal })
    const body: unknown = await answer.json()
    return typeof body === 'object' && body !== null && 'fenced' in body ? (body as Health) : null
  } catch {
    return null
  }
}
