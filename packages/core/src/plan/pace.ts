// How fast a consumer takes up a new value and shows that it works with it: what models, waves and windows are made from.
import type { Consumer } from '../consumer.ts'
import { reachMs, runsInBursts } from '../consumer.ts'
import { hourMs, minuteMs } from '../time.ts'

export const quickMs = 15 * minuteMs
export const longSessionMs = hourMs

/** quick: within minutes, by itself. slow: by itself, later. by-hand: only when somebody restarts, reloads or launches it. */
export type Speed = 'quick' | 'slow' | 'by-hand'

export function speedOf(consumer: Consumer): Speed {
  // Between two launches there is no instance that could hold an old value.
  if (consumer.reload.how === 'each-launch') return runsInBursts(consumer) ? 'quick' : 'by-hand'
  const reach = reachMs(consumer)
  if (!Number.isFinite(reach)) return 'by-hand'
  return reach <= quickMs ? 'quick' : 'slow'
}

/** From a changed assignment to its first success with the new value; Infinity: it needs somebody. */
export function showMs(consumer: Consumer): number {
  if (consumer.cadence.how === 'on-demand') return Number.POSITIVE_INFINITY
  const reach = reachMs(consumer)
  // A launch is both the reading of the value and the run that shows it.
  if (consumer.cadence.how === 'continuous' || consumer.reload.how === 'each-launch') return reach
  return reach + consumer.cadence.everyMs
}

/** Its rhythm, as far as it is to be waited for: what a named person declared idle will not come. */
export const cadenceMs = (consumer: Consumer) =>
  consumer.cadence.how === 'every' && !consumer.idle ? finite(consumer.cadence.everyMs) : 0

/** A figure that cannot be true is reported as a gap; it must not make a window endless. */
export const finite = (ms: number) => (Number.isFinite(ms) && ms > 0 ? ms : 0)

/** The longest time for which it may serve a value that it has read before. */
export const cacheTtlMs = (consumer: Consumer) =>
  Math.max(consumer.cacheMs, consumer.reload.how === 'ttl' ? consumer.reload.ttlMs : 0)

export const isDirect = (consumer: Consumer) => consumer.access.how === 'direct'

export const hasLongSession = (consumer: Consumer) => consumer.sessionMs > longSessionMs

/** Being cut off in the middle loses work, or brings the dead value back. */
export function hurtWhenCut(consumer: Consumer): boolean {
  const losesSession = consumer.sessionMs > quickMs && !consumer.checkpoints
  return losesSession || (consumer.retriesReuseContext && consumer.horizonMs > 0)
}
