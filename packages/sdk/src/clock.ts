// The control plane's clock, as far as it is known here. What is proved or reported is dated by it, so that a machine whose own
// clock is off by an hour works like any other.

export class Clock {
  #offsetMs = 0
  #isKnown = false

  nowMs(): number {
    return Date.now() + this.#offsetMs
  }

  /**
   * The answer was written between sending and receiving, by the clock here. What was known is moved only as far as it has to
   * be to lie between the two, so that a slow answer does no harm.
   */
  heard(nowMs: unknown, sentMs: number, receivedMs: number): void {
    if (typeof nowMs !== 'number' || !Number.isFinite(nowMs)) return
    const least = nowMs - receivedMs
    const most = nowMs - sentMs
    if (this.#isKnown) this.#offsetMs = Math.min(Math.max(this.#offsetMs, least), most)
    else this.#offsetMs = Math.round((least + most) / 2)
    this.#isKnown = true
  }
}
