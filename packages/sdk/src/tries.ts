// How asking for a value has gone lately, and when it is asked for again: later and later, but soon where work stands still, and at
// once and often where a version was killed, for then everybody waits for the one that comes in its place. By a clock that nobody sets.
import { backoffMs } from './backoff.ts'
import { after, type Timer } from './environment.ts'
import { RekeyError } from './error.ts'

const firstMs = 1_000
const mostMs = 30_000
/** Where nothing is held, work stands still. */
const mostStillMs = 5_000
/** After a kill, and for how long. */
const firstHurryMs = 200
const mostHurryMs = 1_000
const hurryMs = 60_000
/** A value is renewed no sooner, however short its time is. */
const soonestMs = 500

export class Tries {
  /** One after the other, the last of them included. */
  failures = 0
  failure: unknown = null
  #notBeforeMs = Number.NEGATIVE_INFINITY
  #hurryUntilMs = Number.NEGATIVE_INFINITY
  #timer: Timer | undefined

  succeeded(): void {
    this.failures = 0
    this.failure = null
    this.#notBeforeMs = Number.NEGATIVE_INFINITY
    this.#hurryUntilMs = Number.NEGATIVE_INFINITY
  }

  get isDue(): boolean {
    return this.#leftMs <= 0
  }

  get #leftMs(): number {
    return this.#notBeforeMs - performance.now()
  }

  /** Not again within `waitMs`. */
  wait(waitMs: number): void {
    this.#notBeforeMs = Math.max(this.#notBeforeMs, performance.now() + waitMs)
  }

  /** Again and again does not begin anew: after a while it is asked as it is usual. */
  hurry(): void {
    if (this.#hurryUntilMs !== Number.NEGATIVE_INFINITY) return
    this.failures = 0
    this.#notBeforeMs = Number.NEGATIVE_INFINITY
    this.#hurryUntilMs = performance.now() + hurryMs
  }

  failed(error: unknown, isStill: boolean): void {
    const { retryAfterMs } = error instanceof RekeyError ? error : { retryAfterMs: null }
    const isHurried = performance.now() < this.#hurryUntilMs
    this.failures++
    this.failure = error
    const waitMs = isHurried
      ? backoffMs(this.failures, firstHurryMs, mostHurryMs)
      : backoffMs(this.failures, firstMs, isStill ? mostStillMs : mostMs)
    this.#notBeforeMs = performance.now() + Math.max(retryAfterMs ?? 0, waitMs)
  }

  /** The next one is at `dueMs`, or when one that failed may be made again. A timer may ring a little early. */
  plan(dueMs: number, clock: { nowMs(): number }, run: () => void): void {
    clearTimeout(this.#timer)
    const waitMs = this.failures > 0 ? Math.max(this.#leftMs, 0) : Math.max(dueMs - clock.nowMs(), soonestMs)
    this.#timer = after(waitMs, () => {
      if (!this.isDue) this.plan(dueMs, clock, run)
      else run()
    })
  }

  stop(): void {
    clearTimeout(this.#timer)
  }
}
