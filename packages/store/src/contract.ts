// The store's contract: what both engines promise, and the one spec (conformance.ts) that both must pass.
//
// Calls is written once, synchronously. The SQLite engine implements it as it stands, so that a simulator can run it
// deterministically; everything else (its worker thread, PostgreSQL) is the same calls answered by promises.
import type { Consumer, Entry, Ghost, Observation, Version } from '@rekey/core'
import type {
  AssignmentRow,
  CredentialRow,
  KeyRow,
  NewEvent,
  OpenGhosts,
  Past,
  RecordRow,
  RotationRow,
  RowPlace,
  SealedRow,
  StoredEvent,
} from './rows.ts'

export { type StoreCode, StoreError } from './error.ts'

export type * from './rows.ts'

// ------------------------------------------------------------------------------------------------ writes

export type Write =
  | { put: 'credential'; row: CredentialRow }
  | { put: 'consumer'; row: Consumer }
  | { remove: 'consumer'; credential: string; consumer: string }
  | { put: 'version'; row: Version }
  | { put: 'rotation'; row: RotationRow }
  | { put: 'assignment'; row: AssignmentRow }
  | { put: 'ghost'; row: Ghost }
  | { put: 'sealed'; row: SealedRow }
  | { put: 'record'; row: RecordRow }
  | { remove: 'record'; kind: string; id: string }
  /** When somebody must look at the subject next; null: never, until something wakes it. */
  | { put: 'due'; subject: string; atMs: number | null }
  /** Buckets that began before this instant have their digest in an event of this commit. */
  | { put: 'digested'; beforeMs: number }

// ------------------------------------------------------------------------------------------------ commit

export interface Append {
  stream: string
  /** The length that the stream must have: compare-and-swap. */
  expected: number
  events: readonly NewEvent[]
}

/** A lease on a subject, proved by a token that only rises. */
export interface Fence {
  subject: string
  holder: string
  token: number
}

/** Events and the read tables they change: all of it in one transaction, or none of it. */
export interface Commit {
  /** When given, it must still be held, or nothing happens. */
  fence: Fence | null
  appends: readonly Append[]
  writes: readonly Write[]
}

export type Committed =
  | { ok: true; positions: number[] }
  | { ok: false; why: 'conflict'; stream: string; expected: number; actual: number }
  | { ok: false; why: 'lost-lease'; subject: string }

// ------------------------------------------------------------------------------------------------ due, leases

export interface Claimed extends Fence {
  dueMs: number
  untilMs: number
}

export interface ClaimRequest {
  holder: string
  nowMs: number
  leaseMs: number
  limit: number
}

// ------------------------------------------------------------------------------------------------ observations

export interface ObservationBatch {
  /** Who says it, and the batch's own number: the same batch twice counts once. */
  source: string
  batch: string
  /** When it was received, by the control plane's clock. */
  receivedMs: number
  observations: readonly Observation[]
}

/** How many observations were folded into the ledger, and how many spoke of somebody whom no one registered. */
export type Observed = { ok: true; folded: number; ghosts: number } | { ok: false; why: 'repeated' }

export const bucketLengthMs = 5 * 60_000

/** What was seen in five minutes, for forensics: counts by who, which version, what and how. */
export interface Bucket {
  bucketMs: number
  credential: string
  /** A consumer's id, `ghost:<seenAs>`, or `*` where the statement is about whoever used it. */
  consumer: string
  /** -1: not known. */
  version: number
  source: string
  says: string
  outcome: string
  lane: string
  count: number
  firstMs: number
  lastMs: number
}

export interface BucketQuery {
  credential: string
  consumer?: string
  /** Seen in [fromMs, toMs). */
  fromMs: number
  toMs: number
}

export interface LedgerRows {
  entries: Entry[]
  ghosts: Ghost[]
  /** Complete coverage at the target itself, whoever used the credential. */
  targetCovered: { fromMs: number; toMs: number } | null
}

/** A rotation and everything that a decision about it needs, all of one moment. */
export interface RotationFacts {
  row: RotationRow
  credential: CredentialRow
  consumers: Consumer[]
  versions: Version[]
  assignments: AssignmentRow[]
  ledger: LedgerRows
  fenced: boolean
}

// ------------------------------------------------------------------------------------------------ the sealed log

export interface TileRow {
  level: number
  n: number
  bytes: Uint8Array
}

export interface LogState {
  size: number
  /** The signed checkpoint of this size; null for an empty log. */
  checkpoint: string | null
}

export interface Seal {
  /** The size that the log must have: a log never signs two histories. */
  expectedSize: number
  /** Positions of the events that become leaves, in order. */
  positions: readonly number[]
  tiles: readonly TileRow[]
  checkpoint: string
}

// ------------------------------------------------------------------------------------------------ the calls

