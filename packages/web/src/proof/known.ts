// What this browser has seen of the log: its key, believed at first sight and held on to, and the last checkpoint. It is kept in
// the browser and nowhere else, so that whoever runs the control plane cannot change what was seen.
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts'

export interface Known {
  key: string
  sinceMs: number
  /** The last checkpoint whose signature was checked with that key. */
  note: string | null
  seenMs: number | null
}

/** What `localStorage` is, as far as it is used. */
export interface Keeper {
  getItem(name: string): string | null
  setItem(name: string, value: string): void
  removeItem(name: string): void
}

/** By the path: several control planes may live under one host. */
const nameOf = (path: string) => `rekey-log ${path}`

export function readKnown(keeper: Keeper, path: string): Known | null {
  try {
    const kept = JSON.parse(keeper.getItem(nameOf(path)) ?? 'null') as Partial<Known> | null
    if (typeof kept?.key !== 'string' || typeof kept.sinceMs !== 'number') return null
    const { key, sinceMs, note, seenMs } = kept
    return { key, sinceMs, note: note ?? null, seenMs: seenMs ?? null }
  } catch {
    return null
  }
}

/** false: nothing can be kept here. */
export function keepKnown(keeper: Keeper, path: string, known: Known | null): boolean {
  try {
    if (known === null) keeper.removeItem(nameOf(path))
    else keeper.setItem(nameOf(path), JSON.stringify(known))
    return true
  } catch {
    return false
  }
}

export type KeyVerdict = 'first' | 'same' | 'changed'
export const judgeKey = (known: Known | null, key: string): KeyVerdict =>
  known === null ? 'first' : known.key === key ? 'same' : 'changed'

/** null: none, or none that can be read. */
export function lastSeen(known: Known | null): Checkpoint | null {
  if (known?.note == null) return null
  try {
    return parseCheckpoint(known.note)
  } catch {
    return null
  }
}

/** After everything held: the key is known from here on, and the newer checkpoint. A smaller one never takes the place of a larger. */
export function seen(known: Known | null, key: string, checkpoint: Checkpoint, nowMs: number): Known {
  const last = known?.key === key ? lastSeen(known) : null
  const isNewer = last === null || checkpoint.size > last.size
  return {
    key,
    sinceMs: known?.key === key ? known.sinceMs : nowMs,
    note: isNewer ? checkpoint.note : known!.note,
    seenMs: isNewer || checkpoint.size === last.size ? nowMs : known!.seenMs,
  }
}
