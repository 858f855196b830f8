// What was asked lately, by operation and parts. Pages read it, and are drawn anew when it changes. It is asked again when the record
// says that something changed, or after a time where the record says nothing of it (evidence is not in the record).
import { type Answer, askTagged, type Operation, type Parts } from './ask.ts'

export interface Shown<T> {
  data: T | undefined
  /** Of this answer: a write that bears it changes what was seen, and nothing newer. */
  tag: string | undefined
  error: unknown
  /** When the answer came; null: none has. */
  atMs: number | null
  asking: boolean
}

interface Entry {
  shown: Shown<unknown>
  /** The data that are shown, to compare the next answer with: a ledger is asked for every second and a half. */
  text: string | null
  operation: Operation
  parts: Parts<Operation>
  listeners: Set<() => void>
  /** Asked for while an answer was on its way: that one may be older. */
  again: boolean
  abort: AbortController | null
}

const entries = new Map<string, Entry>()
const mostKept = 200
const nothing: Shown<unknown> = { data: undefined, tag: undefined, error: null, atMs: null, asking: false }

export const keyOf = (operation: Operation, parts: object) => `${operation} ${JSON.stringify(parts)}`

export function entryOf<O extends Operation>(operation: O, parts: Parts<O>): string {
  const key = keyOf(operation, parts)
  if (!entries.has(key)) {
    trim()
    const fresh = { operation, parts: parts as Parts<Operation>, listeners: new Set<() => void>() }
    entries.set(key, { ...fresh, shown: nothing, text: null, again: false, abort: null })
  }
  return key
}

function trim(): void {
  if (entries.size < mostKept) return
  for (const [key, { listeners }] of entries) {
    if (listeners.size === 0) entries.delete(key)
    if (entries.size < mostKept * 0.75) return
  }
}

export const shownAt = (key: string): Shown<unknown> => entries.get(key)?.shown ?? nothing

export function listenAt(key: string, listener: () => void): () => void {
  const entry = entries.get(key)
  if (entry === undefined) return () => undefined
  entry.listeners.add(listener)
  return () => entry.listeners.delete(listener)
}

export async function load(key: string): Promise<void> {
  const entry = entries.get(key)
  if (entry === undefined) return
  if (entry.abort !== null) {
    entry.again = true
    return
  }
  const abort = new AbortController()
  entry.abort = abort
  show(entry, { ...entry.shown, asking: true })
  let shown: Shown<unknown>
  try {
    const { value, tag } = await askTagged(entry.operation, entry.parts, { signal: abort.signal, key: null })
    shown = { data: keep(entry, value), tag, error: null, atMs: Date.now(), asking: false }
  } catch (error) {
    // What was seen stays on the screen, and says how old it is.
    shown = { ...entry.shown, error, asking: false }
  }
  entry.abort = null
  show(entry, shown)
  if (entry.again) {
    entry.again = false
    await load(key)
  }
}

/** The same answer stays the same object, so that nothing is drawn anew for it. */
function keep(entry: Entry, data: unknown): unknown {
  const text = JSON.stringify(data)
  const isSame = entry.text === text
  entry.text = text
  return isSame ? entry.shown.data : data
}

function show(entry: Entry, shown: Shown<unknown>): void {
  entry.shown = shown
  for (const listener of entry.listeners) listener()
}

/** Puts an answer where it is shown, as after a write that answers with the new state. */
export function put<O extends Operation>(operation: O, parts: Parts<O>, data: Answer<O>): void {
  const entry = entries.get(entryOf(operation, parts))!
  entry.text = JSON.stringify(data)
  show(entry, { data, tag: undefined, error: null, atMs: Date.now(), asking: false })
}

/** Asks again for all that is on the screen and may have changed; forgets the rest. */
export function changed(concerns: (operation: Operation, parts: string) => boolean = () => true): void {
  for (const [key, entry] of entries) {
    if (!concerns(entry.operation, key)) continue
    if (entry.listeners.size > 0) void load(key)
    else if (entry.abort === null) entries.delete(key)
  }
}

/** Another person sees other things. */
export function forgetAll(): void {
  for (const [key, { abort, listeners }] of entries) {
    abort?.abort()
    if (listeners.size === 0) entries.delete(key)
  }
}
