// What the store knows of a consumer's last week, read in the background, one consumer after the other: a fleet that shows itself all at once
// must not make the store read everything at once.
import { dayMs, type Habit, hourMs, prime } from '@rekey/core'
import type { Plane } from '../api/plane.ts'

export interface Primer {
  begin(credential: string, consumer: string, habit: Habit): void
  settled(): Promise<void>
}

const backMs = 7 * dayMs
const pauseMs = 20
const mostWaiting = 20_000

export function primer(plane: () => Plane, trouble: (error: unknown) => void): Primer {
  const begun = new WeakSet<Habit>()
  const waiting: { credential: string; consumer: string; habit: Habit }[] = []
  let working: Promise<void> | null = null
  const work = async () => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      try {
        const { store, nowMs } = plane().ground
        const toMs = nowMs()
        const { credential, consumer, habit } = one
        const buckets = await store.buckets({ credential, consumer, fromMs: toMs - backMs, toMs })
        const hours = new Map<number, number>()
        for (const { says, count, firstMs } of buckets) {
          if (says !== 'used') continue
          const hour = Math.floor(firstMs / hourMs)
          hours.set(hour, (hours.get(hour) ?? 0) + count)
        }
        prime(habit, hours)
      } catch (error) {
        begun.delete(one.habit)
        trouble(error)
      }
      await new Promise<void>(resolve => setTimeout(resolve, pauseMs))
    }
  }
  return {
    begin(credential, consumer, habit) {
      if (begun.has(habit) || waiting.length >= mostWaiting) return
      begun.add(habit)
      waiting.push({ credential, consumer, habit })
      working ??= work().finally(() => {
        working = null
      })
    },
    async settled() {
      await working
    },
  }
}
