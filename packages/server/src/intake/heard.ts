// When a source, of observations or of signals, was heard last, for people to see: written down at most once a minute.
import { minuteMs } from '@rekey/core'
import type { Plane } from '../api/plane.ts'

export type Heard = (source: string) => Promise<void>

/** What is kept, and whose trouble it is when it cannot be. */
const called = {
  'source-heard': (id: string) => `source ${id}`,
  'signal-heard': (id: string) => `signal-source/${id}`,
} as const

export function heardOf({ ground, keep }: Plane, kind: keyof typeof called = 'source-heard'): Heard {
  const written = new Map<string, number>()
  return async source => {
    const atMs = ground.nowMs()
    if (atMs - (written.get(source) ?? Number.NEGATIVE_INFINITY) < minuteMs) return
    written.set(source, atMs)
    // What it said was taken in; that this could not be written down must not make it say it again.
    await keep
      .put(kind, source, { atMs })
      .catch(error => ground.journal.trouble?.(called[kind](source), error))
  }
}
