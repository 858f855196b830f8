import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import { append, commitOf, credentialRow, nowMs } from '../conformance/setting.ts'
import type { Write } from '../contract.ts'
import { administer, dropSchema, freshSchema, postgresIsThere, postgresUrl } from '../fixtures.ts'
import { migrationsFor } from '../migrate.ts'
import { openPostgres } from '../postgres/store.ts'
import { openSqlite } from '../sqlite/engine.ts'
import { inline } from '../sqlite/inline.ts'
import { backup } from './backup.ts'
import { contentOf, lasting, secretText } from './fixtures.ts'
import type { Place } from './place.ts'
import { restore } from './restore.ts'
import { fileOf, filledPlace, goodBackup, newPath, newPlace, removeAll } from './sample.ts'

const from = await filledPlace()
const good = await goodBackup()
const schemas: string[] = []
after(async () => {
  removeAll()
  for (const schema of schemas) await dropSchema(schema)
})

test('a store that a control plane works with is not restored into', async () => {
  const to = newPlace()
  const store = openSqlite(to.path)
  await assert.rejects(restore(fileOf(good), to), { code: 'store-in-use' })
  store.close()
  await restore(fileOf(good), to)
})

test('a backup never replaces a file that is no backup, least of all the store', async () => {
  const bytes = readFileSync(from.path)
  await assert.rejects(backup(from, from.path), { code: 'bad-backup', message: /not overwritten/ })
  assert.deepEqual(readFileSync(from.path), bytes)
  const path = fileOf('')
  await backup(from, path)
  await assert.rejects(backup(from, join(path, 'below')), {
    code: 'bad-backup',
    message: /cannot be written/,
  })
  assert.deepEqual(readdirSync(dirname(path)), ['rekey.db'])
})

test('a backup that fails half-way leaves the one before it, and no other file', async () => {
  const place = await filledPlace()
  const path = newPath()
  await backup(place, path)
  const earlier = readFileSync(path)
  const database = new DatabaseSync(place.path)
  database.exec('CREATE TABLE zz_last (n INTEGER) STRICT; INSERT INTO zz_last VALUES (9007199254740993)')
  database.close()
  await assert.rejects(backup(place, path))
  assert.deepEqual(readFileSync(path), earlier)
  assert.deepEqual(readdirSync(dirname(path)), ['rekey.db'])
})

test('a database of another program has no backup', async () => {
  const place = newPlace()
  const database = new DatabaseSync(place.path)
  database.exec(`CREATE TABLE meta (name TEXT, value TEXT); CREATE TABLE migrations (number INTEGER)`)
  database.close()
  await assert.rejects(backup(place, newPath()), { code: 'foreign-store' })
  writeFileSync(place.path, 'not a database at all, but long enough to look at'.repeat(100))
  await assert.rejects(backup(place, newPath()), { code: 'foreign-store' })
})

test('a backup from before an upgrade comes into a new store, which is brought up to date', async () => {
  const known = migrationsFor('sqlite')
  const extra = { number: known.length + 1, name: 'extra', sql: 'CREATE TABLE extra (n INTEGER) STRICT' }
  const migrations = [...known, extra]
  const to = { ...newPlace(), migrations }
  await restore(fileOf(good), to)
  const content = await contentOf(to)
  assert.equal(content['migrations']?.length, migrations.length)
  assert.deepEqual(content['extra'], [])
  assert.equal(content['sealed']?.length, 1)

  const there = { ...newPlace(), migrations }
  openSqlite(there.path, { migrations }).close()
  await assert.rejects(restore(fileOf(good), there), {
    code: 'bad-backup',
    message: `the backup stands at migration ${known.length}, the store at ${known.length + 1}`,
  })

  const path = newPath()
  await backup(to, path)
  await assert.rejects(restore(path, newPlace()), { code: 'newer-store' })
})

test('a backup of a store of the first shape is restored by this program', async () => {
  const place = newPlace()
  const old = inline(openSqlite(place.path, { migrations: migrationsFor('sqlite').slice(0, 1) }))
  await old.commit(commitOf([append('credential/doc', 0, 'x')]))
  await old.close()
  const path = newPath()
  await backup(place, path)
  const to = newPlace()
  await restore(path, to)
  const store = inline(openSqlite(to.path))
  assert.equal((await store.stream('credential/doc', 0, 9)).length, 1)
  assert.equal(await store.credential('doc'), null)
  assert.deepEqual(await store.records('person', { after: null, limit: 9 }, nowMs), [])
  await store.close()
})

test('a backup of many rows lets everybody else have a turn, and comes back whole', async () => {
  const place = newPlace()
  const store = inline(openSqlite(place.path))
  const count = 20_000
  const writes = Array.from(
    { length: count },
    (_, i): Write => ({ put: 'credential', row: credentialRow(`c-${i}`) }),
  )
  await store.commit(commitOf([], writes))
  await store.close()
  const path = newPath()
  let turns = 0
  let isOver = false
  const turn = () => {
    turns += 1
    if (!isOver) setImmediate(turn)
  }
  setImmediate(turn)
  const { rows } = await backup(place, path, { nowMs: () => nowMs })
  isOver = true
  assert.ok(turns > count / 200, `${turns} turns`)
  const to = newPlace()
  assert.equal((await restore(path, to)).rows, rows)
  assert.deepEqual(lasting(await contentOf(to)), lasting(await contentOf(place)))
})

const there = await postgresIsThere('a backup that changes while it is restored')
test('a backup that changes between the check and the writing is not kept', { skip: !there }, async () => {
  const schema = freshSchema()
  schemas.push(schema)
  const to = { engine: 'postgres', connection: postgresUrl, schema } as const satisfies Place
  await (await openPostgres(to)).close()
  const path = fileOf(good)
  await administer(async client => {
    await client.query(`BEGIN; LOCK TABLE ${schema}.events IN SHARE MODE`)
    const restoring = assert.rejects(restore(path, to), { code: 'bad-backup', message: /checksum/ })
    // The file is checked by the time the restore waits for the lock.
    for (;;) {
      const { rowCount } = await client.query(
        `SELECT 1 FROM pg_locks WHERE NOT granted AND relation = '${schema}.events'::regclass`,
      )
      if (rowCount === 1) break
    }
    const text = good.toString('utf8')
    assert.ok(!text.includes(secretText))
    writeFileSync(path, text.replace('Key of doc', 'Key of cod'))
    await client.query('ROLLBACK')
    await restoring
    const { rows } = await client.query(`SELECT count(*)::int AS n FROM ${schema}.credentials`)
    assert.deepEqual(rows, [{ n: 0 }])
  })
})

test('a store that somebody holds on to on PostgreSQL is not waited for without end', {
  skip: !there,
  timeout: 20_000,
}, async () => {
  const schema = freshSchema()
  schemas.push(schema)
  const to = { engine: 'postgres', connection: postgresUrl, schema } as const satisfies Place
  await (await openPostgres(to)).close()
  await administer(async client => {
    await client.query(`BEGIN; LOCK TABLE ${schema}.due IN ROW EXCLUSIVE MODE`)
    await assert.rejects(restore(fileOf(good), { ...to, lockMs: 100 }), { code: 'store-in-use' })
    await client.query('ROLLBACK')
  })
})
