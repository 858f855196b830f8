// Every gate of a rotation as it stands: those that are asked at its step, or that will be asked at its next look.
import {
  everyone,
  type GateResult,
  gates,
  isUnderway,
  type Ledger,
  type Stage,
  type Step,
  stageOf,
  stepOf,
  type Underway,
} from '@rekey/core'
import type { RotationFacts } from '@rekey/store'
import type { AnswerOf, routes } from '@rekey/wire'
import { ledgerOf } from '../runner/gather.ts'
import { missingView } from './ledger-view.ts'

type GatesView = AnswerOf<typeof routes.rotations.gates>

export function gatesView({ row: { state }, ledger }: RotationFacts, nowMs: number): GatesView {
  if (isUnderway(state)) {
    const asked = gatesAt(state, ledgerOf(state, ledger, nowMs), nowMs)
    return asked === null ? notAsked('recover', nowMs) : viewed(asked, nowMs)
  }
  // Nothing is asked of what has ended, and nothing that is not asked counts as open.
  if (state.phase === 'ended') return notAsked('retire', nowMs)
  const missing = state.plan.gaps.map(gap => ({
    gate: 'plan' as const,
    what: 'plan-gap' as const,
    consumer: null,
    name: null,
    detail: gap.text,
  }))
  const results = [{ gate: 'plan' as const, open: missing.length === 0, missing, overridden: [] }]
  return viewed({ stage: 'wave', results }, nowMs)
}

export interface GatesAt {
  stage: Stage
  results: readonly GateResult[]
}

/** null: nobody looks at anything on this course any more. */
export function gatesAt(state: Underway, known: Ledger, nowMs: number): GatesAt | null {
  const step = stepOf(state)
  if (isForWave(state) && step.do === 'move') {
    return { stage: 'wave', results: gates(state, known, 'wave', nowMs, step.wave) }
  }
  const look = lookOf(state)
  if (look === null) return null
  const stage = stageOf({ ...state, progress: { ...state.progress, at: look } })
  const results = gates(state, known, stage, nowMs)
  return { stage, results: stage === 'retire' ? [...results, decision(state)] : results }
}

const notAsked = (stage: Stage, nowMs: number): GatesView => ({ stage, open: false, gates: [], nowMs })

const viewed = ({ stage, results }: GatesAt, nowMs: number): GatesView => ({
  stage,
  open: results.every(result => result.open),
  gates: results.map(({ gate, open, missing, overridden }) => ({
    gate,
    open,
    missing: missing.map(missingView),
    overridden: overridden.map(({ by, reason, consumer }) => ({ by, reason, consumer })),
  })),
  nowMs,
})

/** Between two waves; the first version, the way back and a revocation wait for nobody there. */
function isForWave(state: Underway): boolean {
  const step = stepOf(state)
  return (
    step.do === 'move' &&
    step.wave !== everyone &&
    state.old !== null &&
    state.plan.order === 'prove-first' &&
    state.progress.ending === 'completed'
  )
}

/** The look that comes next, or the one that was the last: what is asked depends on what follows it. null: nobody looks. */
function lookOf(state: Underway): number | null {
  const { course, at } = state.progress
  const isLook = (step: Step) => step.do === 'observe'
  const next = course.findIndex((step, index) => index >= at && isLook(step))
  const look = next >= 0 ? next : course.findLastIndex(isLook)
  return look < 0 ? null : look
}

/** No check of the world, and yet it has to be there: who may decide has to have done so. */
function decision({ approvals, plan }: Underway): GateResult {
  const needed = plan.decision.approvals
  const given = new Set(approvals.map(one => one.by)).size
  if (given >= needed) return { gate: 'decision', open: true, missing: [], overridden: [] }
  const detail = given === 0 ? (plan.decision.owner?.name ?? 'its owner') : 'a second person'
  const missing = [{ gate: 'decision', what: 'decision-due', consumer: null, name: null, detail }] as const
  return { gate: 'decision', open: false, missing, overridden: [] }
}
