// How wide an element is, for pictures that are drawn to the pixel.
import { type RefObject, useEffect, useRef, useState } from 'react'

export function useWidth<E extends HTMLElement>(first: number): [RefObject<E | null>, number] {
  const at = useRef<E>(null)
  const [width, setWidth] = useState(first)
  useEffect(() => {
    const element = at.current
    if (element === null) return
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setWidth(Math.round(entry.contentRect.width))
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return [at, width]
}
