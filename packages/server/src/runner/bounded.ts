// Bounded: calls to a target that take no longer than they may, made by nobody who may have lost his lease. A provider gets
// a signal and may ignore it; whoever waits for it goes on all the same.
import { ProviderError } from '@rekey/providers'
import type { Ground } from '../ground.ts'

export interface Bounds {
  /** For the provider: aborted when the time is over. */
  signal: AbortSignal
  /** Asked right before each call: throws when the time is over, or when the lease might run out while it is under way. */
  enter: () => void
}

/** Nothing was called: this control plane may not be the one to act any more. No fault of the target's, and no news of it. */
export class TooLate extends Error {}

/** Calls that share one limit. Without a lease, `leaseUntilMs` is infinite. */
export async function bounded<T>(
  ground: Ground,
  leaseUntilMs: number,
  calls: (bounds: Bounds) => Promise<T>,
): Promise<T> {
  const signal = ground.within(ground.limits.callMs)
  const enter = () => {
    if (signal.aborted) throw new ProviderError('timeout', 'the time for the call was over before it began')
    if (ground.nowMs() + ground.limits.callMs > leaseUntilMs) throw new TooLate()
  }
  return Promise.race([calls({ signal, enter }), expiry(signal)])
}

function expiry(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(new ProviderError('timeout', 'the target did not answer in time'))
    signal.addEventListener('abort', end, { once: true })
  })
}
