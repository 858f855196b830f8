// What the store keeps, one interface a table, as everybody outside sees it.
import type { Credential, Rotation } from '@rekey/core'

/** An event on its way in. `data` is JSON without secrets; `by` is an actor as text. */
export interface NewEvent {
  type: string
  atMs: number
  by: string
  data: unknown
}

export interface StoredEvent {
  /** Unique, rising with time within a stream; not without gaps. */
  position: number
  stream: string
  /** From 1, without gaps in its stream. */
  seq: number
  type: string
  atMs: number
  by: string
  /** Canonical JSON (RFC 8785), exactly as sealed. */
  data: string
  /** Its place in the sealed log; null until it is sealed. */
  leaf: number | null
}

export interface CredentialRow {
  id: string
  record: Credential
  /** The version that the alias `current` names. */
  currentVersion: number | null
  /** The highest number ever given out. */
  lastVersion: number
  openRotation: string | null
  nextRotationMs: number | null
  lastRotationMs: number | null
  /** When consumers last went back to the version that they came from, in earnest or to see that they can; where the target holds one
   * version, when another was last issued in its place. */
  lastRollbackMs: number | null
  /** Length of the stream `credential/<id>`. */
  seq: number
}

export interface RotationRow {
  id: string
  credential: string
  state: Rotation
  /** Length of the stream `rotation/<id>`: what the next append must expect. */
  seq: number
}

export interface AssignmentRow {
  credential: string
  consumer: string
  version: number
  sinceMs: number
}

/** A value at rest. Nothing in it is readable without the root key. */
export interface SealedRow {
  credential: string
  version: number
  rootKey: string
  wrappedKey: Uint8Array
  ciphertext: Uint8Array
}

/** A key of ours (log signing, fingerprints), sealed like a value. */
export interface KeyRow {
  name: string
  rootKey: string
  wrappedKey: Uint8Array
  ciphertext: Uint8Array
}

/** What the control plane keeps beside rotations (people, tokens, agents, …): JSON by kind and id, perhaps for a time only. No plain secret in it. */
export interface RecordRow {
  kind: string
  id: string
  record: unknown
  /** From then on it is as if it were not there; null: never. */
  expiresMs: number | null
}

/** A row of all credentials: the next page begins after it. */
export interface RowPlace {
  credential: string
  id: string
}

/** Users of one credential whom nobody has registered, claimed or dismissed. */
export interface OpenGhosts {
  credential: string
  count: number
  firstMs: number
  lastMs: number
  /** One of them, and how it was seen: where it is the only one, it is that one. */
  ghost: string
  seenAs: string
}

/** Events of a stretch of the record that are asked for. */
export interface Past {
  /** Positions from `from` on, and before `before`. */
  from: number
  before: number
  limit: number
  type?: string
  by?: string
  /** Happened in [fromMs, toMs). */
  fromMs?: number
  toMs?: number
  /** In its own stream, in that of a rotation of it, or with data that name it: whether they do so in the right place, the reader sees. */
  credential?: string
  /** Somewhere in the type, the stream, the actor or the data, whatever the case of its ASCII letters. */
  text?: string
}
