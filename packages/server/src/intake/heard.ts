// When a source was heard last, for people to see: written down at most once a minute.
import { minuteMs } from '@rekey/core'
import type { Plane } from '../api/plane.ts'

export type Heard = (source: string) => Promise<void>

export function heardOf({ ground, keep }: Plane): Heard {
  const written = new Map<string, number>()
  return async source => {
    const atMs = ground.nowMs()
    if (atMs - (written.get(source) ?? Number.NEGATIVE_INFINITY) < minuteMs) return
    written.set(source, atMs)
    // What it said was taken in; that this could not be written down must not make it say it again.
    await keep
      .put('source-heard', source, { atMs })
      .catch(error => ground.journal.trouble?.(`source ${source}`, error))
  }
}
