// A consumer: a class of runtime that uses one credential in one way. Registered by behaviour, not by storage.
import type { Owner } from './credential.ts'

export const behaviours = [
  'web-request',
  'background-job',
  'scheduled-task',
  'webhook-handler',
  'admin-tool',
  'replay-script',
  'ai-worker',
  'data-export',
  'fallback-service',
  'training-run',
  'inference-node',
  'agent',
  'sub-agent',
] as const
export type Behaviour = (typeof behaviours)[number]

export type PathClass = 'primary' | 'background' | 'exception'

/** Directly at the target, or with a token that another consumer derives from the credential and hands on. */
export type Access = { how: 'direct' } | { how: 'indirect'; through: string }

/** When a new value takes effect in a running instance. `unknown` is allowed in a record and never counts as safe. */
export type Reload =
  | { how: 'every-use' }
  | { how: 'ttl'; ttlMs: number }
  | { how: 'signal' }
  | { how: 'restart'; documented: boolean }
  | { how: 'each-launch' }
  | { how: 'by-hand'; documented: boolean }
  | { how: 'unknown' }

/** How it comes to run: always, on a rhythm, or only when a person or an event calls it. */
export type Cadence = { how: 'continuous' } | { how: 'every'; everyMs: number } | { how: 'on-demand' }

export type Fallback =
  | { how: 'none' }
  /** Another credential or provider takes over and hides the failure. */
  | { how: 'degrades'; to: string; canBeDisabled: boolean }
  | { how: 'same-credential'; to: string }

/** Which observations can be had of it at all; `none` means that silence proves nothing. */
export type Observability = 'sdk' | 'wrapped' | 'provider' | 'telemetry' | 'attested' | 'none'

/** How a consumer says that it uses its credential. What is absent is not limited. */
export interface UsePact {
  /** Ranges as in RFC 4632: "10.0.0.0/8", "2001:db8::/32", or one address. */
  addresses?: string[]
  /** Hours of the day in UTC, from the first to before the second; [22, 6] goes over midnight. */
  hoursUtc?: [from: number, to: number]
  resources?: string[]
  models?: string[]
  /** Uses in one hour of the clock. */
  perHour?: number
}

export interface Consumer {
  id: string
  credential: string
  name: string
  behaviour: Behaviour
  pathClass: PathClass
  access: Access
  owner: Owner | null
  /** Where the value comes from: "environment DOC_TOKEN", "file /run/secrets/doc", "Rekey SDK". */
  source: string
  /** Does it follow the alias `current`, or its own assignment? */
  follows: 'assignment' | 'alias'
  reload: Reload
  cacheMs: number
  /** How long one session, connection or pool may live on the value that opened it. */
  sessionMs: number
  /** Can a long session stop at a checkpoint and go on with a new value? */
  checkpoints: boolean
  retriesReuseContext: boolean
  inFlightMayFinish: boolean
  cadence: Cadence
  /** The longest time after which a retry or a replay may come back with what it held at first. 0 where none do. */
  horizonMs: number
  fallback: Fallback
  /** Business state it can create, change or read: "invoices are reconciled". */
  effects: string[]
  lanes: string[]
  /** May its work break the business when it fails unseen? */
  critical: boolean
  observability: Observability
  toleratesTwo: boolean
  /** How the target or telemetry names it: whoever is seen under such a name is this consumer and no ghost. */
  seenAs?: string[]
  /** What it declares about its use; whatever is outside is a signal. Absent: only what is unusual for it is. */
  pact?: UsePact
  /** When it last worked, its own way; null: it was never seen to. */
  lastExercisedAtMs: number | null
  /** Declared not to run at all for now, by a named person. */
  idle: { by: string; atMs: number; reason: string } | null
}

/** Rare: what a rotation forgets. It runs on demand, on a path for exceptions, or less often than once in six hours. */
export function isRare(consumer: Consumer): boolean {
  return (
    consumer.pathClass === 'exception' ||
    consumer.cadence.how === 'on-demand' ||
    (consumer.cadence.how === 'every' && consumer.cadence.everyMs > 6 * 3_600_000)
  )
}

/** Between two runs no instance of it is alive, and that is as it should be. */
export function runsInBursts(consumer: Consumer): boolean {
  return consumer.cadence.how !== 'continuous'
}

/** How long one full cycle of its life takes: what has not shown itself within it may still come. */
export function cycleMs(consumer: Consumer): number {
  const cadenceMs = consumer.cadence.how === 'every' ? consumer.cadence.everyMs : 0
  return Math.max(cadenceMs, consumer.horizonMs, consumer.sessionMs, lagMs(consumer))
}

/** How long a changed assignment may take to reach a running instance by itself; Infinity: it needs somebody. */
export function reachMs(consumer: Consumer): number {
  switch (consumer.reload.how) {
    case 'every-use':
    case 'signal':
      return consumer.cacheMs
    case 'ttl':
      return Math.max(consumer.reload.ttlMs, consumer.cacheMs)
    case 'each-launch':
      return consumer.cadence.how === 'every' ? consumer.cadence.everyMs : Number.POSITIVE_INFINITY
    case 'restart':
    case 'by-hand':
    case 'unknown':
      return Number.POSITIVE_INFINITY
  }
}

const lagMs = (consumer: Consumer) =>
  consumer.reload.how === 'ttl' ? consumer.reload.ttlMs : consumer.cacheMs
