// A backup's view of PostgreSQL: one connection, one REPEATABLE READ snapshot, read through a cursor. Coming back, the
// tables are locked against everybody first, because another control plane may be at work in the same schema.
import type pg from 'pg'
import { StoreError } from '../contract.ts'
import { poolOf, schemaOf } from '../postgres/connection.ts'
import { codeOf, failure } from '../postgres/failure.ts'
import { migrate } from '../postgres/migrate.ts'
import { drive } from '../postgres/statement.ts'
import type { Column, Param, Row, Script } from '../script.ts'
import {
  grouped,
  type Landing,
  type PostgresPlace,
  type Rows,
  type Shapes,
  type Snapshot,
  type Table,
} from './place.ts'

const portionRows = 500
/** The disk that the backup goes to may pause; the server must not take that for a client that hangs. */
const statementMs = 600_000
const defaultLockMs = 5_000
const lockNotAvailable = '55P03'

export async function openPostgresSnapshot(place: PostgresPlace): Promise<Snapshot> {
  const connection = await connect(place)
  const { query } = connection
  try {
    await query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    // The snapshot is taken by the first statement, not by BEGIN.
    await query('SELECT 1')
  } catch (error) {
    await connection.end()
    throw error
  }
  return {
    query,
    tables: () => tablesOf(query),
    rows: table => portions(query, table),
    end: connection.end,
  }
}

async function* portions(query: Query, { name, columns }: Table): AsyncGenerator<Rows> {
  const names = columns.map(column => column.name)
  await query(`DECLARE portion NO SCROLL CURSOR FOR SELECT ${names.join(', ')} FROM ${name}`)
  for (;;) {
    const rows = await query(`FETCH ${portionRows} FROM portion`)
    if (rows.length > 0) yield rows.map(row => names.map(column => row[column] as Param))
    if (rows.length < portionRows) break
  }
  await query('CLOSE portion')
}

export async function openPostgresLanding(place: PostgresPlace, { all, first }: Shapes): Promise<Landing> {
  const connection = await connect(place)
  const { client, query } = connection
  const shape = (migrations: typeof all) => reported(migrate(client, schemaOf(place), migrations))
  try {
    const [there] = await query(`SELECT to_regclass('${schemaOf(place)}.migrations') IS NOT NULL AS there`)
    await shape(there?.['there'] === true ? all : first)
    await query('BEGIN')
    await lockAll(connection, place.lockMs ?? defaultLockMs)
  } catch (error) {
    await connection.end()
    throw error
  }
  return {
    query,
    tables: () => tablesOf(query),
    put: (table, rows) => reported(drive(client, putting(table, rows))),
    async keep() {
      // The sequence is no part of any row: it goes on after the last position.
      await query(
        `SELECT setval('event_positions', max(position)) FROM events HAVING max(position) IS NOT NULL`,
      )
      await query('COMMIT')
      await shape(all)
    },
    // Hanging up rolls back what was not committed.
    end: connection.end,
  }
}

function* putting({ name, columns }: Table, rows: Rows): Script<void> {
  yield { into: name, columns, rows, onConflict: '' }
}

async function lockAll({ client, query }: Connection, lockMs: number): Promise<void> {
  const tables = await tablesOf(query)
  await query(`SET LOCAL lock_timeout = ${Math.trunc(lockMs)}`)
  try {
    await client.query(`LOCK TABLE ${tables.map(({ name }) => name).join(', ')} IN ACCESS EXCLUSIVE MODE`)
  } catch (error) {
    if (codeOf(error) !== lockNotAvailable) throw failure(error)
    throw new StoreError('store-in-use', 'somebody works with this store', 'Stop every control plane first.')
  }
}

type Query = (sql: string) => Promise<Row[]>

interface Connection {
  client: pg.PoolClient
  query: Query
  end(): Promise<void>
}

async function connect(place: PostgresPlace): Promise<Connection> {
  const pool = await poolOf({ ...place, max: 1, statementMs })
  let client: pg.PoolClient
  try {
    client = await pool.connect()
  } catch (error) {
    await pool.end()
    throw failure(error)
  }
  // What breaks it is reported by the statement that waits; without a listener it would end the process as well.
  client.on('error', () => undefined)
  let ending: Promise<void> | null = null
  const end = () => {
    client.release(true)
    return pool.end()
  }
  return {
    client,
    query: async sql => (await reported(client.query<Row>(sql))).rows,
    end: () => (ending ??= end()),
  }
}

async function reported<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw failure(error)
  }
}

const types: Record<string, Column['type']> = {
  text: 'text',
  bytea: 'bytea',
  bigint: 'bigint',
  integer: 'bigint',
}

async function tablesOf(query: Query): Promise<Table[]> {
  const rows = await query(
    `SELECT c.relname AS "table", a.attname AS "column", format_type(a.atttypid, NULL) AS type
      FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
      ORDER BY c.relname COLLATE "C", a.attnum`,
  )
  return grouped(rows, types)
}
