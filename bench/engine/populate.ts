// Runs a population's statements on a store that is closed, through a connection of the bench's own.
import { closeSync, fsyncSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { openPostgres, openSqliteStore } from '@rekey/store'
import type pg from 'pg'
import { groundOn } from './ground.ts'
import { withClient } from './place.ts'
import {
  allTables,
  type Column,
  forget,
  keep,
  multiply,
  postgresWords,
  registerTemplates,
  sqliteWords,
  type Template,
  type Wanted,
} from './population.ts'

const both: readonly Template[] = ['one', 'three']

/** Makes the store, and answers how to fill it: again and again, or once. */
export async function sqlitePopulation(path: string): Promise<{ add(wanted: Wanted): void; close(): void }> {
  const store = await openSqliteStore(path)
  await registerTemplates(await groundOn(store))
  await store.close()
  const database = new DatabaseSync(path)
  // Nothing here need survive a crash, so nothing is written twice.
  database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000')
  for (const table of allTables) for (const template of both) database.exec(keep(table, template))
  for (const table of allTables) database.exec(forget(table))
  const columnsOf = (table: string): Column[] =>
    database
      .prepare(`PRAGMA table_info(${table})`)
      .all()
      .map(row => ({ name: String(row['name']), isText: row['type'] === 'TEXT' }))
  return {
    add(wanted) {
      database.exec('BEGIN')
      for (const table of wanted.tables) {
        database.exec(multiply(table, columnsOf(table.name), wanted, sqliteWords))
      }
      database.exec('COMMIT')
    },
    close() {
      database.exec('PRAGMA journal_mode = WAL')
      database.close()
      onDisk(path)
    },
  }
}

/** What the system has not written yet would be written while something else is measured. */
function onDisk(path: string): void {
  const file = openSync(path, 'r+')
  fsyncSync(file)
  closeSync(file)
}

export async function populateSqlite(path: string, all: readonly Wanted[]): Promise<void> {
  const population = await sqlitePopulation(path)
  for (const wanted of all) population.add(wanted)
  population.close()
}

export async function populatePostgres(url: string, schema: string, all: readonly Wanted[]): Promise<void> {
  const store = await openPostgres({ connection: url, schema })
  await registerTemplates(await groundOn(store))
  await store.close()
  await withClient(url, async client => {
    await client.query(`SET search_path = ${schema}; SET synchronous_commit = off`)
    for (const table of allTables) for (const template of both) await client.query(keep(table, template))
    for (const table of allTables) await client.query(forget(table))
    for (const wanted of all) {
      for (const table of wanted.tables) {
        await client.query(
          multiply(table, await columnsOf(client, schema, table.name), wanted, postgresWords),
        )
      }
    }
    for (const { name } of allTables) await client.query(`VACUUM (ANALYZE) ${name}`)
    // As above; who may not ask for it measures with some more noise.
    await client.query('CHECKPOINT').catch(() => {})
  })
}

async function columnsOf(client: pg.Client, schema: string, table: string): Promise<Column[]> {
  const { rows } = await client.query<{ column_name: string; data_type: string }>(
    `SELECT column_name, data_type FROM information_schema.columns
      WHERE table_schema = $1 AND table_name = $2 ORDER BY ordinal_position`,
    [schema, table],
  )
  return rows.map(row => ({ name: row.column_name, isText: row.data_type === 'text' }))
}
