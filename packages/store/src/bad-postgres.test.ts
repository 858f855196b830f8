// What a PostgreSQL server may do to a store, and what is said about it.
import assert from 'node:assert/strict'
import { suite, type TestContext, test } from 'node:test'
import { inspect } from 'node:util'
import { append, batchOf, claimBy, commitOf, committed, nowMs, observation } from './conformance/setting.ts'
import { administer, dropSchema, freshSchema, postgresIsThere, postgresUrl } from './fixtures.ts'
import { openPostgres, StoreError } from './index.ts'
import { lossyProxy } from './lossy-proxy.ts'
import { migrationsFor } from './migrate.ts'

const code = (expected: string) => (error: unknown) => {
  assert.ok(error instanceof StoreError, String(error))
  assert.equal(error.code, expected, error.message)
  assert.ok(error.how.length > 10)
  return true
}

test('an address that cannot be read, or where nobody answers, is told without the password', async () => {
  for (const connection of [
    'postgres://u:hidden-word@127.0.0.1:1/x',
    'postgres://u:hidden-word@127.0.0.1:99999999/x',
    'postgres://u:hidden-word@no-such-host.invalid/x',
  ]) {
    await assert.rejects(openPostgres({ connection, connectMs: 2_000 }), error => {
      assert.doesNotMatch(inspect(error, { depth: 9 }), /hidden-word/)
      return code('store-unreachable')(error)
    })
  }
  await assert.rejects(
    openPostgres({ connection: postgresUrl, schema: 'a"; drop' }),
    code('store-unreachable'),
  )
})

