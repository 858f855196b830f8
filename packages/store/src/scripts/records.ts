// What the control plane keeps beside rotations: JSON by kind and id, perhaps for a time only. What has expired is not there,
// whether or not it was cleared away yet.
import type { Page, RecordRow } from '../contract.ts'
import type { Dialect, Script } from '../script.ts'
import { recordOf } from './rows.ts'
import { one } from './statements.ts'

export function* record(_: Dialect, kind: string, id: string, nowMs: number): Script<RecordRow | null> {
  const [row] = yield one(
    'SELECT * FROM records WHERE kind = $1 AND id = $2 AND (expires_ms IS NULL OR expires_ms > $3)',
    kind,
    id,
    nowMs,
  )
  return row === undefined ? null : recordOf(row)
}

export function* records(
  _: Dialect,
  kind: string,
  { after, limit }: Page,
  nowMs: number,
): Script<RecordRow[]> {
  const rows = yield one(
    `SELECT * FROM records WHERE kind = $1 AND id > $2 AND (expires_ms IS NULL OR expires_ms > $3)
      ORDER BY kind, id LIMIT $4`,
    kind,
    after ?? '',
    nowMs,
    limit,
  )
  return rows.map(recordOf)
}

/**
 * One statement, so that of many who come at once the primary key lets one through. `putBy` is the call's own mark, where a
 * COMMIT may be left without an answer: the call that is run again then finds its own row and not another's, which may
 * say the very same. (Rejected: comparing what the rows say; two that replay one request say the same.)
 */
export function* putRecordOnce(
  _: Dialect,
  { kind, id, record, expiresMs }: RecordRow,
  nowMs: number,
  putBy: string | null = null,
): Script<boolean> {
  if (expiresMs !== null && expiresMs <= nowMs) {
    throw new Error(`a record of the kind ${kind} that has expired already guards nothing`)
  }
  const put = yield one(
    `INSERT INTO records (kind, id, record, expires_ms, put_by) VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT (kind, id) DO UPDATE
        SET record = excluded.record, expires_ms = excluded.expires_ms, put_by = excluded.put_by
        WHERE records.expires_ms <= $6 OR records.put_by = excluded.put_by
      RETURNING id`,
    kind,
    id,
    JSON.stringify(record),
    expiresMs,
    putBy,
    nowMs,
  )
  return put.length > 0
}

/** Those that somebody is about to renew are passed over. */
export function* clearExpired(dialect: Dialect, nowMs: number, limit: number): Script<number> {
  const cleared = yield one(
    `WITH expired AS (
        SELECT kind, id FROM records WHERE expires_ms <= $1 ORDER BY expires_ms LIMIT $2 ${dialect.forUpdateSkipLocked})
      DELETE FROM records WHERE (kind, id) IN (SELECT kind, id FROM expired) RETURNING id`,
    nowMs,
    limit,
  )
  return cleared.length
}
