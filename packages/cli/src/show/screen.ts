// One screen that is drawn anew in its place (ECMA-48): beside what was there before, which comes back at the end.
import type { Output } from '../io.ts'
import { widthOf } from './plain.ts'

export interface Screen {
  draw(lines: readonly string[]): void
  end(): void
}

const codes = {
  open: '\x1b[?1049h\x1b[?25l',
  close: '\x1b[?25h\x1b[?1049l',
  home: '\x1b[H',
  restOfLine: '\x1b[K',
  below: '\x1b[J',
} as const

export function openScreen(out: Output): Screen {
  let drawn: string | null = null
  const restore = () => out.write(codes.close)
  return {
    draw(lines) {
      const shown = fitted(lines, out)
      if (shown === drawn) return
      if (drawn === null) {
        out.write(codes.open)
        process.once('exit', restore)
      }
      drawn = shown
      out.write(`${codes.home}${shown}${codes.below}`)
    },
    end() {
      if (drawn === null) return
      process.off('exit', restore)
      restore()
    },
  }
}

/** A screen has so many rows: what is more is said. A line may be wider than the screen, and takes as many rows as it needs. */
function fitted(lines: readonly string[], { rows, width }: Output): string {
  const shown: string[] = []
  let taken = 0
  for (const [at, line] of lines.entries()) {
    const needs = Math.max(1, Math.ceil(widthOf(bare(line)) / width))
    const isLast = at === lines.length - 1
    if (taken + needs > rows - (isLast ? 0 : 1)) {
      shown.push(`… ${lines.length - at} more lines`)
      break
    }
    shown.push(line)
    taken += needs
  }
  return shown.map(line => `${line}${codes.restOfLine}`).join('\r\n')
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are our own
const bare = (line: string) => line.replace(/\x1b\[\d*m/g, '')
