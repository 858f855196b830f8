// How wide something is now: what is drawn as a picture with text in it is drawn for that width, for text that shrinks is not read.
import { type RefObject, useEffect, useRef, useState } from 'react'

export function useWidth<E extends Element>(first = 800): [RefObject<E | null>, number] {
  const at = useRef<E>(null)
  const [width, setWidth] = useState(first)
  useEffect(() => {
    const element = at.current
    if (element === null) return
    const watch = new ResizeObserver(([entry]) => {
      const now = Math.round(entry?.contentRect.width ?? 0)
      if (now > 0) setWidth(now)
    })
    watch.observe(element)
    return () => watch.disconnect()
  }, [])
  return [at, width]
}
