// Processes that are in the way, and processes that are killed.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { administer, dropSchema, freshFile, freshSchema, postgresIsThere, postgresUrl } from './fixtures.ts'
import { inline, openPostgres, openSqlite, StoreError } from './index.ts'
import { migrationsFor, shippedMigrations } from './migrate.ts'

const program = fileURLToPath(new URL('./store-child.ts', import.meta.url))

const started: ChildProcess[] = []
after(() => {
  for (const child of started) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
})

function start(...args: string[]): { child: ChildProcess; heard: () => string; said: Promise<unknown> } {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  started.push(child)
  let text = ''
  child.stdout!.setEncoding('utf8').on('data', (part: string) => {
    text += part
  })
  const silent = once(child, 'close').then(([code]) => {
    if (text === '') throw new Error(`the child ended with ${code} and said nothing`)
  })
  return { child, heard: () => text, said: Promise.race([once(child.stdout!, 'data'), silent]) }
}

async function kill(child: ChildProcess): Promise<void> {
  assert.ok(child.exitCode === null, `the child has ended by itself with ${child.exitCode}`)
  const gone = once(child, 'close')
  child.kill('SIGKILL')
  await gone
}

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

function file(context: TestContext): string {
  const { path, remove } = freshFile()
  context.after(remove)
  return path
}

test('two processes cannot work with one store file; it stays readable, and a kill frees it', async context => {
  const path = file(context)
  const { child, said } = start('hold', path)
  await said
  assert.throws(
    () => openSqlite(path),
    (error: unknown) =>
      error instanceof StoreError && error.code === 'store-in-use' && /Stop the other/.test(error.how),
  )
  const reader = new DatabaseSync(path, { readOnly: true })
  assert.equal(reader.prepare(`SELECT value FROM meta WHERE name = 'store'`).get()?.['value'], 'rekey')
  reader.close()
  await kill(child)
  openSqlite(path).close()
})

test('what was acknowledged survives twenty kills, and what was not is whole or absent', async context => {
  const path = file(context)
  const acknowledged: string[] = []
  for (let round = 0; round < 20; round++) {
    const { child, heard, said } = start('commit', path, `r${round}`)
    await said
    await pause(10 + ((round * 37) % 90))
    await kill(child)
    acknowledged.push(...heard().split('\n').slice(0, -1))
  }
  const store = inline(openSqlite(path))
  const stored = new Set<string>()
  for (let after = 0; ; ) {
    const page = await store.events(after, 10_000)
    if (page.length === 0) break
    for (const { stream } of page) stored.add(stream)
    after = page.at(-1)!.position
  }
  assert.ok(acknowledged.length > 200, `only ${acknowledged.length} commits`)
  assert.deepEqual(
    acknowledged.filter(stream => !stored.has(stream)),
    [],
  )
  const due = await store.claim({ holder: 'me', nowMs: 1, leaseMs: 1, limit: 1_000_000 })
  assert.deepEqual(
    new Set(due.map(({ subject }) => subject.slice('subject/'.length))),
    stored,
    'events and rows of a commit are there together',
  )
  await store.close()
})

/** The shipped migrations, and one that changes something and then takes long. */
function slowMigrations(engine: 'sqlite' | 'postgres', path: string): string {
  const folder = join(dirname(path), 'migrations')
  cpSync(shippedMigrations, folder, { recursive: true })
  const number = String(migrationsFor(engine).length + 1).padStart(4, '0')
  const endless =
    engine === 'sqlite'
      ? 'WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) INSERT INTO meta SELECT i, i FROM n;'
      : 'SELECT pg_sleep(60);'
  writeFileSync(
    join(folder, `${number}-slow.sql`),
    `CREATE TABLE half (id INTEGER); DELETE FROM log_state; ${endless}`,
  )
  return `${folder}/`
}

test('a migration that is killed half-way leaves nothing on SQLite', async context => {
  const path = file(context)
  openSqlite(path).close()
  const { child, said } = start('migrate-sqlite', path, slowMigrations('sqlite', path))
  await said
  await pause(300)
  await kill(child)
  const engine = openSqlite(path)
  assert.deepEqual(engine.logState(), { size: 0, checkpoint: null })
  engine.close()
})

if (await postgresIsThere('a migration that is killed half-way on PostgreSQL')) {
  test('a migration that is killed half-way leaves nothing on PostgreSQL', async context => {
    const schema = freshSchema()
    context.after(() => dropSchema(schema))
    const folder = slowMigrations('postgres', file(context))
    const named = new URL(postgresUrl)
    named.searchParams.set('application_name', schema)
    const { child, said } = start('migrate-postgres', named.href, `${schema} ${folder}`)
    await said
    await pause(700)
    await kill(child)
    // The server ends the sleep of a client that is gone only when it is told to look.
    await administer(client =>
      client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [
        schema,
      ]),
    )
    const store = await openPostgres({ connection: postgresUrl, schema })
    assert.deepEqual(await store.logState(), { size: 0, checkpoint: null })
    await store.close()
  })
}