export interface Page {
  after: string | null
  limit: number
}

export interface Calls {
  commit(commit: Commit): Committed
  /** Events of one stream after `afterSeq`, oldest first. */
  stream(stream: string, afterSeq: number, limit: number): StoredEvent[]
  /** All events after a position, oldest first. */
  events(afterPosition: number, limit: number): StoredEvent[]
  /** The highest position that is visible; 0: there is no event. Lower ones may still be on their way. */
  lastPosition(): number
  /** Of a stretch of the record what is asked for, newest first. What is still on its way is not in it. */
  eventsBefore(past: Past): StoredEvent[]

  credential(id: string): CredentialRow | null
  credentials(page: Page): CredentialRow[]
  consumers(credential: string): Consumer[]
  /** Of all credentials, by credential and then by id. */
  allConsumers(page: { after: RowPlace | null; limit: number }): Consumer[]
  versions(credential: string): Version[]
  /** The version that `current` names, of each credential that has one, by credential. */
  currentVersions(page: Page): Version[]
  assignments(credential: string): AssignmentRow[]
  rotation(id: string): RotationRow | null
  /** Read together: no commit is seen in one part of it and not in another. */
  rotationFacts(id: string): RotationFacts | null
  rotations(page: Page & { credential: string | null }): RotationRow[]

  /** Claims what is due and free (or whose lease has run out), oldest first, raising each token. */
  claim(request: ClaimRequest): Claimed[]
  /** Claims one subject, due or not; null while another holder's lease runs. */
  claimOne(subject: string, request: Omit<ClaimRequest, 'limit'>): Claimed | null
  /** Prolongs a lease that is still held; false: it was lost. */
  renew(fence: Fence, untilMs: number): boolean
  /** Gives it back. The subject's due time is what the commits under the lease have set. */
  release(fence: Fence): boolean
  /** Brings a subject's due time forward to `atMs` if it is later or none: something has happened that it waits for. */
  wake(subject: string, atMs: number): void

  /** Folds into buckets and ledger, records ghosts, wakes the open rotation; all in one transaction. */
  observe(batch: ObservationBatch): Observed
  ledger(credential: string): LedgerRows
  /** Of all credentials, by credential and then by id; `state` null: all of them. */
  allGhosts(page: { after: RowPlace | null; limit: number; state: Ghost['state'] | null }): Ghost[]
  /** How many are open, of each credential that has any. */
  openGhosts(): OpenGhosts[]
  buckets(query: BucketQuery): Bucket[]
  /**
   * Closes the buckets that ended before `beforeMs`: what comes late goes into the first open one. Returns the rows of
   * every closed bucket until a commit says that it is digested, so a crash in between loses no digest.
   */
  closeBuckets(beforeMs: number): { bucketMs: number; rows: Bucket[] }[]

  sealed(credential: string, version: number): SealedRow | null
  /** Values and keys not wrapped by the given root key: what a root-key rotation still has to do. */
  sealedNotUnder(rootKey: string, limit: number): { values: SealedRow[]; keys: KeyRow[] }
  rewrap(rows: { values: readonly SealedRow[]; keys: readonly KeyRow[] }): void
  key(name: string): KeyRow | null
  /** Stores a key unless one of that name exists; answers the one that is there. */
  putKeyOnce(row: KeyRow): KeyRow

  /** null also once it has expired. */
  record(kind: string, id: string, nowMs: number): RecordRow | null
  /** Of one kind, by id, those that have not expired. */
  records(kind: string, page: Page, nowMs: number): RecordRow[]
  /**
   * false: there is one of that id already that has not expired. For replay guards and single-use tokens: exactly one of
   * many callers is told true. The row must not have expired itself, for it would guard nothing.
   */
  putRecordOnce(row: RecordRow, nowMs: number): boolean
  /** Removes expired ones, at most so many; answers how many. */
  clearExpired(nowMs: number, limit: number): number

  logState(): LogState
  unsealed(limit: number): StoredEvent[]
  tiles(coordinates: readonly { level: number; n: number }[]): TileRow[]
  /** false: the log had another size; nothing was changed. */
  seal(seal: Seal): boolean
  leaf(index: number): StoredEvent | null
  /** Up to `count` sealed events from a leaf on, in order; a gap is a missing row. */
  leaves(from: number, count: number): StoredEvent[]

  meta(name: string): string | null
  setMeta(name: string, value: string | null): void
  /** Writes and reads back: what readiness means. */
  check(nowMs: number): void
}

export type CallName = keyof Calls

/** The calls answered by promises, and what only a whole store has. */
export type Store = {
  [K in CallName]: (...args: Parameters<Calls[K]>) => Promise<ReturnType<Calls[K]>>
} & {
  readonly engine: 'sqlite' | 'postgres'
  close(): Promise<void>
}
