import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { after, suite, test } from 'node:test'
import { claimBy, commitOf, credentialRow, minuteMs, nowMs } from '../conformance/setting.ts'
import type { Store } from '../contract.ts'
import { dropSchema, freshFile, freshSchema, postgresIsThere, postgresUrl } from '../fixtures.ts'
import { openPostgres } from '../postgres/store.ts'
import { openSqliteStore } from '../sqlite/client.ts'
import { openSqlite } from '../sqlite/engine.ts'
import { inline } from '../sqlite/inline.ts'
import { openVault } from '../values/vault.ts'
import { backup } from './backup.ts'
import { contentOf, fill, keepWriting, lasting, rootKey, secretText } from './fixtures.ts'
import { fleetingKinds, type Place, type PostgresPlace, type SqlitePlace } from './place.ts'
import { restore } from './restore.ts'

const endings: (() => unknown)[] = []
after(async () => {
  for (const end of endings.reverse()) await end()
})

interface Engine {
  name: string
  newPlace(): Place
  open(place: Place): Promise<Store>
  /** As it is at work: not on the thread that takes the backup. */
  openAtWork(place: Place): Promise<Store>
}

const sqlite: Engine = {
  name: 'SQLite',
  newPlace() {
    const { path, remove } = freshFile()
    endings.push(remove)
    return { engine: 'sqlite', path }
  },
  open: async place => inline(openSqlite((place as SqlitePlace).path)),
  openAtWork: async place => openSqliteStore((place as SqlitePlace).path),
}

const postgres: Engine = {
  name: 'PostgreSQL',
  newPlace() {
    const schema = freshSchema()
    endings.push(() => dropSchema(schema))
    return { engine: 'postgres', connection: postgresUrl, schema, max: 4 }
  },
  open: async place => openPostgres(place as PostgresPlace),
  openAtWork: async place => openPostgres(place as PostgresPlace),
}

/** Opened for one use: SQLite has one process, or one opening, a store. */
async function using<T>(
  { open }: Pick<Engine, 'open'>,
  place: Place,
  use: (store: Store) => Promise<T>,
): Promise<T> {
  const store = await open(place)
  try {
    return await use(store)
  } finally {
    await store.close()
  }
}

function newFile(): string {
  const { path, remove } = freshFile()
  endings.push(remove)
  return path
}

