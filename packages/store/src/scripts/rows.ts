// What the rows of each table are in TypeScript.
import type { Entry, Ghost, Rotation } from '@rekey/core'
import type {
  AssignmentRow,
  CredentialRow,
  KeyRow,
  RecordRow,
  RotationRow,
  SealedRow,
  StoredEvent,
} from '../contract.ts'
import type { Row } from '../script.ts'
import { unpackEntry } from './packed-entry.ts'
import { bytes, int, intOrNull, json, record, text, textOrNull } from './statements.ts'

export const eventOf = (row: Row): StoredEvent => ({
  position: int(row, 'position'),
  stream: text(row, 'stream'),
  seq: int(row, 'seq'),
  type: text(row, 'type'),
  atMs: int(row, 'at_ms'),
  by: text(row, 'actor'),
  data: text(row, 'data'),
  leaf: intOrNull(row, 'leaf'),
})

export const credentialOf = (row: Row): CredentialRow => ({
  id: text(row, 'id'),
  record: record(row, 'record'),
  currentVersion: intOrNull(row, 'current_version'),
  lastVersion: int(row, 'last_version'),
  openRotation: textOrNull(row, 'open_rotation'),
  nextRotationMs: intOrNull(row, 'next_rotation_ms'),
  lastRotationMs: intOrNull(row, 'last_rotation_ms'),
  lastRollbackMs: intOrNull(row, 'last_rollback_ms'),
  seq: int(row, 'seq'),
})

export const rotationOf = (row: Row): RotationRow => ({
  id: text(row, 'id'),
  credential: text(row, 'credential'),
  state: record<Rotation>(row, 'state'),
  seq: int(row, 'seq'),
})

export const assignmentOf = (row: Row): AssignmentRow => ({
  credential: text(row, 'credential'),
  consumer: text(row, 'consumer'),
  version: int(row, 'version'),
  sinceMs: int(row, 'since_ms'),
})

export const entryOf = (row: Row): Entry =>
  unpackEntry(text(row, 'credential'), text(row, 'consumer'), text(row, 'entry'))

export const ghostOf = (row: Row): Ghost => ({
  id: text(row, 'id'),
  credential: text(row, 'credential'),
  seenAs: text(row, 'seen_as'),
  version: intOrNull(row, 'version'),
  firstMs: int(row, 'first_ms'),
  lastMs: int(row, 'last_ms'),
  count: int(row, 'count'),
  state: text(row, 'state') as Ghost['state'],
  by: textOrNull(row, 'actor'),
})

export const sealedOf = (row: Row): SealedRow => ({
  credential: text(row, 'credential'),
  version: int(row, 'version'),
  rootKey: text(row, 'root_key'),
  wrappedKey: bytes(row, 'wrapped_key'),
  ciphertext: bytes(row, 'ciphertext'),
})

export const keyOf = (row: Row): KeyRow => ({
  name: text(row, 'name'),
  rootKey: text(row, 'root_key'),
  wrappedKey: bytes(row, 'wrapped_key'),
  ciphertext: bytes(row, 'ciphertext'),
})

/** Not from the texts read lately: these are many, and would push out what is long to parse. */
export const recordOf = (row: Row): RecordRow => ({
  kind: text(row, 'kind'),
  id: text(row, 'id'),
  record: json(row, 'record'),
  expiresMs: intOrNull(row, 'expires_ms'),
})
