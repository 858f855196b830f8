// How a connection is, for whoever watches over it.
import type { Contact, Trouble } from './contact.ts'
import { after } from './environment.ts'
import type { OrderKeeper, OrdersStatus } from './orders/keeper.ts'
import type { Coverage, Reporter } from './reporter.ts'

export interface Status {
  state: 'idle' | 'connected' | 'away' | 'closed'
  connected: boolean
  lastContactMs: number | null
  /** Requests that failed one after the other. */
  failures: number
  /** Statements that wait to be sent. */
  buffered: number
  /** Statements that could not be kept, and those that the control plane does not count. */
  lost: number
  refused: number
  /** Since when every use has been reported; null: it is not claimed just now. */
  coverage: Coverage[]
  /** Kill orders: what was killed here, and what was not believed. */
  orders: OrdersStatus
  /** What went wrong last, while it does; and what a person should look at. */
  trouble: Trouble | null
}

export function statusOf(
  contact: Contact,
  reporter: Reporter,
  orders: OrderKeeper,
  isClosed: boolean,
): Status {
  const isIdle = contact.lastMs === null && contact.failures === 0
  const isConnected = contact.isThere && !isClosed
  return {
    state: isClosed ? 'closed' : isIdle ? 'idle' : isConnected ? 'connected' : 'away',
    connected: isConnected,
    lastContactMs: contact.lastMs,
    failures: contact.failures,
    buffered: reporter.buffered,
    lost: reporter.lost,
    refused: reporter.refused,
    coverage: reporter.coverage,
    orders: orders.status,
    trouble: contact.trouble,
  }
}

export class StatusNews {
  readonly #listeners = new Set<(status: Status) => void>()

  listen(listener: (status: Status) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** On its own turn: whoever listens may ask, close, or throw. */
  tell(statusNow: () => Status): void {
    after(0, () => {
      const status = statusNow()
      for (const listener of [...this.#listeners]) {
        try {
          listener(status)
        } catch {
          // It was to be told that something is wrong; there is nobody left to tell.
        }
      }
    })
  }
}
