// Brings a schema to this program's shape. Several control planes may start at once: one migrates, the others wait at an
// advisory lock and then find nothing left to do.
import type pg from 'pg'
import { StoreError } from '../contract.ts'
import { type Migration, migrationFailed, pending, recordMigration } from '../migrate.ts'
import { isLost } from './failure.ts'

export async function migrate(
  client: pg.ClientBase,
  schema: string,
  migrations: readonly Migration[],
): Promise<void> {
  const key = `hashtextextended('rekey migrations of ${schema}', 0)`
  await client.query(`SELECT pg_advisory_lock(${key})`)
  try {
    const known = await client.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema])
    // Asked first: a user may own its schema without the right to create one.
    if (known.rowCount === 0) await client.query(`CREATE SCHEMA ${schema}`)
    for (const migration of pending(migrations, await standing(client, schema))) await run(client, migration)
  } finally {
    // A lock of the session: were the connection lost, the lock is gone with it.
    await client.query(`SELECT pg_advisory_unlock(${key})`).catch(() => {})
  }
}

/** The number of the last migration; 0 for a schema without tables. */
async function standing(client: pg.ClientBase, schema: string): Promise<number> {
  const tables = await client.query<{ relname: string }>(
    `SELECT relname FROM pg_class WHERE relnamespace = $1::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')`,
    [schema],
  )
  if (tables.rowCount === 0) return 0
  const named = (name: string) => tables.rows.some(({ relname }) => relname === name)
  if (!named('meta') || !named('migrations')) throw foreign(schema)
  const store = await client.query<{ value: unknown }>(
    `SELECT to_jsonb(meta) ->> 'value' AS value FROM meta WHERE to_jsonb(meta) ->> 'name' = 'store'`,
  )
  if (store.rows[0]?.value !== 'rekey') throw foreign(schema)
  const last = await client.query<{ number: number | null }>('SELECT max(number) AS number FROM migrations')
  return last.rows[0]?.number ?? 0
}

async function run(client: pg.ClientBase, migration: Migration): Promise<void> {
  try {
    await client.query('BEGIN')
    await client.query(migration.sql)
    await client.query(recordMigration, [migration.number, migration.name])
    await client.query('COMMIT')
  } catch (error) {
    if (isLost(error)) throw error
    await client.query('ROLLBACK').catch(() => {})
    throw migrationFailed(migration, error)
  }
}

const foreign = (schema: string) =>
  new StoreError(
    'foreign-store',
    `the schema ${schema} holds tables of another program`,
    'Give the store a schema of its own; it creates one that does not exist.',
  )
