// A containment as whoever is in charge has to see it (8.2): who acts on what, what can still be trusted and why, what has to be shown
// before it goes on, and whom to restrict or freeze because nobody can tell.
import type { Consumer } from '../consumer.ts'
import { factsOf } from '../ledger/entry.ts'
import { type Ledger, standingsAt } from '../ledger/ledger.ts'
import type { Truth } from '../ledger/standing.ts'
import type { Side } from './course.ts'
import { unproved } from './decide-care.ts'
import { canGoBack, held, isRevoked, type Underway } from './state.ts'

/** trusted: one clean success since; unproved: it acts, and nobody has seen that it is well; set-aside: restricted, idle or vouched for. */
export type Trust = 'trusted' | 'unproved' | 'set-aside'

export interface ContainedConsumer {
  consumer: string
  name: string
  truth: Truth
  side: Side | null
  version: number | null
  trust: Trust
  lastCleanMs: number | null
  isFrozen: boolean
  /** What to do about it; null: nothing. */
  advice: 'show-success' | 'restrict' | 'freeze' | null
}

export interface Containment {
  consumers: ContainedConsumer[]
  mayResume: boolean
  mayGoBack: boolean
}

export function containment(
  state: Underway,
  ledger: Ledger,
  consumers: readonly Consumer[],
  nowMs: number,
): Containment {
  const standings = standingsAt(ledger, nowMs)
  const lacking = new Set(unproved(state, ledger, nowMs).map(one => one.consumer))
  const registered = new Map(consumers.map(one => [one.id, one]))
  const found = ledger.owed.map((owed, at): ContainedConsumer => {
    const side = state.assignments[owed.consumer]?.side ?? null
    const version = side === null ? null : (held(state, side)?.version ?? null)
    const { truth } = standings[at]!
    const isUnproved = lacking.has(owed.consumer)
    const lastCleanMs = factsOf(ledger.entries[at]!, version)?.lastSuccessMs ?? null
    const isClean = lastCleanMs !== null && lastCleanMs >= (state.proofSinceMs ?? 0)
    const trust: Trust = isUnproved ? 'unproved' : isClean ? 'trusted' : 'set-aside'
    return {
      consumer: owed.consumer,
      name: owed.name,
      truth,
      side,
      version,
      trust,
      lastCleanMs,
      isFrozen: state.frozen?.includes(owed.consumer) ?? false,
      advice: trust === 'unproved' ? adviceFor(truth, registered.get(owed.consumer)) : null,
    }
  })
  return {
    consumers: found,
    mayResume: lacking.size === 0,
    mayGoBack: canGoBack(state) && !isRevoked(state, 'old') && state.progress.ending === 'completed',
  }
}

/** Who can be seen is asked for one success. Who cannot be verified and matters is stopped; who does not, is left out. */
function adviceFor(truth: Truth, consumer: Consumer | undefined): ContainedConsumer['advice'] {
  const canBeSeen = consumer !== undefined && consumer.observability !== 'none'
  if (canBeSeen && truth !== 'unknown') return 'show-success'
  const matters = consumer === undefined || consumer.critical || consumer.effects.length > 0
  return matters ? 'freeze' : 'restrict'
}
