// Removes what has expired: sessions, join tokens, nonces, kept answers. Each control plane does a little, and none has to.
import { minuteMs } from '@rekey/core'
import type { Plane } from '../api/plane.ts'

const atOnce = 5_000

export function startClearing({ ground }: Plane): { stop(): Promise<void> } {
  let last: Promise<unknown> = Promise.resolve()
  const timer = setInterval(() => {
    last = ground.store
      .clearExpired(ground.nowMs(), atOnce)
      .catch(error => ground.journal.trouble?.('clearing', error))
  }, minuteMs)
  timer.unref()
  return {
    async stop() {
      clearInterval(timer)
      await last
    },
  }
}
