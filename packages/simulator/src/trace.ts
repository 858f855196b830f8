// What happened in a world, line by line: hashed as it comes, so that two runs of a seed can be compared to the last letter,
// and kept, where somebody wants to read it.
import { createHash } from 'node:crypto'
import { instant } from '@rekey/core'

export interface Trace {
  say(line: string): void
  lines: string[]
  hash(): string
}

export function traceOf(nowMs: () => number, keep: boolean): Trace {
  const hash = createHash('sha256')
  const lines: string[] = []
  return {
    lines,
    say(line) {
      const whole = `${instant(nowMs())} ${line}\n`
      hash.update(whole)
      if (keep) lines.push(whole.slice(0, -1))
    },
    hash: () => hash.copy().digest('hex'),
  }
}
