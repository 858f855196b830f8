// Five-minute counts for forensics. A closed bucket never changes again: its digest is sealed.
import { skewMs } from '@rekey/core/observation'
import { type Bucket, type BucketQuery, bucketLengthMs } from '../contract.ts'
import type { Dialect, Param, Row, Script } from '../script.ts'
import { byKey, columns, int, json, list, one, portions, text } from './statements.ts'

/** The numbers of batches are kept this long: what is repeated later is refused as stale before it comes here. */
const batchesKeptMs = 3 * 24 * 3_600_000

const bucketColumns = columns('credential:text bucket_ms:bigint consumer:text cells:text')

/** One kind of use in a bucket, as its row keeps it. */
type Cell = [
  version: number,
  source: string,
  says: string,
  outcome: string,
  lane: string,
  count: number,
  firstMs: number,
  lastMs: number,
]

const floor = (atMs: number) => Math.floor(atMs / bucketLengthMs) * bucketLengthMs

/** The bucket of now, or the first that is not closed. The shared lock keeps it open until the counts are in it. */
export function* openBucketMs(dialect: Dialect, receivedMs: number): Script<number> {
  const rows = yield one(`SELECT value FROM meta WHERE name = 'buckets-closed-until' ${dialect.forShare}`)
  return Math.max(floor(receivedMs), untilOf(rows))
}

export function* addToBuckets(
  dialect: Dialect,
  counted: ReadonlyMap<string, readonly Bucket[]>,
): Script<void> {
  const fresh: Param[][] = []
  const changed: Param[][] = []
  for (const some of portions(byKey(counted), 1_024)) {
    const known = yield* cellsOf(dialect, some)
    for (const said of some) {
      const [{ credential, bucketMs, consumer }] = said as [Bucket]
      const cells = known.get(keyOf(credential, consumer))
      const into = cells === undefined ? fresh : changed
      into.push([credential, bucketMs, consumer, JSON.stringify(merged(cells ?? [], said))])
    }
  }
  // Two batches that both found no row meet at the primary key, and the loser is run again: no count is lost.
  if (fresh.length > 0) yield { into: 'buckets', columns: bucketColumns, rows: fresh, onConflict: '' }
  if (changed.length > 0) {
    yield { update: 'buckets', columns: bucketColumns, keys: 3, rows: changed, where: '' }
  }
}

function* cellsOf(dialect: Dialect, some: readonly (readonly Bucket[])[]): Script<Map<string, Cell[]>> {
  const known = new Map<string, Cell[]>()
  const byCredential = new Map<string, string[]>()
  for (const [one] of some) {
    const consumers = byCredential.get(one!.credential)
    if (consumers === undefined) byCredential.set(one!.credential, [one!.consumer])
    else consumers.push(one!.consumer)
  }
  for (const [credential, consumers] of byCredential) {
    const among = list(consumers, [credential, some[0]![0]!.bucketMs])
    const rows = yield one(
      `SELECT consumer, cells FROM buckets WHERE credential = $1 AND bucket_ms = $2 AND consumer IN ${among.sql}
        ORDER BY consumer ${dialect.forUpdate}`,
      ...among.params,
    )
    for (const row of rows) known.set(keyOf(credential, text(row, 'consumer')), json(row, 'cells'))
  }
  return known
}

const keyOf = (credential: string, consumer: string) => `${credential}\n${consumer}`

function merged(cells: Cell[], said: readonly Bucket[]): Cell[] {
  for (const { version, source, says, outcome, lane, count, firstMs, lastMs } of said) {
    const known = cells.find(
      cell =>
        cell[0] === version &&
        cell[1] === source &&
        cell[2] === says &&
        cell[3] === outcome &&
        cell[4] === lane,
    )
    if (known === undefined) cells.push([version, source, says, outcome, lane, count, firstMs, lastMs])
    else {
      known[5] += count
      known[6] = Math.min(known[6], firstMs)
      known[7] = Math.max(known[7], lastMs)
    }
  }
  return cells
}

/** In an order that does not depend on that of arrival: a digest is made of it. */
function bucketsOf(row: Row): Bucket[] {
  const [credential, bucketMs, consumer] = [
    text(row, 'credential'),
    int(row, 'bucket_ms'),
    text(row, 'consumer'),
  ]
  return json<Cell[]>(row, 'cells')
    .map(([version, source, says, outcome, lane, count, firstMs, lastMs]) => {
      return { bucketMs, credential, consumer, version, source, says, outcome, lane, count, firstMs, lastMs }
    })
    .sort((a, b) => a.version - b.version || compare(sortOf(a), sortOf(b)))
}

const sortOf = ({ source, says, outcome, lane }: Bucket) => `${source}\n${says}\n${outcome}\n${lane}`
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** A bucket is named by when it was received, so what was seen at `fromMs` is in none that ended before it (bar skew). */
export function* buckets(_: Dialect, { credential, consumer, fromMs, toMs }: BucketQuery): Script<Bucket[]> {
  const rows = yield one(
    `SELECT credential, bucket_ms, consumer, cells FROM buckets WHERE credential = $1 AND bucket_ms > $2
      ${consumer === undefined ? '' : 'AND consumer = $3'}
      ORDER BY bucket_ms, consumer`,
    credential,
    fromMs - bucketLengthMs - skewMs,
    ...(consumer === undefined ? [] : [consumer]),
  )
  return rows.flatMap(bucketsOf).filter(({ firstMs, lastMs }) => lastMs >= fromMs && firstMs < toMs)
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
    `SELECT credential, bucket_ms, consumer, cells FROM buckets WHERE bucket_ms >= $1 AND bucket_ms < $2
      ORDER BY bucket_ms, credential, consumer`,
    digestedMs,
    untilMs,
  )
  const byStart = new Map<number, Bucket[]>()
  for (const bucket of closed.flatMap(bucketsOf)) {
    const known = byStart.get(bucket.bucketMs)
    if (known === undefined) byStart.set(bucket.bucketMs, [bucket])
    else known.push(bucket)
  }
  return [...byStart].map(([bucketMs, rows]) => ({ bucketMs, rows }))
}

const untilOf = (rows: readonly Row[]) => (rows[0] === undefined ? 0 : Number(text(rows[0], 'value')))
