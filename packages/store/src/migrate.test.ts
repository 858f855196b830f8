// What a migration finds in a store that was filled before it.
import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { administer, dropSchema, freshFile, freshSchema, postgresIsThere, postgresUrl } from './fixtures.ts'
import { inline, openPostgres, openSqlite, type Store } from './index.ts'
import { migrationsFor } from './migrate.ts'

const beforeWayBack = 3
const ended = (id: string, credential: string, ending: string, endedMs: number) =>
  `('${id}', '${credential}', 'ended', 1, '${JSON.stringify({ phase: 'ended', ending, endedMs })}')`
const rows = `
  INSERT INTO credentials (id, record, last_version, seq) VALUES ('went', '{}', 3, 1), ('never', '{}', 2, 1);
  INSERT INTO rotations (id, credential, phase, seq, state) VALUES
    ${ended('r1', 'went', 'rolled-back', 10)}, ${ended('r2', 'went', 'rolled-back', 20)},
    ${ended('r3', 'went', 'completed', 30)}, ${ended('r4', 'never', 'aborted', 40)},
    ('r5', 'never', 'running', 1, '{"phase":"running"}');`

async function found(store: Store): Promise<void> {
  const credentials = await store.credentials({ after: null, limit: 9 })
  await store.close()
  const wentMs = Object.fromEntries(credentials.map(row => [row.id, row.lastRollbackMs]))
  assert.deepEqual(wentMs, { went: 20, never: null })
}

test('SQLite: a store from before the way back was kept finds when each credential last went it', async context => {
  const { path, remove } = freshFile()
  context.after(remove)
  openSqlite(path, { migrations: migrationsFor('sqlite').slice(0, beforeWayBack) }).close()
  const database = new DatabaseSync(path)
  database.exec(rows)
  database.close()
  await found(inline(openSqlite(path)))
})

if (await postgresIsThere('what a migration finds on PostgreSQL')) {
  test('PostgreSQL: a store from before the way back was kept finds when each credential last went it', async context => {
    const schema = freshSchema()
    context.after(() => dropSchema(schema))
    const options = { connection: postgresUrl, schema }
    const migrations = migrationsFor('postgres').slice(0, beforeWayBack)
    await (await openPostgres({ ...options, migrations })).close()
    await administer(client => client.query(`SET search_path TO ${schema}; ${rows}`))
    await found(await openPostgres(options))
  })
}
