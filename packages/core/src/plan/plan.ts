// A plan: how one rotation will go, fixed before anything is minted. The machine follows it and nothing else.
import type { Abilities } from '../abilities.ts'

import type { Owner } from '../credential.ts'
import type { Step } from '../rotation/course.ts'

/** Four cutover models, one mechanism: each is a schedule of assignments. */
export const models = ['atomic', 'dual', 'alias', 'waves'] as const
export type Model = (typeof models)[number]

export interface Wave {
  name: string
  consumers: string[]
  /** How long the wave must have stood without harm before the next one moves. */
  settleMs: number
  why: string
}

/** What one consumer must show before the version it leaves may be retired. */
export interface Owed {
  consumer: string
  name: string
  direct: boolean
  ownerId: string | null
  /** One fresh success with the arriving version in each; a consumer without lanes owes the lane `any`. */
  lanes: string[]
  /** It is rare: it must have been run on purpose. */
  exercise: boolean
  /** Instances live long: each must have been refreshed (restarted, signalled, re-initialised). */
  refresh: boolean
  /** A live instance must be seen, unless it is declared idle. */
  alive: boolean
  fallback: 'none' | 'confirm-or-disable'
  observable: boolean
  /** Its own reports tell of every run, so that silence means that it did not run. */
  reportsRuns: boolean
  /** Silence on the leaving version must last this long: agreed quiet time, then cadence and horizon. */
  quietMs: number
  /** How long after its move it may act on both versions, by what it caches and by the sessions that it keeps. */
  turnsInMs: number
  /** An instance heard less often than this counts as silent. */
  silentAfterMs: number
  idle: boolean
}

export interface Windows {
  /** How long both versions may be valid; null where they never are. */
  overlapMs: number | null
  /** Measured from the minting: after it the window is overdue and its owner is told. */
  deadlineMs: number
  observeMs: number
  /** After disabling: one full cycle of the slowest consumer. */
  watchMs: number
  /** Evidence older than this is not fresh. */
  freshMs: number
  errorWindowMs: number
}

export interface Reason {
  /** Stable, for tests and translation. */
  code: string
  text: string
}

/** Something a plan still needs; with one of these it cannot start. */
export interface Gap {
  code: string
  text: string
  /** What to do about it. */
  how: string
  /** May a named person go on all the same, with a reason? */
  overridable: boolean
}

export type RollbackMethod =
  | { how: 'reassign' }
  | { how: 'move-alias' }
  /** No overlap: there is no old version to go back to; a new one is issued at once. */
  | { how: 'reissue' }

export interface PlanOverride {
  code: string
  by: string
  reason: string
}

export interface Plan {
  model: Model
  order: 'prove-first' | 'revoke-first'
  course: readonly Step[]
  reasons: readonly Reason[]
  gaps: readonly Gap[]
  overrides: readonly PlanOverride[]
  waves: readonly Wave[]
  owed: readonly Owed[]
  lanes: readonly string[]
  windows: Windows
  inFlight: 'finish' | 'fail' | 'requeue'
  rollback: RollbackMethod | null
  owner: Owner | null
  decision: { owner: Owner | null; approvals: 0 | 1 | 2 }
  retries: { maxAttempts: number; backoffMs: number; backoffCapMs: number }
  onFailure: 'contain' | 'roll-back'
  abilities: Abilities
}
