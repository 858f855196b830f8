// What a store file may look like when things have gone wrong, and what is said about it.
import assert from 'node:assert/strict'
import {
  cpSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { suite, type TestContext, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import type { Worker } from 'node:worker_threads'
import { append, commitOf, committed, event } from './conformance/setting.ts'
import { freshFile } from './fixtures.ts'
import { inline, openSqlite, openSqliteStore, StoreError } from './index.ts'
import { migrationsFor, shippedMigrations } from './migrate.ts'

const code = (expected: string) => (error: unknown) => {
  assert.ok(error instanceof StoreError, String(error))
  assert.equal(error.code, expected, error.message)
  assert.ok(error.how.length > 10)
  return true
}

function file(context: TestContext): string {
  const { path, remove } = freshFile()
  context.after(remove)
  return path
}

async function filled(path: string, streams = 200): Promise<void> {
  const store = inline(openSqlite(path))
  for (let at = 0; at < streams; at++)
    await committed(store, commitOf([append(`s${at}`, 0, 'x'.repeat(300))]))
  await store.close()
}

function overwrite(path: string, from: number, to: number): void {
  const handle = openSync(path, 'r+')
  writeSync(handle, Buffer.alloc(to - from, 0xa5), 0, to - from, from)
}

suite('a file that is not a store', () => {
  test('a SQLite database of another program is refused and left as it was', context => {
    const path = file(context)
    const other = new DatabaseSync(path)
    other.exec('CREATE TABLE things (id INTEGER); INSERT INTO things VALUES (1)')
    other.close()
    const before = readFileSync(path)
    assert.throws(() => openSqlite(path), code('foreign-store'))
    assert.deepEqual(readFileSync(path), before)
  })

  test('a text, a picture or a folder is refused', async context => {
    const path = file(context)
    writeFileSync(path, 'This is a letter to a friend, and not a database at all. '.repeat(100))
    assert.throws(() => openSqlite(path), code('foreign-store'))
    await assert.rejects(openSqliteStore(path), code('foreign-store'))
    mkdirSync(join(dirname(path), 'folder'))
    assert.throws(() => openSqlite(join(dirname(path), 'folder')), code('store-unreachable'))
    assert.throws(() => openSqlite(join(dirname(path), 'missing', 'rekey.db')), code('store-unreachable'))
  })

  test('an empty file becomes a store', context => {
    const path = file(context)
    writeFileSync(path, '')
    openSqlite(path).close()
    assert.ok(statSync(path).size > 0)
  })
})

suite('a file that is damaged', () => {
  test('one whose pages are overwritten is reported as damaged', async context => {
    const path = file(context)
    await filled(path)
    overwrite(path, 4_096, statSync(path).size)
    assert.throws(() => openSqlite(path), code('corrupt-store'))
  })

  test('one whose table of contents is overwritten is reported as damaged', async context => {
    const path = file(context)
    await filled(path)
    overwrite(path, 100, 4_096)
    assert.throws(() => openSqlite(path), code('corrupt-store'))
  })

  test('one that has lost its end is reported as damaged', async context => {
    const path = file(context)
    await filled(path)
    truncateSync(path, Math.floor(statSync(path).size / 2))
    assert.throws(() => openSqlite(path), code('corrupt-store'))
  })

  test('damage deep inside is reported by the call that meets it', async context => {
    const path = file(context)
    await filled(path, 2_000)
    const size = statSync(path).size
    overwrite(path, size - 40 * 4_096, size)
    const store = await openSqliteStore(path)
    const all = async () => {
      for (let after = 0; ; ) {
        const page = await store.events(after, 500)
        if (page.length === 0) return
        after = page.at(-1)!.position
      }
    }
    await assert.rejects(all(), code('corrupt-store'))
    await store.close()
  })
})

suite('migrations on SQLite', () => {
  const nextNumber = String(migrationsFor('sqlite').length + 1).padStart(4, '0')

  /** The shipped ones and one more. */
  function withNext(path: string, sql: string) {
    const folder = join(dirname(path), 'migrations')
    cpSync(shippedMigrations, folder, { recursive: true })
    writeFileSync(join(folder, `${nextNumber}-next.sql`), sql)
    return migrationsFor('sqlite', pathToFileURL(`${folder}/`))
  }

  test('a store that a newer program wrote is refused and left as it was', context => {
    const path = file(context)
    const migrations = withNext(path, 'CREATE TABLE next (id INTEGER)')
    openSqlite(path, { migrations }).close()
    const before = readFileSync(path)
    assert.throws(() => openSqlite(path), code('newer-store'))
    assert.deepEqual(readFileSync(path), before)
    openSqlite(path, { migrations }).close()
  })

  test('a store of the first shape is brought up to date with all that is in it', async context => {
    const path = file(context)
    const [first] = migrationsFor('sqlite')
    const old = inline(openSqlite(path, { migrations: [first!] }))
    await committed(old, commitOf([append('a', 0, 'x')]))
    await old.close()
    const store = inline(openSqlite(path))
    assert.equal((await store.events(0, 9)).length, 1)
    const row = { kind: 'person', id: 'p-1', record: {}, expiresMs: null }
    assert.equal(await store.putRecordOnce(row, 1), true)
    await store.close()
  })

  test('one that fails leaves nothing, and the old program still opens the store', async context => {
    const path = file(context)
    await filled(path, 3)
    const migrations = withNext(
      path,
      'CREATE TABLE next (id INTEGER); DELETE FROM events; SELECT no_such_thing();',
    )
    assert.throws(() => openSqlite(path, { migrations }), code('migration-failed'))
    const store = inline(openSqlite(path))
    assert.equal((await store.events(0, 9)).length, 3)
    await store.close()
  })

  test('one that fails on a new file leaves it new', context => {
    const path = file(context)
    const broken = [{ number: 1, name: 'broken', sql: 'CREATE TABLE meta (id INTEGER); nonsense' }]
    assert.throws(() => openSqlite(path, { migrations: broken }), code('migration-failed'))
    openSqlite(path).close()
  })

  test('the numbers have no gap and no double', context => {
    const path = file(context)
    withNext(path, '')
    const folder = join(dirname(path), 'migrations')
    writeFileSync(join(folder, `${nextNumber}-other.sqlite.sql`), '')
    assert.throws(() => migrationsFor('sqlite', pathToFileURL(`${folder}/`)), /missing or doubled/)
  })
})

suite('a full disk', () => {
  const big = (stream: string) =>
    commitOf([{ stream, expected: 0, events: [event('made', { text: 'x'.repeat(50_000) })] }])

  test('is told as such; nothing is half written, and the store goes on once there is room', async context => {
    const path = file(context)
    let store = await openSqliteStore(path, { maxPages: 150 })
    let written = 0
    await assert.rejects(async () => {
      for (;;) {
        await committed(store, big(`s${written}`))
        written++
      }
    }, code('disk-full'))
    assert.ok(written > 0)
    assert.deepEqual(await store.stream(`s${written}`, 0, 9), [])
    assert.equal((await store.events(0, 99)).length, written)
    await store.close()
    store = await openSqliteStore(path)
    await committed(store, big(`s${written}`))
    assert.equal((await store.events(0, 99)).length, written + 1)
    await store.close()
  })

  test('fails only the commits that do not fit, not those that came with them', async context => {
    const store = await openSqliteStore(file(context), { maxPages: 150 })
    const answers = await Promise.allSettled(
      [...Array(40).keys()].map(at =>
        store.commit(at % 2 === 0 ? big(`s${at}`) : commitOf([append(`s${at}`, 0, 'x')])),
      ),
    )
    const small = answers.filter((_, at) => at % 2 === 1)
    assert.ok(answers.some(({ status }) => status === 'rejected'))
    assert.ok(small.every(({ status }) => status === 'fulfilled'))
    const stored = new Set((await store.events(0, 99)).map(({ stream }) => stream))
    answers.forEach(({ status }, at) => {
      assert.equal(stored.has(`s${at}`), status === 'fulfilled', `s${at}`)
    })
    await store.close()
  })
})

suite('the thread of the store', () => {
  test('when it dies every call that waits is rejected, and every later one', async context => {
    const started: Worker[] = []
    const note = (worker: Worker) => started.push(worker)
    process.on('worker', note)
    const store = await openSqliteStore(file(context))
    process.off('worker', note)
    const waiting = [...Array(50).keys()].map(at => store.commit(commitOf([append(`s${at}`, 0, 'x')])))
    const [answers] = await Promise.all([Promise.allSettled(waiting), started[0]!.terminate()])
    for (const answer of answers) {
      if (answer.status === 'rejected') code('store-unreachable')(answer.reason)
    }
    await assert.rejects(store.check(1), code('store-unreachable'))
    await store.close()
  })

  test('an argument that cannot be passed on fails its own call and no other', async context => {
    const store = await openSqliteStore(file(context))
    const bad = store.setMeta('a', (() => {}) as unknown as string)
    const good = store.setMeta('b', 'c')
    await assert.rejects(bad)
    await good
    assert.equal(await store.meta('b'), 'c')
    await store.close()
  })

  test('an error keeps its code and its advice', async context => {
    const path = file(context)
    const store = await openSqliteStore(path)
    await assert.rejects(openSqliteStore(path), code('store-in-use'))
    await store.close()
    await (await openSqliteStore(path)).close()
  })
})
