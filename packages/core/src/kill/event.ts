// What happens in a kill, on the stream `kill/<id>`, and the orders themselves on the stream `orders`, in which the place of an
// order is its epoch: it only rises, and there is no gap.
import type { Actor } from '../actor.ts'
import type { KillScope } from './scope.ts'

/** Why it came to a kill: a person said so, a signal did under a policy, or glass was broken. */
export type KillCause =
  | { why: 'person' }
  | { why: 'signal'; signal: string; source: string }
  | { why: 'break-glass'; code: string }

export interface Killed {
  credential: string
  version: number
  environment: string
  epoch: number
}

/** A process that may hold a killed version: what is known of it when the order goes out. */
export interface Holder {
  credential: string
  version: number
  consumer: string
  instance: string
  /** Who is connected has an agent; of others only what was reported is known. */
  agent: string | null
  /** It had a stream open, so the order was written to it. */
  connected: boolean
  lastSeenMs: number | null
}

/** What a holder said of an order. */
export interface OrderAnswer {
  credential: string
  version: number
  epoch: number
  agent: string
  instance: string
  consumers: readonly string[]
  said: 'applied' | 'refused'
  why: string | null
  held: boolean
  atMs: number
}

export type KillEvent = { atMs: number; by: Actor } & (
  | {
      type: 'killOrdered'
      kill: string
      scope: KillScope
      reason: string
      cause: KillCause
      killed: readonly Killed[]
      /** When it was asked for: what it took to be written down is the difference. */
      askedMs: number
    }
  /** The order has been written to every stream that was open, and these may hold the version. */
  | { type: 'holdersTold'; holders: readonly Holder[] }
  | { type: 'holdersAnswered'; answers: readonly OrderAnswer[] }
  /** A person answers for what could not be confirmed. */
  | { type: 'holderDismissed'; credential: string; consumer: string; instance: string; reason: string }
)

export type OrderEvent = { atMs: number; by: Actor } & (
  | {
      type: 'orderSigned'
      order: string
      jti: string
      epoch: number
      credential: string
      version: number
      kill: string
    }
  | { type: 'orderKeysChanged'; serial: number; keys: string; because: string }
)
