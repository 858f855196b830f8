// What is read across all credentials, by credential and then by id; and the record from its newest end. These are many and are read
// once, so nothing of them is kept among the texts read lately.
import type { Consumer, Ghost, Version } from '@rekey/core'
import type { OpenGhosts, Page, Past, RowPlace, StoredEvent } from '../contract.ts'
import type { Dialect, Param, Script } from '../script.ts'
import { consumersWithWork, eventColumns, withWork } from './read.ts'
import { eventOf, ghostOf } from './rows.ts'
import { int, json, one, text } from './statements.ts'

interface AcrossPage {
  after: RowPlace | null
  limit: number
}

export function* allConsumers(_: Dialect, { after, limit }: AcrossPage): Script<Consumer[]> {
  const rows = yield one(
    `SELECT record, worked_ms FROM ${consumersWithWork}
      WHERE (consumers.credential, id) > ($1, $2) ORDER BY consumers.credential, id LIMIT $3`,
    after?.credential ?? '',
    after?.id ?? '',
    limit,
  )
  return rows.map(row => withWork(json<Consumer>(row, 'record'), row))
}

export function* currentVersions(_: Dialect, { after, limit }: Page): Script<Version[]> {
  const rows = yield one(
    `SELECT versions.record FROM credentials
      JOIN versions ON versions.credential = credentials.id AND versions.number = credentials.current_version
      WHERE credentials.id > $1 ORDER BY credentials.id LIMIT $2`,
    after ?? '',
    limit,
  )
  return rows.map(row => json<Version>(row, 'record'))
}

export function* allGhosts(
  _: Dialect,
  { after, limit, state }: AcrossPage & { state: Ghost['state'] | null },
): Script<Ghost[]> {
  const place = [after?.credential ?? '', after?.id ?? '', limit]
  const rows =
    state === null
      ? yield one(
          'SELECT * FROM ghosts WHERE (credential, id) > ($1, $2) ORDER BY credential, id LIMIT $3',
          ...place,
        )
      : yield one(
          `SELECT * FROM ghosts WHERE state = $4 AND (credential, id) > ($1, $2)
            ORDER BY credential, id LIMIT $3`,
          ...place,
          state,
        )
  return rows.map(ghostOf)
}

export function* openGhosts(): Script<OpenGhosts[]> {
  const rows = yield one(
    `SELECT credential, COUNT(*) AS count, MIN(first_ms) AS first_ms, MAX(last_ms) AS last_ms,
        MIN(id) AS ghost, MIN(seen_as) AS seen_as
      FROM ghosts WHERE state = 'open' GROUP BY credential ORDER BY credential`,
  )
  return rows.map(row => ({
    credential: text(row, 'credential'),
    count: int(row, 'count'),
    firstMs: int(row, 'first_ms'),
    lastMs: int(row, 'last_ms'),
    ghost: text(row, 'ghost'),
    seenAs: text(row, 'seen_as'),
  }))
}

/** Sorted out where they are: of twenty thousand events that are looked at, only those that are meant go anywhere. */
export function* eventsBefore(dialect: Dialect, past: Past): Script<StoredEvent[]> {
  const params: Param[] = []
  const mark = (value: Param) => `$${params.push(value)}`
  const parts = [`position >= ${mark(past.from)}`, `position < ${mark(past.before)}`]
  if (past.type !== undefined) parts.push(`type = ${mark(past.type)}`)
  if (past.by !== undefined) parts.push(`actor = ${mark(past.by)}`)
  if (past.fromMs !== undefined) parts.push(`at_ms >= ${mark(past.fromMs)}`)
  if (past.toMs !== undefined) parts.push(`at_ms < ${mark(past.toMs)}`)
  if (past.credential !== undefined) parts.push(concerns(dialect, past.credential, mark))
  if (past.text !== undefined) parts.push(says(dialect, past.text, mark))
  const rows = yield one(
    `SELECT ${eventColumns} FROM events WHERE ${parts.join(' AND ')} ORDER BY position DESC LIMIT ${mark(past.limit)}`,
    ...params,
  )
  return rows.map(eventOf)
}

type Mark = (value: Param) => string

const concerns = ({ holds }: Dialect, credential: string, mark: Mark): string =>
  `(stream = ${mark(`credential/${credential}`)}
    OR stream IN (SELECT 'rotation/' || id FROM rotations WHERE credential = ${mark(credential)})
    OR ${holds('data', mark(`"credential":${JSON.stringify(credential)}`))})`

/** In the data, what is asked for stands as JSON writes it. */
function says({ holds, folded }: Dialect, text: string, mark: Mark): string {
  const plain = mark(fold(text))
  const written = mark(fold(JSON.stringify(text).slice(1, -1)))
  const inside = ['type', 'stream', 'actor'].map(column => holds(folded(column), plain))
  return `(${[...inside, holds(folded('data'), written)].join(' OR ')})`
}

const fold = (text: string) => text.replaceAll(/[A-Z]/g, letter => letter.toLowerCase())
