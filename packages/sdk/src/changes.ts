// Who wants to know when another version is to be used.
import type { Held } from './held.ts'
import type { SecretValue } from './secret-value.ts'

/** What is used now. The value does not print; `value.reveal()` is where it is in the open. */
export interface Current {
  credential: string
  consumer: string
  version: number
  value: SecretValue
  handle: string | null
  fingerprint: string | null
  expiresMs: number | null
  sinceMs: number
  lanes: readonly string[]
  accepted: readonly number[]
  rotation: string | null
}

export function currentOf(held: Held): Current {
  const {
    credential,
    consumer,
    version,
    handle,
    fingerprint,
    expiresMs,
    sinceMs,
    lanes,
    accepted,
    rotation,
  } = held.assigned
  const rest = { handle, fingerprint, expiresMs, sinceMs, lanes, accepted, rotation }
  return { credential, consumer, version, value: held.secret(), ...rest }
}

/** null: there is no version any more that this agent may use. */
export type Listener = (current: Current | null) => void

export class Changes {
  readonly #listeners = new Set<Listener>()
  readonly #watchers = new Set<() => void>()
  readonly #failed: (error: unknown) => void
  #isClosed = false

  constructor(failed: (error: unknown) => void) {
    this.#failed = failed
  }

  listen(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** One listener that throws keeps nothing from the others. */
  emit(held: Held | null): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(held === null ? null : currentOf(held))
      } catch (error) {
        this.#failed(error)
      }
    }
    for (const wake of this.#watchers) wake()
  }

  /** The version there is, and each later one. Whoever is slow gets the latest and none of those between. */
  async *watch(latest: () => Held | null): AsyncGenerator<Current, void, void> {
    let wake = () => {}
    let last: Held | null = null
    const ring = () => wake()
    this.#watchers.add(ring)
    try {
      while (!this.#isClosed) {
        const held = latest()
        if (held !== null && held !== last) {
          last = held
          yield currentOf(held)
        } else {
          await new Promise<void>(resolve => {
            wake = resolve
          })
        }
      }
    } finally {
      this.#watchers.delete(ring)
    }
  }

  close(): void {
    this.#isClosed = true
    for (const wake of this.#watchers) wake()
    this.#listeners.clear()
  }
}
