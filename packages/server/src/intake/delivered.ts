// What was handed out, written down: that a version was delivered to a consumer is the first layer of evidence. Deliveries are
// gathered for a second, so that a fleet that starts all at once makes one batch and not ten thousand.
import type { Observation } from '@rekey/core'
import type { Binding } from '@rekey/wire'
import type { Ground } from '../ground.ts'
import { takeIn } from './intake.ts'

export interface Delivered {
  note(to: Binding, version: number): void
  stop(): Promise<void>
}

const gatherMs = 1_000

export function deliveredOf(ground: Ground): Delivered {
  const waiting = new Map<string, Observation>()
  const source = `plane/${ground.holder}`
  let last: Promise<unknown> = Promise.resolve()
  let timer: NodeJS.Timeout | null = null
  let stopped = false
  const flush = () => {
    timer = null
    const given = [...waiting]
    const observations = given.map(([, one]) => one)
    waiting.clear()
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
    note({ credential, consumer }, version) {
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
