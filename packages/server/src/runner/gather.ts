// Gather first: everything that a decision about one rotation needs, read once.
import {
  arrivingSide,
  type Consumer,
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
  type Version,
} from '@rekey/core'
import type { AssignmentRow, CredentialRow, LedgerRows, RotationRow } from '@rekey/store'
import type { Ground } from '../ground.ts'

export interface Gathered {
  row: RotationRow
  state: Rotation
  credential: CredentialRow
  consumers: Consumer[]
  versions: Version[]
  assignments: AssignmentRow[]
  ledger: Ledger | null
  /** Uses and authentication errors before the rotation began: what later ones are compared with. */
  baseline: ErrorCounts
  fenced: boolean
}

export async function gather(ground: Ground, rotation: string): Promise<Gathered | null> {
  const { store } = ground
  const row = await store.rotation(rotation)
  if (row === null) return null
  const [credential, consumers, versions, assignments, fence] = await Promise.all([
    store.credential(row.credential),
    store.consumers(row.credential),
    store.versions(row.credential),
    store.assignments(row.credential),
    store.meta('fenced'),
  ])
  if (credential === null) throw new Error(`rotation ${rotation} belongs to a credential that is not there`)
  const { state } = row
  const nowMs = ground.nowMs()
  const facts = state.phase === 'ended' ? null : await store.ledger(state.credential)
  return {
    row,
    state,
    credential,
    consumers,
    versions,
    assignments,
    ledger: facts !== null && isUnderway(state) ? ledgerOf(state, facts, nowMs) : null,
    baseline: facts === null ? { uses: 0, authFailures: 0 } : errorsBefore(state, facts, nowMs),
    fenced: fence !== null,
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
