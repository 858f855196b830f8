// A backup's view of SQLite: a second connection to the file. In WAL mode it reads one snapshot while the store writes on;
// the log only cannot be folded into the file behind it until it ends.
import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'
import type { Column, Param, Row } from '../script.ts'
import { failure } from '../sqlite/failure.ts'
import { openFile } from '../sqlite/file.ts'
import { lock } from '../sqlite/lock.ts'
import {
  grouped,
  type Landing,
  notOurs,
  type Rows,
  type Shapes,
  type Snapshot,
  type SqlitePlace,
  type Table,
} from './place.ts'

/** Read in about a millisecond, so that nobody in this process waits longer for a backup. */
const portionRows = 200
const busyMs = 5_000

export function openSqliteSnapshot({ path }: SqlitePlace): Snapshot {
  if (!existsSync(path)) throw notOurs()
  const database = guarded(() => new DatabaseSync(path, { readOnly: true, timeout: busyMs }))
  const query = (sql: string) => guarded(() => database.prepare(sql).all() as Row[])
  try {
    database.exec('BEGIN')
    // The snapshot is taken by the first read, not by BEGIN.
    query('SELECT count(*) FROM sqlite_schema')
  } catch (error) {
    database.close()
    throw failure(error)
  }
  return {
    query: async sql => query(sql),
    tables: async () => tablesOf(query),
    rows: table => portions(database, table),
    end: async () => database.close(),
  }
}

async function* portions(database: DatabaseSync, { name, columns }: Table): AsyncGenerator<Rows> {
  const names = columns.map(column => column.name)
  const found = database.prepare(`SELECT ${names.join(', ')} FROM ${name}`).iterate() as Iterable<Row>
  let portion: Param[][] = []
  for (const row of guardedAll(found)) {
    portion.push(names.map(column => row[column] as Param))
    if (portion.length < portionRows) continue
    yield portion
    portion = []
    await setImmediate()
  }
  if (portion.length > 0) yield portion
}

export function openSqliteLanding({ path }: SqlitePlace, { all, first }: Shapes): Landing {
  const held = lock(path)
  let database: DatabaseSync | undefined
  try {
    const opened = openFile(path, { migrations: existsSync(path) ? all : first })
    database = opened
    opened.exec('BEGIN IMMEDIATE')
    const query = (sql: string) => guarded(() => opened.prepare(sql).all() as Row[])
    const put = (table: Table, rows: Rows) => guarded(() => insert(opened, table, rows))
    return {
      query: async sql => query(sql),
      tables: async () => tablesOf(query),
      put: async (table, rows) => put(table, rows),
      async keep() {
        guarded(() => opened.exec('COMMIT'))
        openFile(path, { migrations: all }).close()
      },
      async end() {
        // Closing rolls back what was not committed.
        opened.close()
        held.release()
      },
    }
  } catch (error) {
    database?.close()
    held.release()
    throw failure(error)
  }
}

function insert(database: DatabaseSync, { name, columns }: Table, rows: Rows): void {
  const names = columns.map(column => column.name).join(', ')
  const marks = columns.map(() => '?').join(', ')
  const statement = database.prepare(`INSERT INTO ${name} (${names}) VALUES (${marks})`)
  for (const row of rows) statement.run(...row)
}

const types: Record<string, Column['type']> = { TEXT: 'text', INTEGER: 'bigint', BLOB: 'bytea' }

function tablesOf(query: (sql: string) => Row[]): Table[] {
  const rows = query(
    `SELECT t.name AS "table", c.name AS "column", c.type AS type
      FROM sqlite_schema AS t, pragma_table_info(t.name) AS c
      WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY t.name, c.cid`,
  )
  return grouped(rows, types)
}

function guarded<T>(act: () => T): T {
  try {
    return act()
  } catch (error) {
    throw failure(error)
  }
}

function* guardedAll(rows: Iterable<Row>): Iterable<Row> {
  try {
    yield* rows
  } catch (error) {
    throw failure(error)
  }
}
