// What is told of kill orders here: to whoever listens, whose word is part of the answer, and to whoever looks at the status.
import { isObject } from '../encoding.ts'
import type { Answer } from './answers.ts'
import type { Order } from './order.ts'
import type { Taken } from './receiver.ts'

export interface Kill {
  credential: string
  version: number
  epoch: number
  reason: string
  /** The version was in use here when the order came. */
  held: boolean
  /** It had come before, perhaps to a process before this one. */
  repeated: boolean
  atMs: number
}

export interface KillHeard {
  /** Whoever listens had it in use as well. */
  held?: boolean
  /** What is left of it here was not ended, and why: in lower case, with hyphens. */
  refused?: string
}
/** It may give back a KillHeard, or a promise of one, or nothing. */
export type KillListener = (kill: Kill) => unknown

export interface RefusedOrder {
  why: string
  epoch: number | null
  atMs: number
}

const mostTold = 100

export class Told {
  kills: readonly Kill[] = []
  refused: readonly RefusedOrder[] = []
  readonly #listeners = new Set<KillListener>()
  readonly #answers = new Map<string, Promise<Answer>>()
  readonly #complain: (error: unknown) => void

  constructor(complain: (error: unknown) => void) {
    this.#complain = complain
  }

  listen(listener: KillListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  refuse(one: RefusedOrder): void {
    this.refused = [...this.refused, one].slice(-mostTold)
  }

  /** Once for each order, and the same answer however often it comes. */
  once(order: Order, { held, repeated }: Taken, atMs: number): Promise<Answer> {
    const { credential, version, epoch, reason, jti } = order
    const key = `${jti}\n${version}\n${credential}`
    let answer = this.#answers.get(key)
    if (answer === undefined) {
      const kill: Kill = { credential, version, epoch, reason, held, repeated, atMs }
      this.kills = [...this.kills, kill].slice(-mostTold)
      answer = this.#tell(kill)
      this.#answers.set(key, answer)
    }
    return answer
  }

  /** Whoever listens may take his time. */
  async #tell(kill: Kill): Promise<Answer> {
    const heard = [...this.#listeners].map(async (listener): Promise<KillHeard> => {
      try {
        const said: unknown = await listener(kill)
        return isObject(said) ? said : {}
      } catch (error) {
        this.#complain(error)
        return { refused: 'not-stopped' }
      }
    })
    const all = await Promise.all(heard)
    const held = kill.held || all.some(one => one.held === true)
    const why = all.find(one => one.refused !== undefined)?.refused
    return why === undefined ? { said: 'applied', held } : { said: 'refused', held, why }
  }
}
