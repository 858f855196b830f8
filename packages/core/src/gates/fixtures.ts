// For tests, the walk and the bench only. A rotation at its observation, and the gates asked about it.
import { emptyEntry, fold } from '../ledger/entry.ts'
import { type Ghost, type LedgerFacts, ledger } from '../ledger/ledger.ts'
import type { Observation, Outcome } from '../ledger/observation.ts'
import type { Owed } from '../plan/plan.ts'
import { standingAt } from '../rotation/fixture-states.ts'
import { underway, type Walk } from '../rotation/fixture-walk.ts'
import { anOwed, ledgerFacts, type PlanWishes, provedEntry, seen } from '../rotation/fixtures.ts'
import { evidenceSinceMs, type Journey, owedOf, type Underway } from '../rotation/state.ts'
import { minuteMs } from '../time.ts'
import { type GateResult, gates, type Stage } from './gates.ts'

/** Everyone has moved and proved itself, and an hour has passed. */
export function observing(owed: Partial<Owed> = {}, wishes: PlanWishes = {}): Walk {
  const list = [anOwed(owed), anOwed({ consumer: 'jobs' })]
  const walk = standingAt('running observe', { owed: list, ...wishes })
  walk.nowMs += 60 * minuteMs
  return walk
}

export interface Besides {
  /** What `web` said as well, in minutes before now. */
  more?: (state: Underway, nowMs: number) => Observation[]
  /** What `web` said instead. */
  only?: (state: Underway, nowMs: number) => Observation[]
  facts?: Partial<LedgerFacts>
  state?: Partial<Journey>
  stage?: Stage
  wave?: number
}

export function asked(walk: Walk, besides: Besides = {}): GateResult[] {
  const { nowMs } = walk
  const state = { ...underway(walk), ...besides.state } as Underway
  const entries = owedOf(state).map(owed => {
    if (owed.consumer !== 'web') return provedEntry(state, owed, nowMs)
    const start = besides.only ? emptyEntry('cred-doc', 'web') : provedEntry(state, owed, nowMs)
    return [...(besides.only?.(state, nowMs) ?? []), ...(besides.more?.(state, nowMs) ?? [])].reduce(
      fold,
      start,
    )
  })
  const known = ledger(ledgerFacts(state, { entries, ...besides.facts }), nowMs)
  return gates(state, known, besides.stage ?? 'retire', nowMs, besides.wave)
}

export const shut = (walk: Walk, besides: Besides = {}) =>
  asked(walk, besides).flatMap(one =>
    one.open ? [] : one.missing.map(({ gate, what }) => `${gate}: ${what}`),
  )
export const did = (outcome: Outcome, atMs: number, more: Partial<Observation> = {}) =>
  seen({ says: 'used', outcome, lane: null, path: 'usual' }, { atMs, ...more })
export const covered = (state: Underway, nowMs: number) =>
  seen({ says: 'covered', fromMs: evidenceSinceMs(state, 'web')! }, { atMs: nowMs })
export const ghost = (state: Ghost['state']): Ghost => ({
  id: 'g-1',
  credential: 'cred-doc',
  seenAs: '10.0.0.9',
  version: 7,
  firstMs: 0,
  lastMs: 1,
  count: 1,
  state,
  by: null,
})
