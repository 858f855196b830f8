// The ledger of one rotation: every consumer's entry and standing, kept together so that one observation changes one
// place. It is a value: folding gives a new ledger and leaves the old one as it was.
import type { Owed } from '../plan/plan.ts'
import type { Journey } from '../rotation/state.ts'
import { type Entry, emptyEntry, foldKeeping, joined } from './entry.ts'
import { counted, countInto, type MinuteCounts } from './minutes.ts'
import type { Observation } from './observation.ts'
import { type Standing, standing, type View } from './standing.ts'

/** A user of the credential that no one registered. It blocks until a named person claims or dismisses it. */
export interface Ghost {
  id: string
  credential: string
  seenAs: string
  version: number | null
  firstMs: number
  lastMs: number
  count: number
  state: 'open' | 'claimed' | 'dismissed'
  by: string | null
}

export interface Ledger {
  readonly credential: string
  readonly arriving: number | null
  readonly leaving: number | null
  readonly freshMs: number
  readonly owed: readonly Owed[]
  readonly index: ReadonlyMap<string, number>
  readonly entries: readonly Entry[]
  readonly standings: readonly Standing[]
  readonly sinceMs: readonly (number | null)[]
  readonly ghosts: readonly Ghost[]
  readonly targetCovered: { fromMs: number; toMs: number } | null
  readonly targetLagMs: number
  /** What it was gathered for; null: not said. */
  readonly basis: Basis | null
  /** Uses and authentication errors of all consumers together, by minute. */
  readonly minutes: readonly MinuteCounts[]
  /** The earliest moment at which time alone may change a standing. */
  readonly recheckMs: number
  /** The latest moment at which one was computed. */
  readonly computedMs: number
}

/** The parts of a rotation that say who must prove what since when: the same objects, the same answer. */
export type Basis = Pick<Journey, 'assignments' | 'joined' | 'plan' | 'progress' | 'proofSinceMs'>

export interface LedgerFacts {
  basis?: Basis
  credential: string
  arriving: number | null
  leaving: number | null
  freshMs: number
  owed: readonly Owed[]
  sinceMs: (consumer: string) => number | null
  entries: readonly Entry[]
  ghosts: readonly Ghost[]
  targetCovered: { fromMs: number; toMs: number } | null
  /** How late the target is with what it says; 0 where it is not said. */
  targetLagMs?: number
}

export function ledger(facts: LedgerFacts, nowMs: number): Ledger {
  const known = new Map(facts.entries.map(entry => [entry.consumer, entry]))
  const entries = facts.owed.map(
    owed => known.get(owed.consumer) ?? emptyEntry(facts.credential, owed.consumer),
  )
  let minutes: readonly MinuteCounts[] = []
  for (const entry of entries) {
    for (const minute of entry.minutes) {
      minutes = countInto(minutes, minute.minuteMs, minute.uses, minute.authFailures)
    }
  }
  const sinceMs = facts.owed.map(owed => facts.sinceMs(owed.consumer))
  const bare = {
    credential: facts.credential,
    arriving: facts.arriving,
    leaving: facts.leaving,
    freshMs: facts.freshMs,
    owed: facts.owed,
    index: new Map(facts.owed.map((owed, at) => [owed.consumer, at])),
    entries,
    sinceMs,
    ghosts: facts.ghosts,
    targetCovered: facts.targetCovered,
    targetLagMs: facts.targetLagMs ?? 0,
    basis: facts.basis ?? null,
    minutes,
  }
  const standings = facts.owed.map((owed, at) => standing(entries[at]!, owed, viewOf(bare, at), nowMs))
  return { ...bare, standings, recheckMs: earliestRecheck(standings), computedMs: nowMs }
}

export function foldInto(known: Ledger, observation: Observation, nowMs: number): Ledger {
  if (observation.consumer === null) {
    if (observation.statement.says !== 'covered') return known
    const said = { fromMs: observation.statement.fromMs, toMs: observation.atMs }
    return restood({ ...known, targetCovered: joined(known.targetCovered, said) }, nowMs)
  }
  const at = known.index.get(observation.consumer)
  if (at === undefined) return known
  const entries = known.entries.slice()
  const living = [known.leaving, known.arriving].filter(version => version !== null)
  entries[at] = foldKeeping(living, known.entries[at]!, observation)
  const standings = known.standings.slice()
  standings[at] = standing(entries[at]!, known.owed[at]!, viewOf(known, at), nowMs)
  const { statement, atMs } = observation
  const isCounted = statement.says === 'used' || statement.says === 'counted'
  const minutes = isCounted ? counted(known.minutes, atMs, statement) : known.minutes
  return {
    ...known,
    entries,
    standings,
    minutes,
    recheckMs: Math.min(known.recheckMs, standings[at]!.recheckMs),
    computedMs: Math.max(known.computedMs, nowMs),
  }
}

/** The standings as of now: those that time alone may have changed are computed again. */
export function standingsAt(known: Ledger, nowMs: number): readonly Standing[] {
  if (nowMs < known.recheckMs && nowMs >= known.computedMs) return known.standings
  return known.standings.map((one, at) =>
    // A clock that went back makes everything that was computed later unusable.
    nowMs < one.recheckMs && nowMs >= one.computedMs
      ? one
      : standing(known.entries[at]!, known.owed[at]!, viewOf(known, at), nowMs),
  )
}

/** Uses and authentication errors in [fromMs, toMs); the minute in which it begins counts as a whole. */
export function errorsBetween(
  known: Ledger,
  fromMs: number,
  toMs: number,
): { uses: number; authFailures: number } {
  let uses = 0
  let authFailures = 0
  const firstMs = Math.floor(fromMs / 60_000) * 60_000
  for (const minute of known.minutes) {
    if (minute.minuteMs < firstMs || minute.minuteMs >= toMs) continue
    uses += minute.uses
    authFailures += minute.authFailures
  }
  return { uses, authFailures }
}

function restood(known: Ledger, nowMs: number): Ledger {
  const standings = known.owed.map((owed, at) => standing(known.entries[at]!, owed, viewOf(known, at), nowMs))
  return { ...known, standings, recheckMs: earliestRecheck(standings), computedMs: nowMs }
}

type Bare = Pick<Ledger, 'arriving' | 'leaving' | 'freshMs' | 'sinceMs' | 'targetCovered' | 'targetLagMs'>

function viewOf(known: Bare, at: number): View {
  return {
    arriving: known.arriving,
    leaving: known.leaving,
    freshMs: known.freshMs,
    sinceMs: known.sinceMs[at] ?? null,
    targetCovered: known.targetCovered,
    targetLagMs: known.targetLagMs,
  }
}

function earliestRecheck(standings: readonly Standing[]): number {
  let earliest = Number.POSITIVE_INFINITY
  for (const one of standings) if (one.recheckMs < earliest) earliest = one.recheckMs
  return earliest
}
