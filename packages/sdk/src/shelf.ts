// Versions that were replaced and are still in somebody's hands here: a use that goes on, a session, a job that may yet come.
// What lies here is reported as held, so it lies no longer than it is needed.
import { RekeyError } from './error.ts'
import type { Held } from './held.ts'

export class Shelf {
  readonly #older = new Set<Held>()

  put(held: Held, nowMs: number): void {
    if (held.isInUse(nowMs)) this.#older.add(held)
  }

  /** The very same version was assigned again. */
  takeBack(version: number, value: string): Held | null {
    for (const one of this.#older) {
      if (one.version !== version || one.isEnded || one.reveal() !== value) continue
      this.#older.delete(one)
      return one
    }
    return null
  }

  /** For work that was begun with it, while it can still be finished. */
  find(version: number, nowMs: number): Held | null {
    for (const one of this.all(nowMs))
      if (one.version === version && !one.isEnded && nowMs < one.guardMs) return one
    return null
  }

  all(nowMs: number): Held[] {
    for (const one of this.#older) if (!one.isInUse(nowMs)) this.#older.delete(one)
    return [...this.#older]
  }

  /** What the target accepts no longer cannot be finished: whoever is at it is told. */
  endAllBut(accepted: readonly number[]): void {
    for (const one of this.#older) {
      const { version, assigned } = one
      if (accepted.includes(version) || one.isEnded) continue
      const text = `Version ${version} of ${assigned.credential} is no longer accepted.`
      one.abort(new RekeyError('version-ended', text, 'Do the work anew with the version to use now.'))
    }
  }
}
