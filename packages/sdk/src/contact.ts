// What is known of the control plane's well-being: when it last answered, and what has gone wrong since.
import { RekeyError } from './error.ts'

export interface Trouble {
  code: string
  text: string
  how: string
  atMs: number
}

export class Contact {
  lastMs: number | null = null
  /** The same by a clock that nobody sets. */
  #lastSteadyMs = Number.NEGATIVE_INFINITY
  /** Requests that failed one after the other, the last of them included. */
  failures = 0
  trouble: Trouble | null = null
  readonly #tell: () => void
  readonly #waiting = new Set<() => void>()

  constructor(tell: () => void) {
    this.#tell = tell
  }

  get isThere(): boolean {
    return this.lastMs !== null && this.failures === 0
  }

  /** How long there was no word, whatever the clock on the wall was set to meanwhile. */
  get silentMs(): number {
    return performance.now() - this.#lastSteadyMs
  }

  /** Called with the next word, once. */
  onWord(listener: () => void): () => void {
    this.#waiting.add(listener)
    return () => this.#waiting.delete(listener)
  }

  /** It answered, if only to say no. */
  heard(nowMs: number): void {
    this.#lastSteadyMs = performance.now()
    for (const listener of [...this.#waiting]) {
      this.#waiting.delete(listener)
      listener()
    }
    const isNews = !this.isThere
    if (this.failures > 0) this.trouble = null
    this.lastMs = nowMs
    this.failures = 0
    if (isNews) this.#tell()
  }

  missed(error: unknown, nowMs: number): void {
    this.failures++
    const isNews = this.failures === 1
    this.complain(error, nowMs, isNews)
  }

  /** What a person should know of, whether the control plane is there or not. */
  complain(error: unknown, nowMs: number, isNews = true): void {
    const told = error instanceof RekeyError
    // Of an error that is not ours only its kind is kept: its text may hold anything.
    const text = told
      ? error.message
      : error instanceof Error
        ? error.name
        : 'something that is no error was thrown'
    this.trouble = { code: told ? error.code : 'unexpected', text, how: told ? error.how : '', atMs: nowMs }
    if (isNews) this.#tell()
  }
}
