// What the runner tells whoever watches: the walk prints it, tests count it, the log lines are made from it. Never a value.
import type { Command, GateResult, Observation, Refusal, Rotation, RotationEvent } from '@rekey/core'

export interface Journal {
  /** A command was put to a rotation, and whether it was granted. */
  decided?(state: Rotation, command: Command, granted: boolean): void
  appended?(rotation: string, events: readonly RotationEvent[]): void
  refused?(rotation: string, command: Command['do'], refusals: readonly Refusal[]): void
  gates?(rotation: string, results: readonly GateResult[]): void
  called?(rotation: string, verb: string, side: string, answer: string): void
  /** Observations that were taken in, and count. It is called on the way of each batch: what listens does not hold it up, or throw. */
  observed?(observations: readonly Observation[]): void
  /** A fault that the runner survived: what, where, and the error's own text. */
  trouble?(where: string, error: unknown): void
}
