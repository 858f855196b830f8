// The default policy of every kind of credential (3.2), as one table. A credential overrides what it must; see policy-check
// for what may be overridden with what.
import type { CredentialKind, Exposure, Sensitivity } from './kind.ts'
import type { Policy, PolicyFacts, PolicyOverrides, TriggerEvent } from './policy.ts'
import { dayMs, hourMs, minuteMs, secondMs } from './time.ts'

interface Row {
  everyMs: number
  /** Those that may change what they reach rotate more often; in a database only where the tables are sensitive. */
  writers?: { everyMs: number; onlySensitive: boolean }
  /** Issued for a short life: renewed on another rhythm, and without an alarm for days that it never has. */
  shortLived?: { upToMs: number; everyMs: number }
  alertBeforeMs?: number
  usesLimit?: number
  operationsLimit?: number
  advice?: string
}

const table: Record<CredentialKind, Row> = {
  'llm-key': { everyMs: 30 * dayMs },
  'oauth-refresh-token': { everyMs: 7 * dayMs, usesLimit: 1 },
  'oauth-client': { everyMs: 30 * dayMs },
  'cloud-key': {
    everyMs: 30 * dayMs,
    advice:
      'Static cloud keys are discouraged. Give the workload an identity of its own (workload identity federation) and delete this key.',
  },
  database: { everyMs: 30 * dayMs, writers: { everyMs: 7 * dayMs, onlySensitive: true } },
  certificate: {
    everyMs: 30 * dayMs,
    shortLived: { upToMs: 7 * dayMs, everyMs: dayMs },
    alertBeforeMs: 14 * dayMs,
  },
  'signing-key': { everyMs: dayMs },
  // NIST SP 800-38D: no more than 2^32 encryptions with random nonces under one AES-GCM key.
  'encryption-key': { everyMs: 90 * dayMs, operationsLimit: 2 ** 32 },
  'agent-token': { everyMs: 7 * dayMs },
  'vector-store': { everyMs: 30 * dayMs, writers: { everyMs: 14 * dayMs, onlySensitive: false } },
  'webhook-secret': { everyMs: 30 * dayMs },
  'http-api': { everyMs: 30 * dayMs },
  other: { everyMs: 30 * dayMs },
}

/** The cycle is multiplied by both: a sensitive credential on a public path rotates four times as often. */
export const sensitivityFactor: Record<Sensitivity, number> = { normal: 1, sensitive: 1 / 2, critical: 1 / 4 }
export const exposureFactor: Record<Exposure, number> = { internal: 1, partner: 3 / 4, public: 1 / 2 }

/** The factors alone never make a cycle shorter than this: a rotation must be over before the next one begins. */
export const shortestRaisedMs = 6 * hourMs

const approvals = { normal: 0, sensitive: 1, critical: 2 } as const
const quiet = { normal: 15 * minuteMs, sensitive: 30 * minuteMs, critical: hourMs } as const

// A deployment is no reason to rotate by default, and an anomaly is one only where the loss would be serious.
const usualEvents: readonly TriggerEvent[] = [
  'person-left',
  'provider-notice',
  'leak-found',
  'agent-decommissioned',
]

export function policyFor(facts: PolicyFacts, overrides: PolicyOverrides = {}): Policy {
  const row = table[facts.kind]
  const lifeMs = facts.lifeMs !== null && facts.lifeMs > 0 ? facts.lifeMs : null
  const alertBeforeMs = alert(row, lifeMs)
  const everyMs = overrides.everyMs ?? cycle(row, facts, lifeMs, alertBeforeMs)
  const leading = lead(Math.min(everyMs, lifeMs ?? everyMs))
  return {
    everyMs,
    usesLimit: row.usesLimit ?? null,
    bytesLimit: null,
    operationsLimit: row.operationsLimit ?? null,
    onEvents: facts.sensitivity === 'normal' ? usualEvents : [...usualEvents, 'anomaly'],
    ...leading,
    windows: [],
    alertBeforeMs,
    deferForSessionsMs: facts.sensitivity === 'critical' ? 0 : Math.round(leading.leadMs / 2),
    advice: row.advice ?? null,
    approvals: approvals[facts.sensitivity],
    maxAttempts: 5,
    backoffMs: 30 * secondMs,
    backoffCapMs: 15 * minuteMs,
    quietMs: Math.min(quiet[facts.sensitivity], Math.round(everyMs / 8)),
    errorWindowMs: 15 * minuteMs,
    onFailure: 'contain',
    inFlight: 'finish',
    withoutContactMs: null,
    ...overrides,
  }
}

function cycle(row: Row, facts: PolicyFacts, lifeMs: number | null, alertBeforeMs: number | null): number {
  const raised = raise(row, facts, lifeMs)
  if (lifeMs === null) return raised
  // Renewed before the alarm would ring: an alarm that rings in every good cycle is one that nobody hears.
  return Math.min(raised, lifeMs - (alertBeforeMs ?? 0))
}

function raise(row: Row, facts: PolicyFacts, lifeMs: number | null): number {
  let everyMs = row.everyMs
  let factor = sensitivityFactor[facts.sensitivity]
  if (isShortLived(row, lifeMs)) everyMs = row.shortLived!.everyMs
  else if (row.writers && facts.writes && !row.writers.onlySensitive) everyMs = row.writers.everyMs
  else if (row.writers && facts.writes && facts.sensitivity !== 'normal') {
    // This rhythm has counted `sensitive` already; only what goes beyond it is counted again.
    everyMs = row.writers.everyMs
    factor /= sensitivityFactor.sensitive
  }
  const raisedMs = Math.round(everyMs * factor * exposureFactor[facts.exposure])
  return Math.max(raisedMs, Math.min(everyMs, shortestRaisedMs))
}

function alert(row: Row, lifeMs: number | null): number | null {
  if (row.alertBeforeMs === undefined || isShortLived(row, lifeMs)) return null
  const tooShort = lifeMs !== null && lifeMs < 2 * row.alertBeforeMs
  return tooShort ? Math.round(lifeMs / 3) : row.alertBeforeMs
}

function isShortLived(row: Row, lifeMs: number | null): boolean {
  return row.shortLived !== undefined && lifeMs !== null && lifeMs <= row.shortLived.upToMs
}

/** Lead and jitter together keep the start between 48 and 24 h before the deadline, and within its last quarter. */
function lead(cycleMs: number): { leadMs: number; jitterMs: number } {
  const earliestMs = Math.min(48 * hourMs, cycleMs / 4)
  const latestMs = Math.min(24 * hourMs, (earliestMs * 2) / 3)
  return {
    leadMs: Math.floor((earliestMs + latestMs) / 2),
    jitterMs: Math.floor((earliestMs - latestMs) / 2),
  }
}
