// What is said of a kill while it goes on (who was told, who has answered), gathered for a moment and written down together: ten
// thousand holders make some events, and not ten thousand commits. A moment later, for what stands in the way of an order is in the way.
import type { Actor, Holder, KillEvent, OrderAnswer } from '@rekey/core'
import { append } from '../append.ts'
import type { Ground } from '../ground.ts'
import { stored } from '../runner/rows.ts'
import { killStream } from './kill.ts'

export interface Gathered {
  told(kill: string, holders: readonly Holder[]): void
  answered(kill: string, answer: OrderAnswer): void
  stop(): Promise<void>
}

/** Calls back after that long, unless it is called off. */
export type Later = (ms: number, call: () => void) => () => void

export const onTheClock: Later = (ms, call) => {
  const timer = setTimeout(call, ms)
  return () => clearTimeout(timer)
}

const gatherMs = 400
/** While answers keep coming they are waited for, but not for ever. */
const mostWaits = 12
const againMs = 2_000
const mostInEvent = 1_000
const system: Actor = { kind: 'system', id: 'kill' }

interface Waiting {
  holders: Holder[]
  answers: OrderAnswer[]
}

export function gatheredFor(ground: Ground, later: Later): Gathered {
  const { journal, nowMs, store } = ground
  let waiting = new Map<string, Waiting>()
  let callOff: (() => void) | null = null
  let writing: Promise<void> = Promise.resolve()
  let stopped = false
  let hasMore = false
  let waits = 0

  const of = (kill: string): Waiting => {
    const known = waiting.get(kill)
    if (known !== undefined) return known
    const fresh: Waiting = { holders: [], answers: [] }
    waiting.set(kill, fresh)
    return fresh
  }
  const soon = (ms: number) => {
    hasMore = true
    if (stopped || callOff !== null) return
    waits = 0
    callOff = later(ms, look)
  }
  const look = () => {
    if (!hasMore || ++waits > mostWaits) return flush()
    hasMore = false
    callOff = later(gatherMs, look)
  }
  const flush = () => {
    callOff = null
    const all = waiting
    waiting = new Map()
    writing = writing.then(async () => {
      for (const [kill, { holders, answers }] of all) {
        try {
          for (const event of eventsOf(holders, answers, nowMs())) {
            if (await append(store, killStream(kill), [stored(event)])) continue
            throw new Error(`the record of kill ${kill} keeps changing`)
          }
        } catch (error) {
          journal.trouble?.('kill', error)
          // Said twice it counts once.
          of(kill).holders.push(...holders)
          of(kill).answers.push(...answers)
          soon(againMs)
        }
      }
    })
  }
  return {
    told(kill, holders) {
      if (holders.length === 0) return
      const { holders: known } = of(kill)
      for (const one of holders) known.push(one)
      soon(gatherMs)
    },
    answered(kill, answer) {
      of(kill).answers.push(answer)
      soon(gatherMs)
    },
    async stop() {
      stopped = true
      callOff?.()
      flush()
      await writing
    },
  }
}

function eventsOf(holders: readonly Holder[], answers: readonly OrderAnswer[], atMs: number): KillEvent[] {
  const stamp = { atMs, by: system }
  return [
    ...parts(holders).map(some => ({ type: 'holdersTold', holders: some, ...stamp }) as const),
    ...parts(answers).map(some => ({ type: 'holdersAnswered', answers: some, ...stamp }) as const),
  ]
}

const parts = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / mostInEvent) }, (_, at) =>
    all.slice(at * mostInEvent, (at + 1) * mostInEvent),
  )
