// What became of each order here, on its way to the control plane: once for each, tried again while that may help. One that could not
// be told is told when the order comes again, and it does: whoever reconnects says which orders he has answered.
import { backoffMs } from '../backoff.ts'
import { after } from '../environment.ts'
import { RekeyError } from '../error.ts'
import type { Plane } from '../plane.ts'

export interface Answer {
  said: 'applied' | 'refused'
  held?: boolean
  why?: string
}

export interface AnswersParts {
  plane: Pick<Plane, 'ask'>
  instance: string
}

const plain = /^[A-Za-z0-9_.~-]{1,200}$/
const mostAttempts = 6
const mostAtOnce = 8
const firstBackoffMs = 300
const mostBackoffMs = 15_000

export class Answers {
  readonly #parts: AnswersParts
  /** By epoch and what is said: a copy that is refused must not stand in the way of the order itself. */
  readonly #going = new Map<string, Promise<void>>()
  /** Given, and not told yet. */
  readonly #owed = new Map<string, number>()
  readonly #queue: (() => void)[] = []
  #posting = 0
  #isClosed = false

  constructor(parts: AnswersParts) {
    this.#parts = parts
  }

  /** The lowest epoch that is not answered; null: all are. */
  get lowestOwed(): number | null {
    return this.#owed.size === 0 ? null : Math.min(...this.#owed.values())
  }

  /** While one is on its way, the same once more is no news. */
  give(epoch: number, answer: Promise<Answer> | Answer, jti: string | null = null): void {
    const key = answer instanceof Promise ? `${epoch} ${jti}` : `${epoch} ${answer.said}`
    if (this.#going.has(key)) return
    this.#owed.set(key, epoch)
    const giving = this.#give(key, epoch, answer, jti).finally(() => this.#going.delete(key))
    this.#going.set(key, giving)
  }

  /** What can be told now is told, for `limitMs` at most. */
  async close(limitMs: number): Promise<void> {
    this.#isClosed = true
    if (this.#going.size === 0) return
    let timer: ReturnType<typeof setTimeout> | undefined
    // This timer holds the process: what it waits for is worth it.
    const over = new Promise<void>(resolve => (timer = setTimeout(resolve, limitMs)))
    await Promise.race([Promise.allSettled(this.#going.values()), over])
    clearTimeout(timer)
  }

  async #give(
    key: string,
    epoch: number,
    answer: Promise<Answer> | Answer,
    jti: string | null,
  ): Promise<void> {
    const { said, held, why } = await answer
    const query = new URLSearchParams({ instance: this.#parts.instance, said })
    if (held !== undefined) query.set('held', String(held))
    if (why !== undefined) query.set('why', why)
    // Somebody with a stolen key may have given an order under the epoch of another one.
    if (jti !== null && plain.test(jti)) query.set('jti', jti)
    const path = `/agent/orders/${epoch}/answer?${query}`
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#inTurn(() => this.#parts.plane.ask({ method: 'POST', path, mayBeMissing: true }))
        this.#owed.delete(key)
        return
      } catch (error) {
        const isNo = error instanceof RekeyError && error.status !== null && error.status < 500
        // Whoever says that there is no such order, or that it is not ours, does not want to know.
        if (isNo && error.status !== 429 && error.status !== 401) this.#owed.delete(key)
        if (!this.#owed.has(key) || attempt === mostAttempts || this.#isClosed) return
        await new Promise<void>(resolve => after(backoffMs(attempt, firstBackoffMs, mostBackoffMs), resolve))
      }
    }
  }

  /** An environment that is killed has thousands; no control plane is to be asked so much at one time by one agent. */
  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#posting >= mostAtOnce) await new Promise<void>(resolve => this.#queue.push(resolve))
    else this.#posting++
    try {
      return await work()
    } finally {
      // Whoever waits takes the place over.
      const next = this.#queue.shift()
      if (next === undefined) this.#posting--
      else next()
    }
  }
}
