// When reports are sent: every few seconds while there are any, at once when a new version has first succeeded, and now and then
// when there is nothing to say, for being heard is what makes silence count.
import { backoffMs } from './backoff.ts'
import { after, type Timer } from './environment.ts'
import type { Reporter } from './reporter.ts'

/** Well below the two minutes after which the control plane sees a gap in the coverage. */
const beatMs = 30_000
/** A first success is known within 250 ms; a few that come together are sent together. */
const soonMs = 100
const mostBackoffMs = 30_000

export class Pulse {
  readonly #reporter: Reporter
  readonly #flushMs: number
  #timer: Timer | undefined
  #soon: Timer | undefined
  #lastMs = Number.NEGATIVE_INFINITY
  #failures = 0
  #isClosed = false

  constructor(reporter: Reporter, flushMs: number) {
    this.#reporter = reporter
    this.#flushMs = flushMs
  }

  /** The first use begins it: a module that is only imported, or a connection that is never used, sets no timer. */
  start(): void {
    if (this.#timer === undefined && !this.#isClosed) this.#schedule()
  }

  soon(): void {
    if (this.#isClosed) return
    this.#soon ??= after(soonMs, () => {
      this.#soon = undefined
      this.flush().catch(() => undefined)
    })
  }

  async flush(): Promise<void> {
    this.#lastMs = Date.now()
    clearTimeout(this.#soon)
    this.#soon = undefined
    try {
      await this.#reporter.flush()
      this.#failures = 0
    } catch (error) {
      this.#failures++
      throw error
    }
  }

  /** Before the end: what cannot be sent now is lost. */
  async last(): Promise<void> {
    if (!this.#reporter.hasNews) return
    try {
      await this.#reporter.flush().catch(() => this.#reporter.flush())
    } catch {
      this.#reporter.giveUp()
    }
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
    clearTimeout(this.#soon)
  }

  #schedule(): void {
    const waitMs =
      this.#failures > 0
        ? backoffMs(this.#failures, this.#flushMs, Math.max(mostBackoffMs, this.#flushMs))
        : this.#flushMs
    this.#timer = after(waitMs, () => this.#beat())
  }

  #beat(): void {
    const isDue = this.#reporter.hasNews || Date.now() - this.#lastMs >= beatMs
    const done = isDue ? this.flush().catch(() => undefined) : Promise.resolve()
    done.then(() => {
      if (!this.#isClosed) this.#schedule()
    })
  }
}
