// The time of the story: it stands still while the story is paused, and ends with the act.
import { setTimeout as sleep } from 'node:timers/promises'

const sliceMs = 40

/** The act was left: somebody jumped, began anew or went home. */
export class Left extends Error {
  constructor() {
    super('the act was left')
    this.name = 'Left'
  }
}

export class Clock {
  #isPaused = false
  #isOver = false
  #ranMs = 0
  /** When it began to run the last time; null: it stands still. */
  #sinceMs: number | null = performance.now()

  /** How long it has run. */
  get ranMs(): number {
    return this.#ranMs + (this.#sinceMs === null ? 0 : performance.now() - this.#sinceMs)
  }

  get isPaused(): boolean {
    return this.#isPaused
  }

  get isOver(): boolean {
    return this.#isOver
  }

  pause(): void {
    this.#ranMs = this.ranMs
    this.#sinceMs = null
    this.#isPaused = true
  }

  go(): void {
    this.#sinceMs = performance.now()
    this.#isPaused = false
  }

  /** Whoever waits by this clock is thrown out. */
  end(): void {
    this.#isOver = true
  }

  /** So long, pauses not counted. */
  async wait(ms: number): Promise<void> {
    const endMs = this.ranMs + ms
    for (;;) {
      this.check()
      const leftMs = endMs - this.ranMs
      if (leftMs <= 0 && !this.#isPaused) return
      await sleep(this.#isPaused ? sliceMs : Math.min(sliceMs, leftMs))
    }
  }

  /** Until it is so; the story gives up after `mostMs`, for then something is broken. */
  async until(what: string, isSo: () => boolean | Promise<boolean>, mostMs = 60_000): Promise<void> {
    const endMs = this.ranMs + mostMs
    while (!(await isSo())) {
      if (this.ranMs > endMs) throw new Error(`it never came to it that ${what}`)
      await this.wait(sliceMs)
    }
  }

  check(): void {
    if (this.#isOver) throw new Left()
  }
}