function rules(engine: Engine, others: readonly Engine[]): void {
  for (const other of others) {
    test(`a backup of ${engine.name} restored into ${other.name} has every row, and the sealed values open there`, async () => {
      const [from, to, path] = [engine.newPlace(), other.newPlace(), newFile()]
      await using(engine, from, fill)
      const before = await contentOf(from)
      for (const [table, rows] of Object.entries(before)) assert.ok(rows.length > 0, `${table} is empty`)
      const taken = await backup(from, path)
      const restored = await restore(path, to)
      assert.deepEqual(restored, { rows: taken.rows, takenMs: taken.takenMs })
      assert.deepEqual(lasting(await contentOf(to)), lasting(before))
      await using(other, to, async store => {
        const vault = await openVault(store, rootKey)
        const row = await store.sealed('doc', 1)
        assert.equal(vault.open(row!).reveal(), secretText)
        await store.check(nowMs)
      })
    })
  }

  test('no value, no key and no fingerprint key is in the file in the open', async () => {
    const [place, path] = [engine.newPlace(), newFile()]
    await using(engine, place, fill)
    await backup(place, path)
    const file = readFileSync(path)
    const hidden = [secretText, rootKey.key.export().toString('base64'), rootKey.key.export().toString('hex')]
    await using(engine, place, async store => {
      const vault = await openVault(store, rootKey)
      const key = vault.openKey((await store.key('fingerprint'))!)
      hidden.push(Buffer.from(key).toString('base64'), Buffer.from(key).toString('hex'))
    })
    for (const text of [
      ...hidden,
      ...hidden.map(text => Buffer.from(text).toString('base64').slice(0, -4)),
    ]) {
      assert.ok(!file.includes(text))
    }
  })

  test('the file can be read by its owner alone, and nothing else is left beside it', async () => {
    const [place, path] = [engine.newPlace(), newFile()]
    await using(engine, place, fill)
    for (let i = 0; i < 2; i++) {
      const { bytes } = await backup(place, path)
      const stat = statSync(path)
      assert.equal(stat.mode & 0o777, 0o600)
      assert.ok(stat.size > bytes - 1 && stat.size === bytes)
      assert.deepEqual(readdirSync(dirname(path)), ['rekey.db'])
    }
  })

  /** How many events the stream has in a backup that is taken now; the credential must say the same. */
  const busyEvents = async (from: Place, path: string) => {
    await backup(from, path)
    const to = engine.newPlace()
    await restore(path, to)
    return using(engine, to, async restored => {
      const events = await restored.stream('busy', 0, 100_000)
      const row = await restored.credential('busy')
      assert.equal(row?.seq ?? 0, events.length)
      assert.equal(events.at(-1)?.seq ?? 0, events.length)
      return events.length
    })
  }

  test('a backup is one instant of a store that is written to all the while', async () => {
    const [from, path] = [engine.newPlace(), newFile()]
    await using({ open: engine.openAtWork }, from, async store => {
      await fill(store)
      const writing = keepWriting(store)
      const seen: number[] = []
      let written = 0
      try {
        for (let i = 0; i < 3; i++) seen.push(await busyEvents(from, path))
      } finally {
        written = await writing.stop()
      }
      assert.ok(written > seen[2]! && seen[2]! > seen[0]!, `${written} written, ${seen} seen`)
    })
  })

  test('a restored store is fenced, and says since when and why', async () => {
    const [from, to, path] = [engine.newPlace(), engine.newPlace(), newFile()]
    await using(engine, from, fill)
    await backup(from, path, { nowMs: () => nowMs })
    await restore(path, to, { nowMs: () => nowMs + 5 })
    await using(engine, to, async store => {
      const fenced = JSON.parse((await store.meta('fenced'))!)
      const because = 'restored from a backup taken at 2025-03-01T12:00:00.000Z'
      assert.deepEqual(fenced, { sinceMs: nowMs + 5, because })
    })
  })

  test('a backup of a store that is fenced comes back fenced anew', async () => {
    const [one, two, three, path] = [engine.newPlace(), engine.newPlace(), engine.newPlace(), newFile()]
    await using(engine, one, fill)
    await backup(one, path)
    await restore(path, two)
    await backup(two, path, { nowMs: () => nowMs })
    await restore(path, three, { nowMs: () => nowMs + 9 })
    await using(engine, three, async store => {
      assert.equal(JSON.parse((await store.meta('fenced'))!).sinceMs, nowMs + 9)
    })
  })

  test('who held a lease before does not hold it after, even with later tokens, and the next token is higher', async () => {
    const [from, to, path] = [engine.newPlace(), engine.newPlace(), newFile()]
    const later = await using(engine, from, async store => {
      await fill(store)
      await backup(from, path)
      let last = await store.claimOne('rotation/r1', claimBy('h1'))
      for (let i = 0; i < 20; i++) last = await store.claimOne('rotation/r1', claimBy('h1'))
      return last!
    })
    await restore(path, to)
    await using(engine, to, async store => {
      assert.equal(await store.renew(later, nowMs + minuteMs), false)
      const write = { put: 'credential', row: credentialRow('doc') } as const
      assert.deepEqual(await store.commit(commitOf([], [write], later)), {
        ok: false,
        why: 'lost-lease',
        subject: 'rotation/r1',
      })
      const next = await store.claimOne('rotation/r1', claimBy('h1'))
      assert.ok(next!.token > later.token + 1000)
    })
  })

  test('sessions, join tokens, nonces and kept answers do not come back, everything else that is kept does', async () => {
    const [from, to, path] = [engine.newPlace(), engine.newPlace(), newFile()]
    await using(engine, from, async store => {
      await fill(store)
      const row = { kind: 'token', id: 't', record: {}, expiresMs: nowMs + minuteMs }
      assert.equal(await store.putRecordOnce(row, nowMs), true)
    })
    await backup(from, path)
    for (const kind of fleetingKinds) assert.ok(!readFileSync(path, 'utf8').includes(`["${kind}"`), kind)
    await restore(path, to)
    await using(engine, to, async store => {
      const page = { after: null, limit: 9 }
      const kept = async (kind: string) => (await store.records(kind, page, nowMs)).length
      for (const kind of fleetingKinds) assert.equal(await kept(kind), 0, kind)
      assert.deepEqual([await kept('person'), await kept('token')], [1, 1])
    })
  })

  test('a restored store goes on where the backup was: positions, streams, leaves', async () => {
    const [from, to, path] = [engine.newPlace(), engine.newPlace(), newFile()]
    await using(engine, from, fill)
    await backup(from, path)
    await restore(path, to)
    await using(engine, to, async store => {
      const last = (await store.events(0, 100)).at(-1)!
      const answer = await store.commit(
        commitOf([
          {
            stream: last.stream,
            expected: last.seq,
            events: [{ type: 'on', atMs: nowMs, by: 'person:p-1', data: {} }],
          },
        ]),
      )
      assert.ok(answer.ok && answer.positions[0]! > last.position)
      assert.equal((await store.unsealed(9)).length, 2)
      assert.equal((await store.logState()).size, 2)
    })
  })

  test('a store that is not empty is not restored into, and stays as it is', async () => {
    const [from, to, path] = [engine.newPlace(), engine.newPlace(), newFile()]
    await using(engine, from, fill)
    await backup(from, path)
    await using(engine, to, store => openVault(store, rootKey))
    const before = await contentOf(to)
    await assert.rejects(restore(path, to), { code: 'not-empty', message: /keys/ })
    assert.deepEqual(await contentOf(to), before)
    await assert.rejects(restore(path, from), { code: 'not-empty' })
  })

  test('an empty store that was opened before is restored into', async () => {
    const [from, to, path] = [engine.newPlace(), engine.newPlace(), newFile()]
    await using(engine, from, fill)
    await backup(from, path)
    await using(engine, to, store => store.check(nowMs))
    await restore(path, to)
    const [before, after] = [await contentOf(from), await contentOf(to)]
    assert.deepEqual(lasting(after), lasting(before))
  })

  test('a place without a store of ours has no backup', async () => {
    const path = newFile()
    await assert.rejects(backup(engine.newPlace(), path), { code: 'foreign-store' })
    assert.throws(() => statSync(path))
  })
}

suite('a backup of SQLite', () => rules(sqlite, [sqlite]))

if (await postgresIsThere('backups of PostgreSQL, and between the engines')) {
  suite('a backup of PostgreSQL', () => rules(postgres, [postgres, sqlite]))
  suite('a backup of SQLite for PostgreSQL', () => {
    test('a store goes from SQLite to PostgreSQL and back without losing a row', async () => {
      const [first, second, third, path] = [
        sqlite.newPlace(),
        postgres.newPlace(),
        sqlite.newPlace(),
        newFile(),
      ]
      await using(sqlite, first, fill)
      const before = lasting(await contentOf(first))
      await backup(first, path)
      await restore(path, second)
      assert.deepEqual(lasting(await contentOf(second)), before)
      await backup(second, path)
      await restore(path, third)
      assert.deepEqual(lasting(await contentOf(third)), before)
      await using(sqlite, third, async store => {
        const vault = await openVault(store, rootKey)
        assert.equal(vault.open((await store.sealed('doc', 1))!).reveal(), secretText)
      })
    })
  })
}
