// Refused access is written down, folded: the first of its kind at once, what follows as a count. Whoever knocks a million
// times makes a few events, not a million.

import type { Actor } from '@rekey/core'
import type { Keep } from '../access/kept.ts'

export interface Refusals {
  note(who: string, what: string, code: string): void
  /** The same for observations that do not count. */
  noteSource(source: string, why: string, count: number): void
  stop(): Promise<void>
}

const foldMs = 60_000
const mostKinds = 1_000
const by: Actor = { kind: 'system', id: 'door' }

type Told =
  | { type: 'accessRefused'; who: string; what: string; code: string }
  | { type: 'observationsRefused'; source: string; why: string }

export function refusalsOf(
  keep: Keep,
  holder: string,
  nowMs: () => number,
  trouble: (error: unknown) => void,
): Refusals {
  const folded = new Map<string, { told: Told; count: number }>()
  let last: Promise<unknown> = Promise.resolve()
  const write = (told: Told, count: number) => {
    const event = { ...told, count, atMs: nowMs(), by }
    last = last.then(() => keep.note(`access/${holder}`, event)).catch(trouble)
  }
  const add = (key: string, told: Told, count: number) => {
    const known = folded.get(key)
    if (known !== undefined) known.count += count
    else if (folded.size < mostKinds) {
      folded.set(key, { told, count: 0 })
      write(told, count)
    }
  }
  const flush = () => {
    for (const { told, count } of folded.values()) if (count > 0) write(told, count)
    folded.clear()
  }
  const timer = setInterval(flush, foldMs)
  timer.unref()
  return {
    note: (who, what, code) => add(`${who}\n${what}\n${code}`, { type: 'accessRefused', who, what, code }, 1),
    noteSource: (source, why, count) =>
      add(`${source}\n${why}`, { type: 'observationsRefused', source, why }, count),
    async stop() {
      clearInterval(timer)
      flush()
      await last
    },
  }
}
