// Five-minute counts for forensics. A closed bucket never changes again: its digest is sealed.
import { skewMs } from '@rekey/core/observation'
import type { Bucket, BucketQuery } from '../contract.ts'
import type { Dialect, Row, Script } from '../script.ts'
import { bucketOf } from './rows.ts'
import { byKey, columns, one, text } from './statements.ts'

export const bucketLengthMs = 5 * 60_000
/** The numbers of batches are kept this long: what is repeated later is refused as stale before it comes here. */
const batchesKeptMs = 3 * 24 * 3_600_000

const all = 'bucket_ms, credential, consumer, version, source, says, outcome, lane, count, first_ms, last_ms'
const bucketColumns = columns(
  'bucket_ms:bigint credential:text consumer:text version:bigint source:text says:text outcome:text lane:text ' +
    'count:bigint first_ms:bigint last_ms:bigint',
)

const floor = (atMs: number) => Math.floor(atMs / bucketLengthMs) * bucketLengthMs

/** The bucket of now, or the first that is not closed. The shared lock keeps it open until the counts are in it. */
export function* openBucketMs(dialect: Dialect, receivedMs: number): Script<number> {
  const rows = yield one(`SELECT value FROM meta WHERE name = 'buckets-closed-until' ${dialect.forShare}`)
  return Math.max(floor(receivedMs), untilOf(rows))
}

export function* addToBuckets(buckets: ReadonlyMap<string, Bucket>): Script<void> {
  if (buckets.size === 0) return
  yield {
    into: 'buckets',
    columns: bucketColumns,
    rows: byKey(buckets).map(one => [
      one.bucketMs,
      one.credential,
      one.consumer,
      one.version,
      one.source,
      one.says,
      one.outcome,
      one.lane,
      one.count,
      one.firstMs,
      one.lastMs,
    ]),
    onConflict: `ON CONFLICT (credential, bucket_ms, consumer, version, source, says, outcome, lane) DO UPDATE SET
      count = buckets.count + excluded.count,
      first_ms = CASE WHEN buckets.first_ms < excluded.first_ms THEN buckets.first_ms ELSE excluded.first_ms END,
      last_ms = CASE WHEN buckets.last_ms > excluded.last_ms THEN buckets.last_ms ELSE excluded.last_ms END`,
  }
}

/** A bucket is named by when it was received, so what was seen at `fromMs` is in none that ended before it (bar skew). */
export function* buckets(_: Dialect, { credential, consumer, fromMs, toMs }: BucketQuery): Script<Bucket[]> {
  const rows = yield one(
    `SELECT ${all} FROM buckets WHERE credential = $1 AND bucket_ms > $2 AND last_ms >= $3 AND first_ms < $4
      ${consumer === undefined ? '' : 'AND consumer = $5'}
      ORDER BY bucket_ms, consumer, version, source, says, outcome, lane`,
    credential,
    fromMs - bucketLengthMs - skewMs,
    fromMs,
    toMs,
    ...(consumer === undefined ? [] : [consumer]),
  )
  return rows.map(bucketOf)
}

export function* closeBuckets(
  dialect: Dialect,
  beforeMs: number,
): Script<{ bucketMs: number; rows: Bucket[] }[]> {
  const rows = yield one(`SELECT value FROM meta WHERE name = 'buckets-closed-until' ${dialect.forUpdate}`)
  const closedMs = untilOf(rows)
  const untilMs = Math.max(closedMs, floor(beforeMs))
  if (untilMs > closedMs) {
    yield one(`UPDATE meta SET value = $1 WHERE name = 'buckets-closed-until'`, String(untilMs))
  }
  yield one('DELETE FROM batches WHERE received_ms < $1', beforeMs - batchesKeptMs)

  const digestedMs = untilOf(yield one(`SELECT value FROM meta WHERE name = 'buckets-digested-until'`))
  const closed = yield one(
    `SELECT ${all} FROM buckets WHERE bucket_ms >= $1 AND bucket_ms < $2
      ORDER BY bucket_ms, credential, consumer, version, source, says, outcome, lane`,
    digestedMs,
    untilMs,
  )
  const byStart = new Map<number, Bucket[]>()
  for (const row of closed) {
    const bucket = bucketOf(row)
    const known = byStart.get(bucket.bucketMs)
    if (known === undefined) byStart.set(bucket.bucketMs, [bucket])
    else known.push(bucket)
  }
  return [...byStart].map(([bucketMs, rows]) => ({ bucketMs, rows }))
}

const untilOf = (rows: readonly Row[]) => (rows[0] === undefined ? 0 : Number(text(rows[0], 'value')))
