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

  get isPaused(): boolean {
    return this.#isPaused
  }

  get isOver(): boolean {
    return this.#isOver
  }

  pause(): void {
    this.#isPaused = true
  }

  go(): void {
    this.#isPaused = false
  }

  /** Whoever waits by this clock is thrown out. */
  end(): void {
    this.#isOver = true
  }

  /** So long, pauses not counted. */
  async wait(ms: number): Promise<void> {
    let leftMs = ms
    for (;;) {
      this.check()
      if (leftMs <= 0 && !this.#isPaused) return
      const beganMs = performance.now()
      await sleep(this.#isPaused ? sliceMs : Math.min(sliceMs, leftMs))
      if (!this.#isPaused) leftMs -= performance.now() - beganMs
    }
  }

  /** Until it is so; the story gives up after `mostMs`, for then something is broken. */
  async until(what: string, isSo: () => boolean | Promise<boolean>, mostMs = 60_000): Promise<void> {
    for (let leftMs = mostMs; !(await isSo()); ) {
      if (leftMs <= 0) throw new Error(`it never came to it that ${what}`)
      const beganMs = performance.now()
      await this.wait(sliceMs)
      if (!this.#isPaused) leftMs -= performance.now() - beganMs
    }
  }

  check(): void {
    if (this.#isOver) throw new Left()
  }
}
