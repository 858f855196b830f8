// Whether the page is being put on paper, where nothing scrolls and everything has to be there.
import { useSyncExternalStore } from 'react'
import { flushSync } from 'react-dom'

let isPrinting = false

function watch(listener: () => void): () => void {
  const turn = (now: boolean) => () => {
    isPrinting = now
    // The browser takes the page as it is when this returns.
    flushSync(listener)
  }
  const [before, after] = [turn(true), turn(false)]
  addEventListener('beforeprint', before)
  addEventListener('afterprint', after)
  return () => {
    removeEventListener('beforeprint', before)
    removeEventListener('afterprint', after)
  }
}

export const usePrinting = () => useSyncExternalStore(watch, () => isPrinting)