if (await postgresIsThere('what happens to the store when PostgreSQL does')) {
  suite('on PostgreSQL', () => {
    const mine = (context: TestContext) => {
      const schema = freshSchema()
      context.after(() => dropSchema(schema))
      return { connection: postgresUrl, schema, max: 6 }
    }

    test('a login or a database that does not exist is told as such', async () => {
      const url = new URL(postgresUrl)
      url.pathname = '/no_such_database'
      await assert.rejects(openPostgres({ connection: url.href }), code('store-unreachable'))
    })

    test('several that start at once on a new schema make one store', async context => {
      const options = mine(context)
      const stores = await Promise.all([...Array(5).keys()].map(() => openPostgres(options)))
      await Promise.all(stores.map((store, at) => committed(store, commitOf([append(`s${at}`, 0, 'x')]))))
      assert.equal((await stores[0]!.events(0, 99)).length, 5)
      await Promise.all(stores.map(store => store.close()))
    })

    test('a schema with tables of another program is refused and left as it was', async context => {
      const options = mine(context)
      await administer(client =>
        client.query(
          `CREATE SCHEMA ${options.schema}; CREATE TABLE ${options.schema}.meta (name text, worth int)`,
        ),
      )
      await assert.rejects(openPostgres(options), code('foreign-store'))
      const tables = await administer(client =>
        client.query('SELECT 1 FROM pg_tables WHERE schemaname = $1', [options.schema]),
      )
      assert.equal(tables.rowCount, 1)
    })

    test('a store that a newer program wrote is refused', async context => {
      const options = mine(context)
      const known = migrationsFor('postgres')
      const next = { number: known.length + 1, name: 'next', sql: 'CREATE TABLE next (id bigint)' }
      const migrations = [...known, next]
      await (await openPostgres({ ...options, migrations })).close()
      await assert.rejects(openPostgres(options), code('newer-store'))
    })

    test('a store of the first shape is brought up to date with all that is in it', async context => {
      const options = mine(context)
      const [first] = migrationsFor('postgres')
      const old = await openPostgres({ ...options, migrations: [first!] })
      await committed(old, commitOf([append('a', 0, 'x')]))
      await old.close()
      const store = await openPostgres(options)
      assert.equal((await store.events(0, 9)).length, 1)
      const row = { kind: 'person', id: 'p-1', record: {}, expiresMs: null }
      assert.equal(await store.putRecordOnce(row, nowMs), true)
      await store.close()
    })

    test('a migration that fails leaves nothing, and is told', async context => {
      const options = mine(context)
      const known = migrationsFor('postgres')
      const broken = {
        number: known.length + 1,
        name: 'broken',
        sql: 'CREATE TABLE next (id bigint); SELECT no_such_thing()',
      }
      await assert.rejects(
        openPostgres({ ...options, migrations: [...known, broken] }),
        code('migration-failed'),
      )
      const store = await openPostgres(options)
      assert.equal((await store.logState()).size, 0)
      await store.close()
    })

    test('commits whose connection is cut at any moment are applied exactly once, or told as unknown', async context => {
      const options = mine(context)
      const store = await openPostgres(options)
      let working = true
      let cuts = 0
      const cutting = administer(async client => {
        while (working) {
          const cut = await client.query(
            `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
              WHERE pid <> pg_backend_pid() AND pid IN (
                SELECT pid FROM pg_locks WHERE relation IN (
                  SELECT oid FROM pg_class WHERE relnamespace = $1::regnamespace)) LIMIT 1`,
            [options.schema],
          )
          cuts += cut.rowCount ?? 0
          await new Promise(resolve => setTimeout(resolve, 15))
        }
      })
      let unknown = 0
      const writer = async (name: number) => {
        let length = 0
        for (let at = 0; at < 60; at++) {
          try {
            const [position] = await committed(store, commitOf([append(`s${name}`, length, `t${at}`)]))
            assert.ok(position)
            length++
          } catch (error) {
            code('store-unreachable')(error)
            unknown++
            length = (await store.stream(`s${name}`, 0, 999)).length
          }
          const batch = batchOf([observation({ credential: `c${name}` })])
          const answer = await store.observe(batch).catch(code('store-unreachable'))
          if (answer !== true) assert.deepEqual(answer, { ok: true, folded: 0, ghosts: 1 })
          // Whoever is left in doubt sends the same batch again.
          else await store.observe(batch)
        }
      }
      try {
        await Promise.all([...Array(5).keys()].map(writer))
      } finally {
        working = false
        await cutting
      }
      assert.ok(cuts > 20, `only ${cuts} connections were cut`)
      for (let name = 0; name < 5; name++) {
        const types = (await store.stream(`s${name}`, 0, 999)).map(({ type }) => type)
        assert.equal(new Set(types).size, types.length, 'nothing twice')
        assert.ok(types.length >= 60 - unknown, 'nothing acknowledged is lost')
        assert.equal((await store.ledger(`c${name}`)).ghosts[0]?.count, 60)
      }
      await store.close()
    })

    test('a COMMIT without an answer is settled: applied once, whether the server had got it or not', async context => {
      const proxy = await lossyProxy(postgresUrl)
      const { schema } = mine(context)
      const store = await openPostgres({ connection: proxy.url, schema, max: 4 })
      context.after(async () => {
        await store.close()
        await proxy.close()
      })
      /** Cuts the first COMMIT of the call; its repetition gets through. */
      const cutOnce = async <T>(cut: 'before' | 'after', call: () => Promise<T>): Promise<T> => {
        const before = proxy.cuts
        proxy.cut = cut
        const answer = call()
        while (proxy.cuts === before) await new Promise(resolve => setImmediate(resolve))
        proxy.cut = 'no'
        return answer
      }
      for (const [at, cut] of (['before', 'after'] as const).entries()) {
        const two = commitOf([append('a', at, 'x'), append(`b-${cut}`, 0, 'y')])
        const [first, second] = await cutOnce(cut, () => committed(store, two))
        const stored = await store.events(0, 99)
        assert.deepEqual(stored.map(({ position }) => position).slice(-2), [first, second])
        assert.equal(stored.length, 2 * (at + 1))

        const batch = batchOf([observation({ credential: cut })])
        const folded = { ok: true, folded: 0, ghosts: 1 }
        assert.deepEqual(await cutOnce(cut, () => store.observe(batch)), folded)
        assert.equal((await store.ledger(cut)).ghosts[0]?.count, 1)

        const seal = { expectedSize: at, positions: [first!], tiles: [], checkpoint: cut }
        assert.equal(await cutOnce(cut, () => store.seal(seal)), true)
        assert.deepEqual(await store.logState(), { size: at + 1, checkpoint: cut })

        const nonce = { kind: 'nonce', id: cut, record: {}, expiresMs: nowMs + 1 }
        assert.equal(await cutOnce(cut, () => store.putRecordOnce(nonce, nowMs)), true)
        assert.equal(await cutOnce(cut, () => store.putRecordOnce(nonce, nowMs)), false)

        const claimed = await cutOnce(cut, () => store.claimOne(cut, claimBy('me')))
        assert.ok(claimed)
        assert.equal(await cutOnce(cut, () => store.release(claimed)), true)
      }
      // Someone else's event in that place is a conflict, also when our own COMMIT got no answer.
      proxy.cut = 'before'
      const mineThen = store.commit(commitOf([append('a', 2, 'mine')]))
      while (proxy.cuts < 15) await new Promise(resolve => setImmediate(resolve))
      const other = await openPostgres({ connection: postgresUrl, schema })
      await committed(other, commitOf([append('a', 2, 'theirs')]))
      proxy.cut = 'no'
      const answer = await mineThen
      assert.deepEqual(answer, { ok: false, why: 'conflict', stream: 'a', expected: 2, actual: 3 })
      // A record that somebody else has put is theirs, also when it says the very same.
      const token = { kind: 'join', id: 't', record: {}, expiresMs: nowMs + 1 }
      proxy.cut = 'before'
      const mineOnce = store.putRecordOnce(token, nowMs)
      while (proxy.cuts < 16) await new Promise(resolve => setImmediate(resolve))
      assert.equal(await other.putRecordOnce(token, nowMs), true)
      await other.close()
      proxy.cut = 'no'
      assert.equal(await mineOnce, false)
    })

    test('a commit that the server never answers is given up', async context => {
      const options = mine(context)
      const store = await openPostgres({ ...options, statementMs: 300 })
      await committed(store, commitOf([append('a', 0, 'x')]))
      await administer(async client => {
        await client.query(`BEGIN; SELECT * FROM ${options.schema}.streams FOR UPDATE`)
        await assert.rejects(store.commit(commitOf([append('a', 1, 'y')])), code('store-unreachable'))
        await client.query('ROLLBACK')
      })
      await committed(store, commitOf([append('a', 1, 'y')]))
      await store.check(nowMs)
      await store.close()
    })

    test('what PostgreSQL says of a bad row does not quote the row', async context => {
      const store = await openPostgres(mine(context))
      const row = {
        name: 'hidden-word',
        rootKey: null as unknown as string,
        wrappedKey: new Uint8Array(),
        ciphertext: new Uint8Array(),
      }
      await assert.rejects(store.putKeyOnce(row), error => {
        assert.doesNotMatch(inspect(error, { depth: 9 }), /hidden-word/)
        return true
      })
      await store.close()
    })
  })
}
