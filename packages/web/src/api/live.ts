// The record as it happens: one stream for all pages, closed while nobody looks (a browser has six connections for a host, and every
// tab takes one). What an event is about is asked again, at most a few times a second.
import type { EventView } from '@rekey/wire'
import { addressOf } from './ask.ts'
import { changed } from './cache.ts'

export type Link = 'live' | 'connecting' | 'away'

let source: EventSource | null = null
let link: Link = 'connecting'
let position: number | undefined
let pending: EventView[] = []
let isGathering = false
const watchers = new Set<() => void>()
const hearers = new Set<(events: readonly EventView[]) => void>()
const gatherMs = 250

export const linkNow = () => link
export function watchLink(watcher: () => void): () => void {
  watchers.add(watcher)
  return () => watchers.delete(watcher)
}

/** Every event that comes, for whoever shows them one by one. */
export function hearEvents(hearer: (events: readonly EventView[]) => void): () => void {
  hearers.add(hearer)
  return () => hearers.delete(hearer)
}

export function goLive(): () => void {
  const look = () => (document.visibilityState === 'visible' ? open() : close())
  document.addEventListener('visibilitychange', look)
  look()
  return () => {
    document.removeEventListener('visibilitychange', look)
    close()
  }
}

function open(): void {
  if (source !== null) return
  const query = position === undefined ? {} : { after: position }
  source = new EventSource(addressOf('record.stream', { query }))
  source.onopen = () => {
    const wasAway = link !== 'live'
    say('live')
    // Without a position to resume at, whatever happened meanwhile is not told.
    if (wasAway) changed()
  }
  source.onmessage = ({ data, lastEventId }) => {
    position = Number(lastEventId)
    pending.push(JSON.parse(data as string) as EventView)
    if (!isGathering) setTimeout(flush, gatherMs)
    isGathering = true
  }
  source.onerror = () => {
    say(navigator.onLine ? 'connecting' : 'away')
    // The browser tries again by itself unless it was refused.
    if (source?.readyState !== EventSource.CLOSED) return
    say('away')
    close()
    setTimeout(() => document.visibilityState === 'visible' && open(), 3_000 + Math.random() * 2_000)
  }
}

function close(): void {
  source?.close()
  source = null
}

function flush(): void {
  isGathering = false
  const events = pending
  pending = []
  for (const hearer of hearers) hearer(events)
  const credentials = new Set(events.map(one => one.credential))
  const isGeneral = credentials.has(null) || credentials.size > 20
  changed(
    (operation, key) =>
      isGeneral ||
      isAcross(operation) ||
      [...credentials].some(id => key.includes(`"${id}"`)) ||
      operation.startsWith('rotations.'),
  )
}

/** What is shown of all credentials changes with each of them. */
const isAcross = (operation: string) =>
  /^(overview|kills|signals|proposals)\.|^(credentials|agents|people)\.list$/.test(operation)

function say(next: Link): void {
  if (next === link) return
  link = next
  for (const watcher of watchers) watcher()
}
