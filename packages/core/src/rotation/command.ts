// What can be asked of a rotation. The clock asks for some, people for others; decide() answers all of them.
import type { Actor } from '../actor.ts'
import type { GateName, Missing } from '../gates/missing.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Owed } from '../plan/plan.ts'
import type { Side } from './course.ts'
import type { EffectResult, RotationEvent } from './event.ts'
import type { ErrorCounts, Problem } from './state.ts'

/** What came of a call to the target. Three answers to a probe, never two; and "I do not know" is one of them. */
export type EffectOutcome =
  | EffectResult
  | { is: 'lost'; handle: string }
  | { is: 'ambiguous'; problem: Problem }
  | { is: 'unreachable'; problem: Problem }
  | { is: 'failed'; problem: Problem; permanent: boolean }

export type Command =
  | { do: 'start' }
  | { do: 'intend' }
  | { do: 'record'; key: string; outcome: EffectOutcome }
  | { do: 'move' }
  | { do: 'settle' }
  | { do: 'retire' }
  | { do: 'passWatch' }
  | { do: 'reinstate'; because: string }
  | { do: 'override'; gate: GateName; consumer: string | null; reason: string }
  | { do: 'moveConsumer'; consumer: string; to: Side; reason: string }
  | { do: 'join'; owed: Owed }
  | { do: 'hold'; reason: string }
  | { do: 'release' }
  | { do: 'contain'; cause: string }
  /** `freeze`: it is given no value either until that is lifted. */
  | { do: 'restrict'; consumer: string; reason: string; freeze?: boolean }
  | { do: 'lift'; consumer: string; reason: string }
  | { do: 'resume' }
  | { do: 'rollBack'; reason: string }
  | { do: 'abort'; reason: string }
  /** Compromise in the middle of a rotation: these versions die first, whoever uses them; without any, the old one. */
  | { do: 'revokeNow'; reason: string; versions?: readonly number[] }
  | { do: 'retry'; reason: string }
  | { do: 'escalate' }
  | { do: 'alarm' }

export type CommandName = Command['do']
export const commandNames = [
  'start',
  'intend',
  'record',
  'move',
  'settle',
  'retire',
  'passWatch',
  'reinstate',
  'override',
  'moveConsumer',
  'join',
  'hold',
  'release',
  'contain',
  'restrict',
  'lift',
  'resume',
  'rollBack',
  'abort',
  'revokeNow',
  'retry',
  'escalate',
  'alarm',
] as const satisfies CommandName[]

/** What the world was like when the command came. Gathered by the server, so that deciding needs nothing else. */
export interface Facts {
  nowMs: number
  by: Actor
  /** A fresh id for an operation key. */
  key: string
  /** null where the command does not need it. */
  ledger: Ledger | null
  /** Errors before the rotation began; read at the start. */
  baseline: ErrorCounts
  /** A restored store: nothing may be done to any target until a named person says so. */
  fenced: boolean
  /** Versions that a kill order names; none, where it does not say. */
  compromised?: readonly number[]
}

export interface Refusal {
  code: string
  text: string
  how: string
  missing: readonly Missing[]
}

export type Decision = { ok: true; events: RotationEvent[] } | { ok: false; refusals: Refusal[] }
