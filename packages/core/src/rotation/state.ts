// The state of one rotation. A field that exists only in some phases lives only there.
import type { Actor } from '../actor.ts'
import type { VersionState } from '../credential.ts'
import type { GateName } from '../gates/missing.ts'
import type { Owed, Plan } from '../plan/plan.ts'
import type { Trigger } from '../policy.ts'
import { dayMs } from '../time.ts'
import type { Ending, Side, Step } from './course.ts'

/** What went wrong, in words that are safe to log. */
export interface Problem {
  code: string
  text: string
}

/** One of the two versions of a rotation, and how far it is in its life. */
export interface Held {
  version: number
  handle: string | null
  fingerprint: string | null
  life: VersionState
  /** The operation key under which it was minted; what `find` looks for. */
  operation: string | null
}

/** An effect on the target: intended under a key before it is done, so that a crash leaves something to resolve. */
export type Effect =
  | { is: 'ready'; key: string | null; attempts: number; afterMs: number; problem: Problem | null }
  /** `told`: how often its owner has heard that a person has not done it. */
  | { is: 'intended'; key: string; attempts: number; sinceMs: number; told?: number }

export type StepState =
  | { kind: 'effect'; effect: Effect }
  | { kind: 'move'; movedMs: number | null }
  | { kind: 'observe' }
  | { kind: 'watch' }

export interface Progress {
  course: readonly Step[]
  at: number
  enteredMs: number
  ending: Ending
  step: StepState
}

export interface Assignment {
  side: Side
  sinceMs: number
}

export interface GateOverride {
  gate: GateName
  /** null: the whole gate. */
  consumer: string | null
  by: string
  reason: string
  atMs: number
}

export interface Approval {
  by: string
  atMs: number
}

export interface RightsDiff {
  /** What the old can do and the new cannot. */
  missing: string[]
  /** What the new can do and the old cannot. */
  extra: string[]
}

export interface ErrorCounts {
  uses: number
  authFailures: number
}

interface Opened {
  id: string
  credential: string
  plan: Plan
  trigger: Trigger
  openedBy: Actor
  openedMs: number
  startAtMs: number
  old: Held | null
  /** The highest version number that this credential ever had: the next one is one more. */
  lastVersion: number
}

export interface Journey extends Opened {
  startedMs: number
  new: Held | null
  mintedMs: number | null
  /** Consumers that were registered or claimed after the plan was fixed. */
  joined: readonly Owed[]
  assignments: Readonly<Record<string, Assignment>>
  /** When the last consumer changed its assignment. */
  lastMoveMs: number | null
  baseline: ErrorCounts
  overrides: readonly GateOverride[]
  approvals: readonly Approval[]
  /** null: not compared. */
  rights: RightsDiff | null
  restricted: readonly string[]
  /** Of those, whoever is given no value. */
  frozen?: readonly string[]
  /** Evidence from before this instant does not count: a containment asks for proof anew. */
  proofSinceMs: number | null
  overdueMs: number | null
  /** When the old version was disabled: who uses it after that still depends on it. */
  suspendedMs: number | null
  /** Versions that were revoked on the way: nobody may be sent to them, and there is no way back to them. */
  revoked?: readonly number[]
  /** Why it left its course; null while it is on the planned one. */
  turnedBecause: string | null
  /** Since when it has been stuck at this step, retries included, and how often its owner was told. */
  trouble: { sinceMs: number; told: number } | null
  progress: Progress
}

export type Rotation =
  | ({ phase: 'planned' } & Opened)
  | ({ phase: 'running' } & Journey)
  /** A person asked it to wait. */
  | ({ phase: 'held'; by: string; reason: string; sinceMs: number } & Journey)
  /** Something is wrong among the consumers: nothing expands, nothing is retired, everyone proves itself anew. */
  | ({ phase: 'contained'; cause: string; sinceMs: number } & Journey)
  /** The machine cannot go on by itself; a first-class state, not an exception. */
  | ({ phase: 'stuck'; problem: Problem; sinceMs: number } & Journey)
  | ({ phase: 'ended'; ending: Ending; because: string | null; endedMs: number } & Ended)

/** What is left when it is over: enough for the record, nothing that could go on. */
export interface Ended extends Opened {
  startedMs: number | null
  new: Held | null
  assignments: Readonly<Record<string, Assignment>>
  overrides: readonly GateOverride[]
  approvals: readonly Approval[]
}

