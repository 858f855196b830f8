// What comes live is shown to whoever stands at the top. Whoever reads further down, or has an event open, is told how many came, and
// nothing moves under them.
import { useState } from 'react'

export interface Held {
  /** The newest position that is in the list. */
  shown: number
  onReading: (isReading: boolean) => void
  showNewest: () => void
}

export function useHeld(newest: number): Held {
  const [shown, setShown] = useState(newest)
  const [isReading, setReading] = useState(false)
  if (!isReading && shown !== newest) setShown(newest)
  return { shown, onReading: setReading, showNewest: () => setShown(newest) }
}
