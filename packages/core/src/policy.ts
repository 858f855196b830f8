// Policy: how often, by what triggers, and who decides. Defaults by kind are in policy-defaults; a credential overrides.
import type { CredentialKind, Exposure, Sensitivity } from './kind.ts'

/** Why a rotation begins (3.3). */
export type Trigger =
  | { why: 'time' }
  | { why: 'usage-count'; limit: number; seen: number }
  | { why: 'bytes'; limit: number; seen: number }
  | { why: 'operations'; limit: number; seen: number }
  | { why: 'event'; event: TriggerEvent; reference: string | null }
  | { why: 'person'; by: string; reason: string }
  | { why: 'incident'; by: string; reason: string; reference: string | null }

export const triggerEvents = [
  'person-left',
  'deployment',
  'provider-notice',
  'anomaly',
  'leak-found',
  'agent-decommissioned',
] as const
export type TriggerEvent = (typeof triggerEvents)[number]

/** A span of the week in which automatic rotations may begin, in UTC. */
export interface MaintenanceWindow {
  /** 0 is Sunday. */
  weekday: number
  startMinute: number
  lengthMs: number
}

export interface Policy {
  everyMs: number
  /** Rotate after this many uses, bytes or operations under one version; null: no limit. */
  usesLimit: number | null
  bytesLimit: number | null
  operationsLimit: number | null
  onEvents: readonly TriggerEvent[]
  /** How long before the deadline an automatic rotation begins; between 24 and 48 h unless the cycle is shorter. */
  leadMs: number
  jitterMs: number
  windows: readonly MaintenanceWindow[]
  /** Alarm when less than this of the version's life is left (certificates: 14 days). */
  alertBeforeMs: number | null
  /** May a start be moved because consumers are in long sessions, and how far at the most? */
  deferForSessionsMs: number
  /** Static credentials of this kind are discouraged; what to use instead. */
  advice: string | null
  /** 0: policy itself decides once every gate is open; 1: the owner; 2: a second person as well. */
  approvals: 0 | 1 | 2
  maxAttempts: number
  backoffMs: number
  backoffCapMs: number
  /** No use of the old version for this long, counted after every cadence and horizon. */
  quietMs: number
  /** Authentication errors are compared over this long before and after a step. */
  errorWindowMs: number
  /** On a hard failure in a wave: stop and ask, or stop, and go back. */
  onFailure: 'contain' | 'roll-back'
  inFlight: 'finish' | 'fail' | 'requeue'
  /** How long a holder may use a version without a word from the control plane; null: it keeps serving. */
  withoutContactMs: number | null
}

export type PolicyOverrides = Partial<Policy>

/** What the default depends on. */
export interface PolicyFacts {
  kind: CredentialKind
  sensitivity: Sensitivity
  exposure: Exposure
  writes: boolean
  lifeMs: number | null
}
