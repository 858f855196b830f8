// How long a version may be used without a word from the control plane, where its owner has said so. Whoever is connected and has
// nothing to hear asks in good time, so that silence means that the control plane is away. It is measured by a clock that nobody sets.
import type { Contact } from './contact.ts'
import { after, type Timer } from './environment.ts'
import { OutageError } from './error.ts'
import type { Held } from './held.ts'

export interface VigilParts {
  contact: Contact
  /** Cheaply, and only if nobody does already. */
  ask: () => void
  lost: (error: OutageError) => void
  /** There was a word again. */
  back: () => void
}

/** At this part of the time something is asked. */
const askAt = 1 / 3
const shortestMs = 100
/** While there is no contact it is asked for so often. */
const longestLostMs = 5_000

export class Vigil {
  readonly #parts: VigilParts
  #limitMs: number | null = null
  #held: Held | null = null
  #isLost = false
  #timer: Timer | undefined
  #stopWaiting: () => void = () => undefined

  constructor(parts: VigilParts) {
    this.#parts = parts
  }

  get isLost(): boolean {
    return this.#isLost
  }

  /** Nothing is to be begun now. */
  refuses(): boolean {
    if (this.#limitMs === null) return false
    if (!this.#isLost && this.#parts.contact.silentMs >= this.#limitMs) this.#lose()
    return this.#isLost
  }

  /** The control plane has just said that this is what to use. true: it had been lost. */
  confirmed(held: Held): boolean {
    const wasLost = this.#isLost
    this.stop()
    this.#held = held
    // An older control plane knows of no limit.
    this.#limitMs = held.assigned.withoutContactMs ?? null
    if (this.#limitMs !== null) this.#watch()
    return wasLost
  }

  errorOf({ assigned }: Held): OutageError {
    const text = `There was no word from the control plane for more than ${this.#limitMs} ms, and ${assigned.credential} may not be used for so long without.`
    return new OutageError(
      text,
      'It is confirmed and used again as soon as there is contact.',
      undefined,
      'without-contact',
    )
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#stopWaiting()
    this.#limitMs = null
    this.#isLost = false
  }

  #watch(): void {
    const limitMs = this.#limitMs!
    const { silentMs } = this.#parts.contact
    const askMs = Math.max(limitMs * askAt, shortestMs)
    if (silentMs >= limitMs) this.#lose()
    else if (this.#isLost || silentMs >= askMs) this.#parts.ask()
    const nextMs = this.#isLost
      ? Math.min(askMs, longestLostMs)
      : Math.min(limitMs - silentMs, silentMs >= askMs ? askMs : askMs - silentMs)
    clearTimeout(this.#timer)
    this.#timer = after(Math.max(nextMs, 1), () => this.#watch())
  }

  #lose(): void {
    if (this.#isLost) {
      this.#parts.ask()
      return
    }
    this.#isLost = true
    this.#stopWaiting = this.#parts.contact.onWord(() => this.#parts.back())
    this.#parts.lost(this.errorOf(this.#held!))
  }
}