export type Phase = Rotation['phase']
export const phases = ['planned', 'running', 'held', 'contained', 'stuck', 'ended'] as const satisfies Phase[]

export type Underway = Extract<Rotation, Journey>

export function isUnderway(rotation: Rotation): rotation is Underway {
  return rotation.phase !== 'planned' && rotation.phase !== 'ended'
}

export function stepOf(rotation: Journey): Step {
  const step = rotation.progress.course[rotation.progress.at]
  if (step === undefined) throw new Error(`rotation ${rotation.id} stands beyond its course`)
  return step
}

/** Everyone who owes evidence: those of the plan and those who came later. */
export function owedOf(rotation: Journey): readonly Owed[] {
  return rotation.joined.length === 0 ? rotation.plan.owed : [...rotation.plan.owed, ...rotation.joined]
}

/** Which side consumers are being moved to at the moment. */
export function arrivingSide(rotation: Journey): Side {
  return rotation.progress.ending === 'completed' ? 'new' : 'old'
}

export function held(rotation: Journey, side: Side): Held | null {
  return side === 'old' ? rotation.old : rotation.new
}

export function movedTo(rotation: Journey, side: Side): string[] {
  return Object.keys(rotation.assignments).filter(consumer => rotation.assignments[consumer]!.side === side)
}

/** Since when a consumer's evidence counts for the side it should arrive at; null: it has not been moved there. */
export function evidenceSinceMs(rotation: Journey, consumer: string): number | null {
  const assignment = rotation.assignments[consumer]
  if (assignment === undefined || assignment.side !== arrivingSide(rotation)) return null
  return Math.max(assignment.sinceMs, rotation.proofSinceMs ?? 0)
}

/** Somebody could be sent back to the old version: it is accepted, or can be enabled again. */
export function canGoBack({ old }: Journey): boolean {
  return old?.life === 'active' || old?.life === 'suspended'
}

/** A named person opened this gate for this consumer, or for everybody. */
export function isOverridden({ overrides }: Journey, gate: GateName, consumer: string): boolean {
  return overrides.some(one => one.gate === gate && (one.consumer === null || one.consumer === consumer))
}

/** The version that is left is past the decision: nobody may be sent to it any more. */
export function isRetirementDecided({ progress: { course, at } }: Journey): boolean {
  const looks = (steps: readonly Step[]) => steps.some(step => step.do === 'observe')
  return looks(course.slice(0, at)) && !looks(course.slice(at))
}

/** The old version is compromised: planned so from the start, or turned so on the way. */
export function isRevoking(rotation: Journey): boolean {
  const turned = rotation.progress.ending === 'completed' && rotation.turnedBecause !== null
  return rotation.plan.order === 'revoke-first' || turned
}

/** This version was revoked, by the plan or on the way. */
export function isRevoked(rotation: Journey, side: Side): boolean {
  const version = held(rotation, side)?.version
  if (version === undefined) return false
  return (side === 'old' && isRevoking(rotation)) || (rotation.revoked?.includes(version) ?? false)
}

/** Those of the compromised versions that this rotation can end and has not begun to end. */
export function revocationDue(rotation: Rotation, compromised: readonly number[]): number[] {
  if (rotation.phase === 'ended' || compromised.length === 0) return []
  const sides = isUnderway(rotation) ? [rotation.old, rotation.new] : [rotation.old]
  const begun = new Set(isUnderway(rotation) ? rotation.revoked : [])
  if (rotation.plan.order === 'revoke-first' && rotation.old !== null) begun.add(rotation.old.version)
  return sides
    .filter(one => one !== null && one.life !== 'dead' && one.life !== 'void' && one.life !== 'intended')
    .map(one => one!.version)
    .filter(version => compromised.includes(version) && !begun.has(version))
}

/** When a step that a person carries out is late, and late again; null: no person is waited for. */
export function handDueMs(state: Underway): number | null {
  const { step } = state.progress
  const verb = stepOf(state).do
  const { byHand, byHandMs = dayMs } = state.plan.abilities
  if (step.kind !== 'effect' || step.effect.is !== 'intended' || !byHand.some(one => one === verb))
    return null
  return step.effect.sinceMs + byHandMs * ((step.effect.told ?? 0) + 1)
}
