// A point in time on a page: how long ago or until, with the whole of it in local time and in UTC for whoever points at it.
import { useEffect, useState, useSyncExternalStore } from 'react'
import { useChoice } from './preference.ts'
import { dayText, instantText, lengthText, relativeText } from './time-text.ts'

/** All relative times move together, once a second while it matters, and not while nobody looks. */
let nowMs = Date.now()
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | null = null

function watch(listener: () => void): () => void {
  listeners.add(listener)
  // Nobody looked for a while: what was now then is not now.
  if (timer === null) nowMs = Date.now()
  timer ??= setInterval(tick, 1_000)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0 || timer === null) return
    clearInterval(timer)
    timer = null
  }
}

function tick(): void {
  if (document.visibilityState !== 'visible') return
  nowMs = Date.now()
  for (const listener of listeners) listener()
}

/** In steps: whoever is drawn anew each second should need it. */
export function useNow(stepMs = 1_000): number {
  return useSyncExternalStore(watch, () => Math.floor(nowMs / stepMs) * stepMs)
}

export function When({ ms, none = '–' }: { ms: number | null | undefined; none?: string }) {
  if (ms === null || ms === undefined) return <span className="soft">{none}</span>
  return <Known ms={ms} />
}

function Known({ ms }: { ms: number }) {
  const clock = useChoice('clock')
  // What is an hour away is not worth a drawing each second.
  const isNear = Math.abs(ms - nowMs) < 120_000
  const now = useNow(isNear ? 1_000 : 30_000)
  const other = clock === 'utc' ? 'local' : 'utc'
  return (
    <time
      dateTime={new Date(ms).toISOString()}
      title={`${instantText(ms, clock)}\n${instantText(ms, other)}`}
      className="nowrap"
    >
      {relativeText(ms, now)}
    </time>
  )
}

/** The whole of it, where the exact time is the point. */
export function Instant({ ms, none = '–' }: { ms: number | null | undefined; none?: string }) {
  const clock = useChoice('clock')
  if (ms === null || ms === undefined) return <span className="soft">{none}</span>
  // In a narrow column it breaks between the day and the hour, and nowhere else.
  const [day, hour] = instantText(ms, clock).split(', ')
  return (
    <time dateTime={new Date(ms).toISOString()} title={instantText(ms, clock === 'utc' ? 'local' : 'utc')}>
      <span className="nowrap">{day},</span> <span className="nowrap">{hour}</span>
    </time>
  )
}

/** The day alone, where the hour does not matter. */
export function Day({ ms, none = '–' }: { ms: number | null | undefined; none?: string }) {
  const clock = useChoice('clock')
  if (ms === null || ms === undefined) return <span className="soft">{none}</span>
  return (
    <time
      dateTime={new Date(ms).toISOString()}
      title={`${instantText(ms, clock)}\n${instantText(ms, clock === 'utc' ? 'local' : 'utc')}`}
      className="nowrap"
    >
      {dayText(ms, clock)}
    </time>
  )
}

export const Lasts = ({ ms, none = '–' }: { ms: number | null | undefined; none?: string }) =>
  ms === null || ms === undefined ? (
    <span className="soft">{none}</span>
  ) : (
    <span className="nowrap">{lengthText(ms)}</span>
  )

/** Something that is true for a while only, as "copied". */
export function useBriefly(ms: number): [boolean, () => void] {
  const [isOn, setOn] = useState(false)
  useEffect(() => {
    if (!isOn) return
    const over = setTimeout(() => setOn(false), ms)
    return () => clearTimeout(over)
  }, [isOn, ms])
  return [isOn, () => setOn(true)]
}
