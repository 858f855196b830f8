// Gather first: everything that a decision about one rotation needs, read once.
import {
  arrivingSide,
  type ErrorCounts,
  evidenceSinceMs,
  held,
  isUnderway,
  type Ledger,
  ledger,
  otherSide,
  owedOf,
  type Rotation,
  type Underway,
} from '@rekey/core'
import type { LedgerRows, RotationFacts } from '@rekey/store'
import type { Ground } from '../ground.ts'

export interface Gathered extends Omit<RotationFacts, 'ledger'> {
  /** When it was read. */
  atMs: number
  state: Rotation
  ledger: Ledger | null
  /** Uses and authentication errors before the rotation began: what later ones are compared with. */
  baseline: ErrorCounts
}

export async function gather(ground: Ground, rotation: string): Promise<Gathered | null> {
  const { store } = ground
  const atMs = ground.nowMs()
  const facts = await store.rotationFacts(rotation)
  if (facts === null) return null
  const { state } = facts.row
  const nowMs = ground.nowMs()
  return {
    ...facts,
    atMs,
    state,
    ledger: isUnderway(state) ? ledgerOf(state, facts.ledger, nowMs) : null,
    baseline: errorsBefore(state, facts.ledger, nowMs),
  }
}

export function ledgerOf(state: Underway, rows: LedgerRows, nowMs: number): Ledger {
  const arriving = arrivingSide(state)
  return ledger(
    {
      credential: state.credential,
      arriving: held(state, arriving)?.version ?? null,
      leaving: held(state, otherSide(arriving))?.version ?? null,
      freshMs: state.plan.windows.freshMs,
      owed: owedOf(state),
      basis: state,
      sinceMs: consumer => evidenceSinceMs(state, consumer),
      entries: rows.entries,
      ghosts: rows.ghosts,
      targetCovered: rows.targetCovered,
      targetLagMs: state.plan.abilities.usageLagMs,
    },
    nowMs,
  )
}

function errorsBefore(state: Rotation, rows: LedgerRows, nowMs: number): ErrorCounts {
  const fromMs = nowMs - state.plan.windows.errorWindowMs
  const counts: ErrorCounts = { uses: 0, authFailures: 0 }
  for (const { minutes } of rows.entries) {
    for (const minute of minutes) {
      if (minute.minuteMs < fromMs || minute.minuteMs > nowMs) continue
      counts.uses += minute.uses
      counts.authFailures += minute.authFailures
    }
  }
  return counts
}

/** Those that a kill order names. */
export const compromisedOf = ({ versions }: Pick<Gathered, 'versions'>): number[] =>
  versions.filter(one => one.compromised).map(one => one.number)
