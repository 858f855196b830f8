// The story in a terminal: what is said stays, and below it the status block is drawn again whenever something has changed. Without a terminal
// there is only what is said, line by line.
import type { ActNumber, Said, Stage } from './stage.ts'
import { actTitles } from './stage.ts'
import { clockText, type Paint, tableOf, wrapped } from './table.ts'

export interface Output {
  write(text: string): unknown
}

/** Answers how to stop. */
export function showPlain(stage: Stage, output: Output, paint: Paint): () => void {
  let act: ActNumber | 0 = 0
  return stage.watch({
    said(line) {
      for (const text of linesOf(line, paint, line.act !== act)) output.write(`${text}\n`)
      act = line.act
    },
    changed: () => undefined,
  })
}

const drawEveryMs = 120

export function showLive(stage: Stage, output: Output, paint: Paint, addresses: () => string[]): () => void {
  let act: ActNumber | 0 = 0
  let drawn = 0
  let timer: NodeJS.Timeout | null = null
  const clear = () => {
    if (drawn > 0) output.write(`\x1b[${drawn}A\x1b[0J`)
    drawn = 0
  }
  const draw = () => {
    timer = null
    const lines = tableOf(stage.snapshot(), paint, addresses())
    clear()
    output.write(`${lines.join('\n')}\n`)
    drawn = lines.length
  }
  const soon = () => {
    timer ??= setTimeout(draw, drawEveryMs)
  }
  output.write('\x1b[?25l')
  const stop = stage.watch({
    said(line) {
      clear()
      for (const text of linesOf(line, paint, line.act !== act)) output.write(`${text}\n`)
      act = line.act
      soon()
    },
    changed: soon,
  })
  const second = setInterval(soon, 1_000)
  return () => {
    stop()
    clearInterval(second)
    if (timer !== null) clearTimeout(timer)
    draw()
    if (timer !== null) clearTimeout(timer)
    output.write('\x1b[?25h')
  }
}

function linesOf({ act, atMs, text, tone }: Said, paint: Paint, isNewAct: boolean): string[] {
  const title = act === 0 ? [] : ['', paint.strong(`Act ${act}: ${actTitles[act]}`)]
  const indent = /^ */.exec(text)?.[0] ?? ''
  const lines = wrapped(text.trim(), `${clockText(atMs).padStart(5)}  ${indent}`, `       ${indent}`)
  return [...(isNewAct ? title : []), ...lines.map(line => paint.said(tone, line))]
}
