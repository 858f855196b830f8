// How far something is that takes long: one line that is written over at a terminal, and a line only now and then elsewhere.
import type { Output } from '../io.ts'
import { type Look, linesOf, quiet } from './words.ts'

export interface Progress {
  say(text: string): void
  /** Takes the line away, so that what follows stands alone. */
  end(): void
}

const seldomMs = 5_000

export function progressOn(err: Output, isWanted: boolean, nowMs: () => number): Progress {
  if (!isWanted) return { say: () => undefined, end: () => undefined }
  let isShown = false
  let saidMs = Number.NEGATIVE_INFINITY
  let last = ''
  const look: Look = { width: Number.POSITIVE_INFINITY, hasColour: err.hasColour }
  return {
    say(text) {
      if (text === last) return
      if (!err.isTerminal) {
        if (nowMs() - saidMs < seldomMs) return
        saidMs = nowMs()
        last = text
        err.write(`${linesOf(text, look)[0]}\n`)
        return
      }
      last = text
      isShown = true
      const short = text.length < err.width ? text : `${text.slice(0, Math.max(0, err.width - 2))}…`
      err.write(`\r\x1b[K${linesOf(quiet(short), look)[0]}`)
    },
    end() {
      if (isShown) err.write('\r\x1b[K')
      isShown = false
    },
  }
}
