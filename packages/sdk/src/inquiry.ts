// Asking the control plane, one request at a time, whoever wants it. Whoever wants meanwhile something later gets a second round of
// the same request.
export interface InquiryParts {
  nowMs: () => number
  /** What happened up to `since` has to be in the answer. */
  ask: (since: number) => Promise<void>
  /** What is known already. */
  position: () => number
  isOver: () => boolean
  /** Whatever came of it. */
  done: () => void
}

export class Inquiry {
  /** When it was asked last, and for what. */
  askedMs = Number.NEGATIVE_INFINITY
  askedSince = 0
  #wanted = 0
  #going: Promise<void> | null = null
  readonly #parts: InquiryParts

  constructor(parts: InquiryParts) {
    this.#parts = parts
  }

  get isGoing(): boolean {
    return this.#going !== null
  }

  want(position: number): void {
    this.#wanted = Math.max(this.#wanted, position)
  }

  run(): Promise<void> {
    this.#going ??= this.#rounds().finally(() => {
      this.#going = null
      this.#parts.done()
    })
    return this.#going
  }

  async #rounds(): Promise<void> {
    do {
      this.askedMs = this.#parts.nowMs()
      this.askedSince = Math.max(this.#wanted, this.#parts.position())
      await this.#parts.ask(this.askedSince)
    } while (this.#wanted > this.askedSince && !this.#parts.isOver())
  }
}
