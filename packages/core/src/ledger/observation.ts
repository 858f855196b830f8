// An observation: one statement about the world. Who, which version, what, when, said by whom.

export type Layer = 'configuration' | 'runtime' | 'behaviour'

/** How a piece of business work went. Only auth-failure speaks about the credential; the others must not be taken for it. */
export type Outcome =
  | 'success'
  /** It worked, but worse than it should: a fallback model, a partial answer. This is not adoption. */
  | 'degraded'
  | 'auth-failure'
  | 'rate-limit'
  | 'payload-error'
  | 'outage'

/** One use, or so many of one kind together: the first at `firstMs`, the last at the observation's `atMs`. */
export interface Used {
  says: 'used'
  outcome: Outcome
  lane: string | null
  path: 'usual' | 'exception' | 'fallback'
  /** How many uses it stands for; absent: one. */
  times?: number
  /** Absent: all of them at `atMs`. */
  firstMs?: number
  /** From where, on what and with which model, where somebody saw it: for detectors; the ledger does not look at it. */
  seen?: Seen
}

export interface Seen {
  address?: string
  resource?: string
  model?: string
}

/** How many uses somebody counted in the minute of `atMs`, and how many of them were refused: how many, and not who with what. */
export interface Counted {
  says: 'counted'
  uses: number
  authFailures: number
}

export type Statement =
  /** Business work was done through the version. */
  | Used
  /** Uses were counted: for comparing errors, and evidence of nothing else. */
  | Counted
  /** An instance took the version into memory. */
  | { says: 'loaded' }
  /** An instance is alive and holds the version. */
  | { says: 'present' }
  /** An instance is gone for good: it drained, exited, or its orchestrator removed it. */
  | { says: 'stopped' }
  /** The version was handed to the consumer: what should be true, not what is. */
  | { says: 'delivered' }
  /** The source has seen every use by this consumer (or, without one, by anyone) from then until `atMs`: silence counts. */
  | { says: 'covered'; fromMs: number }
  /** The fallback works on the arriving version, or has been switched off. */
  | { says: 'fallback'; state: 'confirmed' | 'disabled' }

export interface Observation {
  credential: string
  /** null: the source cannot tell, or nobody registered it; then `seenAs` says how it looked. */
  consumer: string | null
  seenAs: string | null
  instance: string | null
  version: number | null
  statement: Statement
  atMs: number
  source: string
}

export function layerOf(statement: Statement): Layer {
  switch (statement.says) {
    case 'used':
    case 'counted':
    case 'covered':
      return 'behaviour'
    case 'delivered':
      return 'configuration'
    case 'loaded':
    case 'present':
    case 'stopped':
    case 'fallback':
      return 'runtime'
  }
}

export type SourceKind =
  | 'sdk'
  | 'wrapper'
  | 'broker'
  | 'provider'
  | 'telemetry'
  | 'metrics'
  | 'webhook'
  | 'ci'
  | 'person'
  | 'runner'

/** Who says it, and what it has a right to say. */
export interface Source {
  id: string
  kind: SourceKind
  /** The consumers it may speak for. */
  speaksFor: readonly string[] | 'all'
  /** How late it may be with what it says. */
  lagMs: number
  /** Does its silence prove anything? */
  complete: boolean
  revoked: boolean
}

const layersOfKind: Record<SourceKind, readonly Layer[]> = {
  sdk: ['configuration', 'runtime', 'behaviour'],
  wrapper: ['configuration', 'runtime'],
  broker: ['configuration', 'runtime', 'behaviour'],
  provider: ['behaviour'],
  telemetry: ['runtime', 'behaviour'],
  metrics: ['behaviour'],
  webhook: ['behaviour'],
  ci: ['behaviour'],
  person: ['runtime', 'behaviour'],
  runner: ['configuration'],
}

/** How far ahead of ours a source's clock may be before its word stops counting. */
export const skewMs = 2 * 60_000
/** Older than this and it says nothing about a rotation that is going on. */
export const staleAfterMs = 48 * 3_600_000

/** One statement stands for so many uses at most: a larger number is a mistake, or meant to drown the others. */
export const mostTimes = 1_000_000

export type Refused =
  | 'revoked-source'
  | 'out-of-scope'
  | 'no-right'
  | 'from-the-future'
  | 'stale'
  | 'incomplete-source'
  | 'malformed'
  | 'unknown-version'

/** null: it counts. The signature and the replay check come before, where the bytes are. */
export function refuse(observation: Observation, source: Source, nowMs: number): Refused | null {
  if (source.revoked) return 'revoked-source'
  if (observation.source !== source.id) return 'out-of-scope'
  const { consumer, statement, atMs } = observation
  if (!Number.isFinite(atMs) || atMs < 0) return 'malformed'
  if (consumer === null && observation.seenAs === null && statement.says !== 'covered') return 'malformed'
  const { version } = observation
  if (version !== null && !(Number.isSafeInteger(version) && version > 0)) return 'malformed'
  if (source.speaksFor !== 'all' && (consumer === null || !source.speaksFor.includes(consumer))) {
    return 'out-of-scope'
  }
  if (!layersOfKind[source.kind].includes(layerOf(statement))) return 'no-right'
  if (atMs > nowMs + skewMs) return 'from-the-future'
  const oldestMs = nowMs - staleAfterMs - source.lagMs
  if (atMs < oldestMs) return 'stale'
  if (statement.says === 'used' && !isCounted(oldestMs, atMs, statement)) return 'malformed'
  if (statement.says === 'counted' && !isSum(observation, statement)) return 'malformed'
  if (statement.says === 'covered') {
    if (!source.complete) return 'incomplete-source'
    if (!Number.isFinite(statement.fromMs) || statement.fromMs > atMs) return 'malformed'
    if (atMs > nowMs) return 'from-the-future'
  }
  return null
}

/** A sum is about one consumer and no version, and no more were refused than have tried. */
function isSum({ consumer, version }: Observation, { uses, authFailures }: Counted): boolean {
  if (consumer === null || version !== null) return false
  if (!Number.isSafeInteger(uses) || uses > mostTimes) return false
  return Number.isSafeInteger(authFailures) && authFailures >= 0 && authFailures <= uses
}

/** Do its count and its first instant, where it has them, say something that can be true? */
function isCounted(fromMs: number, toMs: number, { times = 1, firstMs = toMs }: Used): boolean {
  if (!Number.isSafeInteger(times) || times < 1 || times > mostTimes) return false
  return Number.isFinite(firstMs) && firstMs >= Math.max(0, fromMs) && firstMs <= toMs
}
