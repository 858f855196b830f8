// Rotations under way: each as one line of a list, and what it needs a person for. Made anew when it, or what is known about it,
// has changed, and once a second because time passes.
import {
  deadlineMs,
  isUnderway,
  type Ledger,
  owedOf,
  type Rotation,
  standingsAt,
  type Underway,
  unproved,
} from '@rekey/core'
import type { Flight } from '@rekey/wire'
import { type GatesAt, gatesAt } from '../api/gates-view.ts'
import { stepView } from '../api/rotation-view.ts'
import { ledgerOf } from '../runner/gather.ts'
import type { Draft } from './draft.ts'
import type { Evidence } from './evidence.ts'
import { aboutCredential } from './of-credential.ts'
import { ofRotation } from './of-rotation.ts'
import type { CredentialKnown } from './remembered.ts'

export interface InFlight {
  /** null: it is planned, and has not begun. */
  flight: Flight | null
  drafts: readonly Draft[]
}

interface Made extends InFlight {
  evidence: Evidence
  owner: CredentialKnown
  atMs: number
}

const believedMs = 1_000

export function flightsOf() {
  let known = new Map<string, Made>()
  return {
    all(
      owners: Iterable<CredentialKnown>,
      evidence: ReadonlyMap<string, Evidence>,
      nowMs: number,
    ): InFlight[] {
      const now = new Map<string, Made>()
      for (const owner of owners) {
        const one = owner.rotation === null ? undefined : evidence.get(owner.rotation.id)
        if (owner.rotation === null || one === undefined) continue
        const before = known.get(owner.rotation.id)
        const isSame =
          before?.evidence === one && before.owner === owner && Math.abs(nowMs - before.atMs) < believedMs
        now.set(
          owner.rotation.id,
          isSame ? before : { ...inFlight(owner, one, nowMs), evidence: one, owner, atMs: nowMs },
        )
      }
      known = now
      return [...now.values()]
    },
  }
}

export function inFlight(
  owner: CredentialKnown,
  { row: { state }, ledger }: Evidence,
  nowMs: number,
): InFlight {
  const seen = { state, about: { ...aboutCredential(owner.row), rotation: state.id }, nowMs }
  if (!isUnderway(state)) return { flight: null, drafts: ofRotation({ ...seen, gates: null, unproved: [] }) }
  const known = ledgerOf(state, ledger, nowMs)
  const gates = gatesAt(state, known, nowMs)
  return {
    flight: flightOf(owner, state, known, gates, nowMs),
    drafts: ofRotation({ ...seen, gates, unproved: unprovedOf(state, known, nowMs) }),
  }
}

function flightOf(
  { row: { record } }: CredentialKnown,
  state: Underway,
  known: Ledger,
  gates: GatesAt | null,
  nowMs: number,
): Flight {
  const truth = { old: 0, new: 0, mixed: 0, unknown: 0 }
  let safe = 0
  for (const { truth: acts, missing } of standingsAt(known, nowMs)) {
    truth[acts]++
    if (missing.length === 0) safe++
  }
  return {
    rotation: state.id,
    credential: state.credential,
    name: record.name,
    environment: record.environment,
    phase: state.phase,
    step: stepView(state),
    old: state.old?.version ?? null,
    new: state.new?.version ?? null,
    openedMs: state.openedMs,
    deadlineMs: deadlineMs(state),
    truth,
    safe,
    consumers: owedOf(state).length,
    refusedGates: gates?.results.filter(one => !one.open).map(one => one.gate) ?? [],
  }
}

function unprovedOf(state: Rotation, known: Ledger, nowMs: number): string[] {
  if (state.phase !== 'contained') return []
  const names = unproved(state, known, nowMs).map(one => one.name ?? one.consumer ?? 'the rotation')
  return [...new Set(names)]
}

/** The ones whose window closes first, then those that have been under way for longest. */
export const byDeadline = (a: Flight, b: Flight): number =>
  (a.deadlineMs ?? never) - (b.deadlineMs ?? never) ||
  a.openedMs - b.openedMs ||
  (a.rotation < b.rotation ? -1 : 1)

const never = Number.MAX_SAFE_INTEGER
