// What a function is given for one use of a credential. Made for each use, so it is small: the signal costs something only where
// somebody asks for it. The value is behind a getter, and does not show when the whole is printed.
import type { Held } from './held.ts'
import type { Classify } from './outcome.ts'
import type { Path } from './tally.ts'

export interface UseOptions {
  /** The workflow that this is, where it is not the credential's usual one. */
  lane?: string
  path?: Path
  /** Whoever asked for the work may give it up. */
  signal?: AbortSignal
  classify?: Classify
}

export interface UseContext {
  /** In the open: hand it to the target and to nobody else. */
  readonly value: string
  readonly version: number
  /** As whom it is used. */
  readonly consumer: string
  /** The target's own name for the version: a login, the id of a key. */
  readonly handle: string | null
  readonly fingerprint: string | null
  readonly lane: string | null
  readonly expiresMs: number | null
  /** Aborted when the caller gives up, when the version is taken away, and when the connection closes. */
  readonly signal: AbortSignal
  /** It worked, but worse than it should: this use counts as degraded, not as success. */
  degraded(): void
}

export class Use implements UseContext {
  readonly lane: string | null
  readonly #held: Held
  readonly #caller: AbortSignal | undefined
  #own: AbortController | null = null
  #signal: AbortSignal | null = null
  #isDegraded = false

  constructor(held: Held, lane: string | null, caller: AbortSignal | undefined) {
    this.lane = lane
    this.#held = held
    this.#caller = caller
  }

  get value(): string {
    return this.#held.reveal()
  }

  get version(): number {
    return this.#held.version
  }

  get consumer(): string {
    return this.#held.assigned.consumer
  }

  get handle(): string | null {
    return this.#held.assigned.handle
  }

  get fingerprint(): string | null {
    return this.#held.assigned.fingerprint
  }

  get expiresMs(): number | null {
    return this.#held.assigned.expiresMs
  }

  get signal(): AbortSignal {
    if (this.#signal === null) {
      this.#own = this.#held.openSignal()
      this.#signal =
        this.#caller === undefined ? this.#own.signal : AbortSignal.any([this.#caller, this.#own.signal])
    }
    return this.#signal
  }

  /** Somebody has asked for its signal, and was told to stop. */
  get isAborted(): boolean {
    return this.#own?.signal.aborted ?? false
  }

  get isDegraded(): boolean {
    return this.#isDegraded
  }

  /** Taken out of the context, it still knows whose it is; and whoever does not ask for it pays nothing. */
  get degraded(): () => void {
    return () => {
      this.#isDegraded = true
    }
  }

  /** The body of an answer goes on after the use, and is given up when the version must not be used any more. */
  outlivedBy(goesOn: object, signal = this.#own): void {
    if (signal !== null) this.#held.keepTail(goesOn, signal)
  }

  /** The use has ended. */
  end(): void {
    if (this.#own !== null) this.#held.closeSignal(this.#own)
  }
}
