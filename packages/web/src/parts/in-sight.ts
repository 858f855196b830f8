// A strip that does not fit, as tabs on a phone: what counts in it is in sight, also when the window is turned.
import { type RefObject, useEffect, useRef } from 'react'

/** `of`: what is to be seen, from its left edge on. It is looked for again when `key` is another one. */
export function useInSight<E extends HTMLElement>(
  of: (strip: E) => Element | null | undefined,
  key: unknown,
): RefObject<E | null> {
  const at = useRef<E>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is looked for is the same as long as the key is.
  useEffect(() => {
    const strip = at.current
    if (strip === null) return
    const bring = () => {
      const one = of(strip)
      if (one instanceof HTMLElement) strip.scrollLeft = one.offsetLeft - strip.offsetLeft
    }
    const watch = new ResizeObserver(bring)
    watch.observe(strip)
    bring()
    return () => watch.disconnect()
  }, [key])
  return at
}
