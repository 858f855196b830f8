// Rows of events under one bar, however many there are: only those that are looked at are drawn. One of them may be open.
import {
  type Ref,
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { EventRow } from './event-row.tsx'
import {
  drawnAt,
  frameHeight,
  isAtFalseEnd,
  type Measures,
  restOf,
  scrolled,
  startPlace,
  topOf,
} from './scroll.ts'
import { useSizes } from './sizes.ts'
import type { At } from './windows.ts'

export interface RowsHandle {
  /** That row at the top, or as near to it as there are rows. */
  show(row: number): void
  focus(): void
}

interface RowsParts {
  label: string
  count: number
  at: (row: number) => At
  /** The key of a row: the position, where that is known. */
  keyOf: (row: number) => number
  /** Where it is; -1: not there any more. */
  rowOf: (key: number) => number
  /** Told of which rows are looked at. */
  onLook: (first: number, last: number) => void
  /** Somebody is not at the top, or has an event open: nothing may move. */
  onReading: (isReading: boolean) => void
  handle?: Ref<RowsHandle>
}

const restMs = 140

export function EventRows({ label, count, at, keyOf, rowOf, onLook, onReading, handle }: RowsParts) {
  const frame = useRef<HTMLDivElement>(null)
  const { rowHeight, openHeight, viewHeight, isNarrow } = useSizes(frame)
  const [opened, setOpened] = useState<number | null>(null)
  const openAt = opened === null ? -1 : rowOf(opened)
  const open = openAt < 0 || openAt >= count ? null : { at: openAt, height: openHeight }
  const measures: Measures = { count, rowHeight, viewHeight, open }

  // Where one is changes with each pixel; what is drawn only every few rows, and nothing is drawn anew in between.
  const place = useRef(startPlace)
  const [drawn, setDrawn] = useState(() => drawnAt(measures, startPlace))
  const [isTop, setTop] = useState(true)
  const settle = (next: typeof startPlace) => {
    place.current = next
    setTop(next.top < rowHeight / 2)
    const now = drawnAt(measures, next)
    setDrawn(was => (was.first === now.first && was.last === now.last && was.shift === now.shift ? was : now))
  }
  const rest = (top: number) => {
    const { place, scrollTop } = restOf(measures, top)
    settle(place)
    if (frame.current !== null) frame.current.scrollTop = scrollTop
  }
  const resting = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(resting.current), [])
  const onScroll = () => {
    const next = scrolled(measures, place.current, frame.current?.scrollTop ?? 0)
    settle(next)
    clearTimeout(resting.current)
    if (next.shift === 0) return
    if (isAtFalseEnd(measures, next)) rest(next.top)
    else resting.current = setTimeout(() => rest(next.top), restMs)
  }
  useImperativeHandle(handle, () => ({
    show: row => rest(topOf(measures, Math.min(Math.max(0, row), count - 1))),
    focus: () => frame.current?.focus({ preventScroll: true }),
  }))
  // More rows, fewer, or of another height: what is shown stays within what there is.
  const whole = frameHeight(measures)
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when the heights change.
  useLayoutEffect(() => rest(place.current.top), [rowHeight, viewHeight, whole])
  // What was opened is seen as a whole, where there is room for it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when a row is opened.
  useLayoutEffect(() => {
    if (open === null) return
    const rowTop = topOf(measures, open.at)
    const end = rowTop + rowHeight + open.height
    if (end > place.current.top + viewHeight) rest(Math.min(rowTop, end - viewHeight))
  }, [opened])

  const last = Math.min(drawn.last, count - 1)
  useEffect(() => onLook(drawn.first, last), [drawn.first, last, onLook])
  const isReading = !isTop || open !== null
  useEffect(() => onReading(isReading), [isReading, onReading])
  const onToggle = useCallback((key: number) => setOpened(was => (was === key ? null : key)), [])
  const rows: number[] = []
  for (let row = drawn.first; row <= last; row++) rows.push(row)
  return (
    // What scrolls must be reached by keyboard: page up and down, home and end work as everywhere.
    <div
      ref={frame}
      className="event-frame"
      tabIndex={0}
      role="region"
      aria-label={label}
      // A few rows need no more room than they take.
      style={{ maxHeight: whole + 2 }}
      onScroll={onScroll}
    >
      <ol role="list" className="event-space" style={{ height: whole }}>
        {rows.map(row => (
          <EventRow
            key={keyOf(row)}
            index={row}
            count={count}
            position={keyOf(row)}
            event={at(row)}
            isNarrow={isNarrow}
            isOpen={open?.at === row}
            top={topOf(measures, row) - drawn.shift}
            height={rowHeight}
            openHeight={openHeight}
            onToggle={onToggle}
          />
        ))}
      </ol>
    </div>
  )
}
