// For tests, the walk and the bench only. Builders for plans, ledgers and rotations; each gives the plainest thing that
// is complete, so that a test states only the fact it is about. Walking a rotation is in fixture-walk.
import type { Abilities } from '../abilities.ts'
import type { Actor } from '../actor.ts'
import { fixtureNowMs, someAbilities } from '../fixtures.ts'
import { type Entry, emptyEntry, fold } from '../ledger/entry.ts'
import { type Ledger, type LedgerFacts, ledger } from '../ledger/ledger.ts'
import type { Observation, Statement } from '../ledger/observation.ts'
import type { Model, Owed, Plan } from '../plan/plan.ts'
import { hourMs, minuteMs, secondMs } from '../time.ts'
import { forward, issue, otherSide, revokeFirst } from './course.ts'
import type { RotationEvent } from './event.ts'
import { arrivingSide, evidenceSinceMs, type Held, held, owedOf, type Underway } from './state.ts'

export const aPerson: Actor = { kind: 'person', id: 'p-1' }
export const theClock: Actor = { kind: 'system', id: 'clock' }

/** Runs all the time, is owned, seen and direct; owes one success and 15 quiet minutes. */
export function anOwed(overrides: Partial<Owed> = {}): Owed {
  const consumer = overrides.consumer ?? 'web'
  return {
    consumer,
    name: consumer,
    direct: true,
    ownerId: 'team-apps',
    lanes: ['any'],
    exercise: false,
    refresh: false,
    alive: true,
    fallback: 'none',
    observable: true,
    reportsRuns: false,
    quietMs: 15 * minuteMs,
    turnsInMs: 0,
    silentAfterMs: 10 * minuteMs,
    idle: false,
    ...overrides,
  }
}

export interface PlanWishes {
  model?: Model
  order?: Plan['order']
  first?: boolean
  owed?: Owed[]
  /** The consumers of each wave; without it all move together. */
  waves?: string[][]
  abilities?: Partial<Abilities>
  approvals?: 0 | 1 | 2
  with?: Partial<Plan>
}

export function aPlan(wishes: PlanWishes = {}): Plan {
  const owed = wishes.owed ?? [anOwed(), anOwed({ consumer: 'jobs' })]
  const abilities = someAbilities(wishes.abilities)
  const waves = wishes.waves ?? [owed.map(one => one.consumer)]
  const order = wishes.order ?? 'prove-first'
  const made = order === 'revoke-first' ? revokeFirst : wishes.first === true ? issue : forward
  return {
    model: wishes.model ?? 'dual',
    order,
    course: made(abilities, waves.length),
    reasons: [],
    gaps: [],
    overrides: [],
    waves: waves.map((consumers, at) => ({
      name: `wave ${at}`,
      consumers,
      settleMs: 5 * minuteMs,
      why: 'test',
    })),
    owed,
    lanes: [],
    windows: {
      overlapMs: hourMs,
      deadlineMs: 4 * hourMs,
      observeMs: 20 * minuteMs,
      watchMs: hourMs,
      freshMs: hourMs,
      errorWindowMs: 15 * minuteMs,
    },
    inFlight: 'finish',
    rollback: { how: 'reassign' },
    owner: { id: 'team-platform', name: 'Platform team' },
    decision: { owner: { id: 'team-platform', name: 'Platform team' }, approvals: wishes.approvals ?? 0 },
    retries: { maxAttempts: 3, backoffMs: 10 * secondMs, backoffCapMs: 2 * minuteMs },
    onFailure: 'contain',
    abilities,
    ...wishes.with,
  }
}

export const theOld: Held = {
  version: 7,
  handle: 'handle-7',
  fingerprint: 'fp-7',
  life: 'active',
  operation: 'key-7',
}

export function opening(plan: Plan, old: Held | null = theOld): RotationEvent {
  return {
    type: 'rotationOpened',
    rotation: 'r-1',
    credential: 'cred-doc',
    plan,
    trigger: { why: 'time' },
    old,
    lastVersion: old?.version ?? 0,
    startAtMs: fixtureNowMs,
    atMs: fixtureNowMs - minuteMs,
    by: aPerson,
  }
}

export function seen(statement: Statement, overrides: Partial<Observation> = {}): Observation {
  return {
    credential: 'cred-doc',
    consumer: 'web',
    seenAs: null,
    instance: null,
    version: 8,
    statement,
    atMs: fixtureNowMs,
    source: 'sdk-1',
    ...overrides,
  }
}

export const worked = (overrides: Partial<Observation> = {}, lane: string | null = null) =>
  seen({ says: 'used', outcome: 'success', lane, path: 'usual' }, overrides)

/** The entry of a consumer that has done all it owes, as of now, on the version it is assigned. */
export function provedEntry(state: Underway, owed: Owed, nowMs: number): Entry {
  const sinceMs = evidenceSinceMs(state, owed.consumer)
  const side = state.assignments[owed.consumer]?.side ?? arrivingSide(state)
  const version = held(state, side)?.version ?? null
  const base = { consumer: owed.consumer, version, atMs: nowMs }
  let entry = emptyEntry(state.credential, owed.consumer)
  for (const lane of owed.lanes) entry = fold(entry, worked(base, lane === 'any' ? null : lane))
  if (owed.alive) {
    entry = fold(entry, seen({ says: 'present' }, { ...base, instance: `${owed.consumer}-1` }))
  }
  if (owed.fallback !== 'none') entry = fold(entry, seen({ says: 'fallback', state: 'confirmed' }, base))
  return fold(entry, seen({ says: 'covered', fromMs: sinceMs ?? state.startedMs }, base))
}

export function ledgerFacts(state: Underway, overrides: Partial<LedgerFacts> = {}): LedgerFacts {
  const side = arrivingSide(state)
  return {
    credential: state.credential,
    arriving: held(state, side)?.version ?? null,
    leaving: held(state, otherSide(side))?.version ?? null,
    freshMs: state.plan.windows.freshMs,
    owed: owedOf(state),
    sinceMs: consumer => evidenceSinceMs(state, consumer),
    entries: [],
    ghosts: [],
    targetCovered: null,
    ...overrides,
  }
}

export function provedLedger(state: Underway, nowMs: number): Ledger {
  const entries = owedOf(state).map(owed => provedEntry(state, owed, nowMs))
  return ledger(ledgerFacts(state, { entries, basis: state }), nowMs)
}
