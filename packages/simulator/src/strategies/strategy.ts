// What a strategy is: how a value is replaced on schedule, and how in an emergency. Everything else (who the consumers are, how
// they work, who mends what broke) is the same for all of them.
import type { Statement } from '@rekey/core'
import type { Held, Member } from '../fleet/member.ts'
import type { Field } from './field.ts'
import type { Work } from './work.ts'

export const strategyNames = [
  'by-hand',
  'atomic',
  'staging-labels',
  'two-slot',
  'fixed-overlap',
  'rekey',
] as const
export type StrategyName = (typeof strategyNames)[number]

export interface Strategy {
  name: StrategyName
  /** The public document whose order of steps it follows, by name. */
  follows: string
  assumptions: readonly string[]
  begin(field: Field, work: () => Work): Promise<Play>
}

/** A strategy at work on one fleet. */
export interface Play {
  /** Consumers that reload on a signal get one when their value changes. */
  signals: boolean
  /** What this consumer would get if it asked now. */
  read(member: Member): Held | null
  /** What a person would copy who looks the value up now. */
  current(): Held
  /** A scheduled rotation begins. */
  rotate(): Promise<void>
  /** A person suspects a leak of the current value. */
  suspect(): Promise<void>
  /** Time goes on to then: does what falls due on the way. */
  goTo(toMs: number): Promise<void>
  /** Its owner put the current value in its place. */
  mended?(member: Member): void
  /** What a consumer says about itself, where the strategy listens. */
  hear?(member: Member, instance: string, version: number | null, statement: Statement): void
  /** The fleet has worked for this step. */
  worked?(): Promise<void>
  close?(): void
}

/** The same for every strategy. */
export const commonAssumptions: readonly string[] = [
  'The target holds several values at once, can disable one and take that back, ends the sessions of a deleted one, and tells which caller used which value with a delay of five minutes.',
  'A call at the target takes one second. From the suspicion of a leak to the decision to act a person takes two minutes.',
  'A running consumer does one job in five minutes; a job that a schedule, a person or a retry starts counts as one.',
  'A refused job is failed; one that a fallback takes over because the credential was refused is degraded; a run of more than an hour that is ended before its time, without a checkpoint to go on from, is a failed job.',
  'Whoever reads at each use, caches for a while, or starts anew gets the value that the strategy publishes; whoever reloads on a signal gets one from every store. Only by-hand has no store.',
  'Each service that needs a restart or a signal is deployed anew by its own team once in seven days on average, between two long runs; an image that a tool is started from is built anew once in thirty days.',
  'What fails is noticed and mended by its owner: after 15 minutes on a primary path, 2 hours in the background, 8 hours on an exception path or where nobody registered it, 24 hours where a fallback hides it. Mending takes him 30 minutes of work.',
  'About one fleet in five has a user that nobody registered, with a copy of the value. What is registered is true.',
]
