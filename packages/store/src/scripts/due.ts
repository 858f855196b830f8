// Who must be looked at, when, and by whom. Order of locks in every script: entries, coverage, buckets, then `due`, then
// streams, then rows; within a table by key. A claim waits for nobody: it passes over what is locked.
import type { Claimed, ClaimRequest, Fence } from '../contract.ts'
import type { Dialect, Row, Script } from '../script.ts'
import { columns, int, intOrNull, list, one, text, textOrNull } from './statements.ts'

const leaseColumns = columns('subject:text holder:text until_ms:bigint token:bigint')
const leased =
  'ON CONFLICT (subject) DO UPDATE SET ' +
  'holder = excluded.holder, until_ms = excluded.until_ms, token = excluded.token, woken_ms = NULL'

/**
 * Reads and writes in two steps: a single UPDATE over a sub-select may scan a million rows when the planner has no
 * statistics, while the upsert always goes by the primary key. Ordered by (at_ms, subject), which only one index has.
 */
export function* claim(dialect: Dialect, request: ClaimRequest): Script<Claimed[]> {
  if (request.limit < 1) return []
  const rows = yield one(
    `SELECT subject, at_ms, token FROM due
      WHERE at_ms <= $1 AND (holder IS NULL OR until_ms <= $1)
      ORDER BY at_ms, subject LIMIT $2 ${dialect.forUpdateSkipLocked}`,
    request.nowMs,
    request.limit,
  )
  return yield* lease(rows, request)
}

export function* claimOne(
  dialect: Dialect,
  subject: string,
  request: Omit<ClaimRequest, 'limit'>,
): Script<Claimed | null> {
  yield one('INSERT INTO due (subject, token) VALUES ($1, 0) ON CONFLICT (subject) DO NOTHING', subject)
  const rows = yield one(
    `SELECT subject, at_ms, token FROM due
      WHERE subject = $1 AND (holder IS NULL OR holder = $2 OR until_ms <= $3) ${dialect.forUpdate}`,
    subject,
    request.holder,
    request.nowMs,
  )
  const claimed = yield* lease(rows, request)
  return claimed[0] ?? null
}

function* lease(rows: readonly Row[], request: Omit<ClaimRequest, 'limit'>): Script<Claimed[]> {
  if (rows.length === 0) return []
  const { holder, nowMs, leaseMs } = request
  const untilMs = nowMs + leaseMs
  const claimed = rows.map(row => ({
    subject: text(row, 'subject'),
    holder,
    token: int(row, 'token') + 1,
    // A subject may be claimed although nothing is due; then it is looked at because somebody asks now.
    dueMs: intOrNull(row, 'at_ms') ?? nowMs,
    untilMs,
  }))
  yield {
    into: 'due',
    columns: leaseColumns,
    rows: claimed.map(one => [one.subject, holder, untilMs, one.token]),
    onConflict: leased,
  }
  return claimed
}

export function* renew(_: Dialect, fence: Fence, untilMs: number): Script<boolean> {
  const rows = yield one(
    'UPDATE due SET until_ms = $1 WHERE subject = $2 AND holder = $3 AND token = $4 RETURNING subject',
    untilMs,
    fence.subject,
    fence.holder,
    fence.token,
  )
  return rows.length > 0
}

export function* release(_: Dialect, fence: Fence): Script<boolean> {
  const rows = yield one(
    `UPDATE due SET holder = NULL, until_ms = NULL, woken_ms = NULL
      WHERE subject = $1 AND holder = $2 AND token = $3 RETURNING subject`,
    fence.subject,
    fence.holder,
    fence.token,
  )
  return rows.length > 0
}

export function* wake(dialect: Dialect, subject: string, atMs: number): Script<void> {
  yield* wakeAll(dialect, new Map([[subject, atMs]]))
}

/**
 * Takes the lock even where nothing changes: a claim that follows then sees what woke the subject, and one that came
 * before is told by `woken_ms`. Without it a wake between the two would be lost.
 */
export function* wakeAll(dialect: Dialect, wakes: ReadonlyMap<string, number>): Script<void> {
  if (wakes.size === 0) return
  const subjects = [...wakes.keys()].sort()
  const known = new Map((yield* lockDue(dialect, subjects)).map(row => [text(row, 'subject'), row]))
  const rows = subjects.filter(subject => {
    const row = known.get(subject)
    if (row === undefined) return true
    const atMs = wakes.get(subject)!
    const later = (name: string) => (intOrNull(row, name) ?? Number.POSITIVE_INFINITY) > atMs
    return later('at_ms') || (textOrNull(row, 'holder') !== null && later('woken_ms'))
  })
  if (rows.length === 0) return
  yield {
    into: 'due',
    columns: columns('subject:text at_ms:bigint token:bigint'),
    rows: rows.map(subject => [subject, wakes.get(subject)!, 0]),
    onConflict: `ON CONFLICT (subject) DO UPDATE SET
      at_ms = CASE WHEN due.at_ms <= excluded.at_ms THEN due.at_ms ELSE excluded.at_ms END,
      woken_ms = CASE WHEN due.holder IS NULL THEN NULL
        WHEN due.woken_ms <= excluded.at_ms THEN due.woken_ms ELSE excluded.at_ms END`,
  }
}

export function* lockDue(dialect: Dialect, subjects: readonly string[]): Script<Row[]> {
  if (subjects.length === 0) return []
  const among = list(subjects)
  return yield one(
    `SELECT subject, at_ms, holder, token, woken_ms FROM due
      WHERE subject IN ${among.sql} ORDER BY subject ${dialect.forUpdate}`,
    ...among.params,
  )
}
