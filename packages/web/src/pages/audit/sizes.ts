// How high rows are, and what they stand in: in lines of the page's own size, so that whoever has larger letters has higher rows.
import { type RefObject, useLayoutEffect, useState } from 'react'

const rowRem = { wide: 3.25, narrow: 6.5 }
const openRem = 21
const narrowRem = 44

export function useSizes(frame: RefObject<HTMLElement | null>) {
  const [sizes, setSizes] = useState({ viewHeight: 600, isNarrow: false, rem: 16 })
  useLayoutEffect(() => {
    const node = frame.current
    if (node === null) return
    const measure = () => {
      const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16
      const next = { viewHeight: node.clientHeight, isNarrow: node.clientWidth < narrowRem * rem, rem }
      setSizes(was => (JSON.stringify(was) === JSON.stringify(next) ? was : next))
    }
    measure()
    const watcher = new ResizeObserver(measure)
    watcher.observe(node)
    return () => watcher.disconnect()
  }, [frame])
  const { viewHeight, isNarrow, rem } = sizes
  return {
    viewHeight,
    isNarrow,
    rowHeight: Math.round((isNarrow ? rowRem.narrow : rowRem.wide) * rem),
    openHeight: Math.round(openRem * rem),
  }
}
