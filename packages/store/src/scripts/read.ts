// Reading: one statement each wherever the answer is one thing.
import type { Consumer, Version } from '@rekey/core'
import type {
  AssignmentRow,
  CredentialRow,
  LedgerRows,
  Page,
  RotationFacts,
  RotationRow,
  StoredEvent,
} from '../contract.ts'
import type { Dialect, Row, Script } from '../script.ts'
import { meta } from './meta.ts'
import { assignmentOf, credentialOf, entryOf, eventOf, ghostOf, rotationOf } from './rows.ts'
import { int, intOrNull, one, record } from './statements.ts'

export const eventColumns = 'position, stream, seq, type, at_ms, actor, data, leaf'

export function* stream(_: Dialect, name: string, afterSeq: number, limit: number): Script<StoredEvent[]> {
  const rows = yield one(
    `SELECT ${eventColumns} FROM events WHERE stream = $1 AND seq > $2 ORDER BY seq LIMIT $3`,
    name,
    afterSeq,
    limit,
  )
  return rows.map(eventOf)
}

/**
 * A reader goes on from the last position it was given, so none below it may still be on its way. Where positions are
 * missing, PostgreSQL is asked to wait for whoever may hold one (see next_position), and the page is read again.
 */
export function* events(dialect: Dialect, afterPosition: number, limit: number): Script<StoredEvent[]> {
  const page = one(
    `SELECT ${eventColumns} FROM events WHERE position > $1 ORDER BY position LIMIT $2`,
    afterPosition,
    limit,
  )
  let rows = yield page
  if (dialect.name === 'postgres' && hasGap(rows, afterPosition)) {
    yield one(`SELECT pg_advisory_xact_lock('events'::regclass::oid::bigint)`)
    rows = yield page
  }
  return rows.map(eventOf)
}

export function* lastPosition(): Script<number> {
  const [row] = yield one('SELECT MAX(position) AS position FROM events')
  return row === undefined || row['position'] === null ? 0 : int(row, 'position')
}

const hasGap = (rows: readonly Row[], after: number) =>
  rows.length > 0 && int(rows[rows.length - 1]!, 'position') !== after + rows.length

export function* credential(_: Dialect, id: string): Script<CredentialRow | null> {
  const [row] = yield one('SELECT * FROM credentials WHERE id = $1', id)
  return row === undefined ? null : credentialOf(row)
}

export function* credentials(_: Dialect, { after, limit }: Page): Script<CredentialRow[]> {
  const rows = yield one('SELECT * FROM credentials WHERE id > $1 ORDER BY id LIMIT $2', after ?? '', limit)
  return rows.map(credentialOf)
}

export function* consumers(_: Dialect, credential: string): Script<Consumer[]> {
  const rows = yield one(
    `SELECT record, worked_ms FROM ${consumersWithWork} WHERE consumers.credential = $1 ORDER BY id`,
    credential,
  )
  return rows.map(row => withWork(record<Consumer>(row, 'record'), row))
}

/** What a consumer's record says was entered; when it last worked is known from what was observed. */
export const consumersWithWork = `consumers LEFT JOIN entries
  ON entries.credential = consumers.credential AND entries.consumer = consumers.id`

export function withWork(consumer: Consumer, row: Row): Consumer {
  const workedMs = intOrNull(row, 'worked_ms')
  return workedMs === null || workedMs <= (consumer.lastExercisedAtMs ?? 0)
    ? consumer
    : { ...consumer, lastExercisedAtMs: workedMs }
}

export function* versions(_: Dialect, credential: string): Script<Version[]> {
  const rows = yield one('SELECT record FROM versions WHERE credential = $1 ORDER BY number', credential)
  return rows.map(row => record<Version>(row, 'record'))
}

export function* assignments(_: Dialect, credential: string): Script<AssignmentRow[]> {
  const rows = yield one('SELECT * FROM assignments WHERE credential = $1 ORDER BY consumer', credential)
  return rows.map(assignmentOf)
}

export function* rotation(_: Dialect, id: string): Script<RotationRow | null> {
  const [row] = yield one('SELECT * FROM rotations WHERE id = $1', id)
  return row === undefined ? null : rotationOf(row)
}

export function* rotations(
  _: Dialect,
  { credential, after, limit }: Page & { credential: string | null },
): Script<RotationRow[]> {
  const rows =
    credential === null
      ? yield one('SELECT * FROM rotations WHERE id > $1 ORDER BY id LIMIT $2', after ?? '', limit)
      : yield one(
          'SELECT * FROM rotations WHERE credential = $1 AND id > $2 ORDER BY credential, id LIMIT $3',
          credential,
          after ?? '',
          limit,
        )
  return rows.map(rotationOf)
}

export function* rotationFacts(dialect: Dialect, id: string): Script<RotationFacts | null> {
  const row = yield* rotation(dialect, id)
  if (row === null) return null
  const known = yield* credential(dialect, row.credential)
  if (known === null) throw new Error(`rotation ${id} belongs to a credential that is not there`)
  return {
    row,
    credential: known,
    consumers: yield* consumers(dialect, row.credential),
    versions: yield* versions(dialect, row.credential),
    assignments: yield* assignments(dialect, row.credential),
    ledger: yield* ledger(dialect, row.credential),
    fenced: (yield* meta(dialect, 'fenced')) !== null,
  }
}

/**
 * Coverage is read first: the statements may see different moments, and coverage that is older than the uses proves less
 * than it could, while uses that are older than the coverage would be taken for silence.
 */
export function* ledger(_: Dialect, credential: string): Script<LedgerRows> {
  const [covered] = yield one('SELECT from_ms, to_ms FROM coverage WHERE credential = $1', credential)
  const entries = yield one(
    'SELECT credential, consumer, entry FROM entries WHERE credential = $1 ORDER BY consumer',
    credential,
  )
  const ghosts = yield one('SELECT * FROM ghosts WHERE credential = $1 ORDER BY credential, id', credential)
  return {
    entries: entries.map(entryOf),
    ghosts: ghosts.map(ghostOf),
    targetCovered:
      covered === undefined ? null : { fromMs: int(covered, 'from_ms'), toMs: int(covered, 'to_ms') },
  }
}
