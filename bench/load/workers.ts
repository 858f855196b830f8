// The workers' process, seen from the control plane: told what each is assigned, and heard.
import { fork } from 'node:child_process'
import { join } from 'node:path'
import type { Workplace } from './pools.ts'
import type { Assigned, Order, Report } from './workers-child.ts'

export const consumers = { api: 20, queue: 20, retry: 10 }

export interface Counted {
  operations: number
  failed: number
  why: string | null
  /** Work done on the old version after it was disabled. */
  deadUses: number
}

export interface Workers {
  counted: Counted
  tell(assigned: Assigned): void
  /** What was reported since it was asked last. */
  heard(): Report[]
  /** From now on whatever is done on version 1 is done with a dead value. */
  oldIsDead(): void
  end(): Promise<void>
}

export function workersAt(place: Workplace): Workers {
  const child = fork(join(import.meta.dirname, 'workers-child.ts'), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const counted: Counted = { operations: 0, failed: 0, why: null, deadUses: 0 }
  const ended = new Promise(resolve => child.once('close', resolve))
  const send = (order: Order) => child.connected && child.send(order)
  let heard: Report[] = []
  let isDead = false
  child.on('message', (reports: Report[]) => {
    for (const one of reports) {
      for (const count of Object.values(one.done)) counted.operations += count
      counted.failed += one.failed
      counted.why ??= one.why
      if (isDead) counted.deadUses += one.done[1] ?? 0
    }
    heard = reports
  })
  send({ begin: { consumers, place } })
  return {
    counted,
    tell: assigned => void send({ assigned }),
    heard: () => heard.splice(0),
    oldIsDead() {
      isDead = true
    },
    async end() {
      send({ end: true })
      await ended
    },
  }
}
