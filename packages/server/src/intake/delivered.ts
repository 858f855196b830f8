// What was handed out, written down: that a version was delivered to a consumer is the first layer of evidence. Deliveries are
// gathered for a second, so that a fleet that starts all at once makes one batch and not ten thousand.
import type { Observation } from '@rekey/core'
import type { Binding } from '@rekey/wire'
import type { Ground } from '../ground.ts'
import { takeIn } from './intake.ts'

/** Not changed once it is made: the same object says the same each time. */
export interface Given extends Binding {
  readonly version: number
}

export interface Delivered {
  note(given: Given): void
  stop(): Promise<void>
}

const gatherMs = 1_000

export function deliveredOf(ground: Ground): Delivered {
  const waiting = new Map<string, Observation>()
  /** Those of this second. A fleet is given the same again and again, and to look it up by a text costs more than to hand it out. */
  let lately = new WeakSet<Given>()
  const source = `plane/${ground.holder}`
  let last: Promise<unknown> = Promise.resolve()
  let timer: NodeJS.Timeout | null = null
  let stopped = false
  const flush = () => {
    timer = null
    const given = [...waiting]
    const observations = given.map(([, one]) => one)
    waiting.clear()
    lately = new WeakSet()
    if (observations.length === 0) return
    const speaker = {
      id: source,
      kind: 'runner',
      speaksFor: 'all',
      lagMs: 0,
      complete: false,
      revoked: false,
    } as const
    last = last
      .then(() => takeIn(ground, speaker, ground.id(), observations))
      .catch(error => {
        ground.journal.trouble?.('delivered', error)
        // Whoever has the value does not ask for it again soon: it is written down when the store is back.
        for (const [key, one] of given) if (!waiting.has(key)) waiting.set(key, one)
        if (!stopped) timer ??= setTimeout(flush, gatherMs)
      })
  }
  return {
    note(given) {
      if (lately.has(given)) return
      lately.add(given)
      const { credential, consumer, version } = given
      const key = `${version} ${consumer} ${credential}`
      if (waiting.has(key)) return
      const statement = { says: 'delivered' } as const
      const atMs = ground.nowMs()
      const one = { credential, consumer, seenAs: null, instance: null, version, statement, atMs, source }
      waiting.set(key, one)
      timer ??= setTimeout(flush, gatherMs)
    },
    async stop() {
      stopped = true
      if (timer !== null) clearTimeout(timer)
      flush()
      await last
    },
  }
}
