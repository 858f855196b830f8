// Which values the target accepts, since when and until when: read off the target itself after everything that may have changed it.
import type { Target } from '../target/target.ts'

export interface Life {
  version: number
  value: string
  bornMs: number
  /** When the target refused it for good; null: it is accepted. */
  diedMs: number | null
  /** When it was deleted; null: it is there, if only disabled. */
  goneMs: number | null
}

export interface Lives {
  list: Life[]
  look(nowMs: number): void
  byValue(value: string): Life | undefined
}

export function livesOf(target: Target): Lives {
  const list: Life[] = []
  const known = new Map<string, Life>()
  return {
    list,
    byValue: value => known.get(value),
    look(nowMs) {
      for (const { value, state } of target.world.versions) {
        let life = known.get(value)
        if (life === undefined) {
          life = { version: list.length + 1, value, bornMs: nowMs, diedMs: null, goneMs: null }
          known.set(value, life)
          list.push(life)
        }
        // What was disabled and given back has not died.
        if (state === 'enabled') life.diedMs = null
        else life.diedMs ??= nowMs
        if (state === 'gone') life.goneMs ??= nowMs
      }
    },
  }
}
