// What each consumer must show before the version it leaves may be retired (2.3, 6.4). Fixed here, before anything is
// minted: a gate never invents a demand, and never forgets one.
import type { Abilities } from '../abilities.ts'
import type { Consumer } from '../consumer.ts'
import { cycleMs, isRare, runsInBursts } from '../consumer.ts'
import type { Policy } from '../policy.ts'
import { dayMs, minuteMs } from '../time.ts'
import { byId } from './naming.ts'
import { cacheTtlMs, cadenceMs, finite, isDirect } from './pace.ts'
import type { Owed } from './plan.ts'

/** Who reports from inside each run; a target or a log line only tells of what it happened to see. */
const reporting = new Set<Consumer['observability']>(['sdk', 'wrapped'])

export function owedBy(consumers: readonly Consumer[], abilities: Abilities, policy: Policy): Owed[] {
  const direct = consumers.filter(isDirect).length
  return [...consumers].sort(byId).map(consumer => ({
    consumer: consumer.id,
    name: consumer.name,
    direct: isDirect(consumer),
    ownerId: consumer.owner?.id ?? null,
    lanes: consumer.lanes.length > 0 ? [...new Set(consumer.lanes)] : ['any'],
    exercise: isRare(consumer),
    refresh: livesLong(consumer),
    alive: consumer.cadence.how === 'continuous',
    fallback: consumer.fallback.how === 'none' ? 'none' : 'confirm-or-disable',
    observable: canBeSeen(consumer, abilities, direct),
    reportsRuns: runsInBursts(consumer) && reporting.has(consumer.observability),
    quietMs: policy.quietMs + Math.max(cadenceMs(consumer), finite(consumer.horizonMs)),
    turnsInMs: cacheTtlMs(consumer) + finite(consumer.sessionMs),
    silentAfterMs: silentAfterMs(consumer),
    idle: consumer.idle !== null,
  }))
}

/**
 * "Seen by the provider" is worth what the provider can tell. Where it knows only when a version was last used, that speaks
 * for one direct consumer and for no more; and of a derived token it says nothing.
 */
export function canBeSeen(consumer: Consumer, abilities: Abilities, directConsumers: number): boolean {
  if (consumer.observability === 'none') return false
  if (consumer.observability !== 'provider') return true
  if (abilities.usage === 'perCaller') return true
  return abilities.usage === 'lastUsed' && isDirect(consumer) && directConsumers === 1
}

function livesLong(consumer: Consumer): boolean {
  if (consumer.cadence.how !== 'continuous') return false
  switch (consumer.reload.how) {
    case 'every-use':
      // It reads the new value, and its pool goes on with connections that the old one opened.
      return consumer.sessionMs > 0
    case 'ttl':
      return consumer.sessionMs > 0 || cacheTtlMs(consumer) > 0
    case 'signal':
    case 'restart':
    case 'each-launch':
    case 'by-hand':
    case 'unknown':
      return true
  }
}

function silentAfterMs(consumer: Consumer): number {
  switch (consumer.cadence.how) {
    case 'continuous':
      return Math.max(10 * minuteMs, 2 * cacheTtlMs(consumer))
    case 'every':
      return Math.max(10 * minuteMs, 2 * finite(consumer.cadence.everyMs))
    case 'on-demand':
      return Math.max(dayMs, cycleMs(consumer))
  }
}
