// Looks again and again. At a terminal the same screen is drawn anew when something has changed; piped, each change is a line of its
// own, and with --json the whole answer is, whenever it is another one.
import type { Talk } from '../call.ts'
import { exitCodes, type Failure, failureOf } from '../exit.ts'
import type { Block } from './blocks.ts'
import { layout, line } from './blocks.ts'
import { changesOf } from './changes.ts'
import { plain, plainJson } from './plain.ts'
import { openScreen } from './screen.ts'
import { quiet, warn } from './words.ts'

export interface Watched<T> {
  read(): Promise<T>
  blocks(answer: T): readonly Block[]
  json(answer: T): unknown
  /** The code to end with; null: it goes on. */
  over?(answer: T): number | null
}

const usualEveryMs = 2_000
const shortestMs = 200
const longestBackoffMs = 30_000

export async function watched<T>(call: Talk, what: Watched<T>, everyMs = usualEveryMs): Promise<number> {
  const face = faceOf(call, what)
  let missed = 0
  try {
    for (;;) {
      const answer = await read(call, what, face)
      if (call.signal.aborted) return exitCodes.interrupted
      if (answer === null) missed++
      else {
        missed = 0
        face.draw(answer.value)
        const code = what.over?.(answer.value) ?? null
        if (code !== null) return code
      }
      const waitMs = Math.max(everyMs, shortestMs) * 2 ** Math.min(missed, 5)
      await call.io.pause(missed === 0 ? waitMs : Math.min(waitMs, longestBackoffMs), call.signal)
      if (call.signal.aborted) return exitCodes.interrupted
    }
  } finally {
    face.end()
  }
}

/** null: it was away, or could not answer in time. Whoever watches wants to see it come back. */
async function read<T>(call: Talk, what: Watched<T>, face: Face<T>): Promise<{ value: T } | null> {
  try {
    return { value: await what.read() }
  } catch (error) {
    const failure = failureOf(error)
    if (call.signal.aborted) return null
    const isPassing = failure.exitCode === exitCodes.away || failure.exitCode === exitCodes.timedOut
    if (!isPassing || face.isEmpty) throw failure
    face.away(failure)
    return null
  }
}

interface Face<T> {
  /** Nothing was drawn yet. */
  readonly isEmpty: boolean
  draw(answer: T): void
  away(failure: Failure): void
  end(): void
}

function faceOf<T>(call: Talk, what: Watched<T>): Face<T> {
  if (call.everywhere.json) return jsonFace(call, what)
  return call.io.out.isTerminal ? screenFace(call, what) : lineFace(call, what)
}

function screenFace<T>(call: Talk, what: Watched<T>): Face<T> {
  const screen = openScreen(call.io.out)
  let last: T | null = null
  let trouble: Block[] = []
  const frame = (answer: T) => layout([...what.blocks(answer), ...trouble], call.look)
  return {
    get isEmpty() {
      return last === null
    },
    draw(answer) {
      last = answer
      trouble = []
      screen.draw(frame(answer))
    },
    away({ message }) {
      trouble = [line(''), line(warn(`${message} It is tried again.`))]
      if (last !== null) screen.draw(frame(last))
    },
    end() {
      screen.end()
      if (last !== null) call.io.out.write(`${frame(last).join('\n')}\n`)
    },
  }
}

function lineFace<T>(call: Talk, what: Watched<T>): Face<T> {
  let last: unknown = null
  const told = troubleOnce(call)
  return {
    get isEmpty() {
      return last === null
    },
    draw(answer) {
      const next = what.json(answer)
      told.back()
      if (last === null) call.print(what.blocks(answer))
      else {
        const at = call.times().at(call.nowMs())
        for (const change of changesOf(last, next)) call.io.out.write(`${at}  ${plain(change)}\n`)
      }
      last = next
    },
    away: told.away,
    end: () => undefined,
  }
}

function jsonFace<T>(call: Talk, what: Watched<T>): Face<T> {
  let last: unknown = null
  const told = troubleOnce(call)
  return {
    get isEmpty() {
      return last === null
    },
    draw(answer) {
      const next = what.json(answer)
      told.back()
      if (last === null || changesOf(last, next).length > 0)
        call.io.out.write(`${plainJson(JSON.stringify(next))}\n`)
      last = next
    },
    away: told.away,
    end: () => undefined,
  }
}

/** An outage is one line, however often it is tried. */
function troubleOnce(call: Talk) {
  let isAway = false
  return {
    away({ message }: Failure) {
      if (!isAway) call.tell(quiet(`${message} It is tried again.`))
      isAway = true
    },
    back() {
      if (isAway) call.tell(quiet('The control plane is back.'))
      isAway = false
    },
  }
}
