// The scripts' statements in PostgreSQL's words. Many rows are one round trip: arrays in, unnest on the server.
import type pg from 'pg'
import type { Column, Dialect, Param, Row, Script, Statement } from '../script.ts'

export const dialect: Dialect = {
  name: 'postgres',
  forUpdate: 'FOR UPDATE',
  forShare: 'FOR SHARE',
  forUpdateSkipLocked: 'FOR UPDATE SKIP LOCKED',
  holds: (text, part) => `strpos(${text}, ${part}) > 0`,
  // By bytes, or the database's own language would say which letters there are.
  folded: text => `lower(${text} COLLATE "C")`,
}

/**
 * Without names: the planner then sees the values each time. A plan made for any value may take the wrong index once the
 * table has grown, and a pooler between us and the server need not know prepared statements.
 */
async function execute(client: pg.ClientBase, statement: Statement): Promise<Row[]> {
  const { text, values } = written(statement)
  const result = await client.query<Row>(text, values)
  return result.rows
}

export async function drive<T>(client: pg.ClientBase, script: Script<T>): Promise<T> {
  let step = script.next()
  while (!step.done) step = script.next(await execute(client, step.value))
  return step.value
}

function written(statement: Statement): { text: string; values: unknown[] } {
  if ('sql' in statement) return { text: statement.sql, values: statement.params.map(bound) }
  const { columns, rows } = statement
  const values = columns.map((_, at) => rows.map(row => bound(row[at] ?? null)))
  const names = columns.map(({ name }) => name)
  if ('into' in statement) {
    const text = `INSERT INTO ${statement.into} (${names.join(', ')}) SELECT * FROM ${unnest(columns)} ${statement.onConflict}`
    return { text, values }
  }
  const { update, keys, where } = statement
  const set = names.slice(keys).map(name => `${name} = given.${name}`)
  const found = names.slice(0, keys).map(name => `${update}.${name} = given.${name}`)
  const text = `UPDATE ${update} SET ${set.join(', ')} FROM ${unnest(columns)} AS given (${names.join(', ')})
    WHERE ${found.join(' AND ')} ${where} RETURNING 1`
  return { text, values }
}

const unnest = (columns: readonly Column[]) =>
  `unnest(${columns.map(({ type }, at) => `$${at + 1}::${type}[]`).join(', ')})`

/** The driver knows bytes as Buffer only. */
const bound = (value: Param) =>
  value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : value
