import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import pg from 'pg'
import { withPlane } from '../fixtures.ts'
import { eventually, notRun, startPostgres } from './fixtures.ts'
import { pgPool } from './pg.ts'
import { poolSpec } from './pool.spec.ts'

const server = await startPostgres()
if ('missing' in server) notRun(`the pool for pg: ${server.missing} are not on this machine`)
else {
  const at = { host: '127.0.0.1', port: server.port, database: 'postgres' }
  const root = await eventually(async () => {
    const client = new pg.Client({ ...at, user: 'postgres', password: server.rootPassword })
    await client.connect()
    return client
  })
  after(async () => {
    await root.end()
    await server.stop()
  })
  const mint = async (login: string, value: string) => {
    await root.query(`CREATE ROLE ${login} LOGIN PASSWORD '${value}'`)
  }
  const whoAsks = 'SELECT current_user AS who'

  poolSpec({
    title: 'pg',
    slowly: `${whoAsks}, pg_sleep(0.01)`,
    mint,
    async revoke(login) {
      await root.query(`ALTER ROLE ${login} NOLOGIN`)
    },
    async connected(login) {
      const text = 'SELECT count(*)::int AS n FROM pg_stat_activity WHERE usename = $1'
      return (await root.query(text, [login])).rows[0].n
    },
    pool(credential, options) {
      const pool = pgPool(credential, pg, { ...at, ...options })
      return {
        who: async (text = whoAsks) => (await pool.query(text)).rows[0].who,
        async connect() {
          const client = await pool.connect()
          return {
            who: async (text = whoAsks) => (await client.query(text)).rows[0].who,
            command: text => client.query(text),
            release: () => client.release(),
          }
        },
        end: () => pool.end(),
        [Symbol.asyncDispose]: () => pool.end(),
        total: () => pool.totalCount,
      }
    },
  })

  test('pg: a query object that goes on by itself is counted when it says that it has ended', () =>
    withPlane(async (plane, rekey) => {
      await mint('streamer', 's3cret')
      plane.assign('db', 1, { handle: 'streamer', value: 's3cret' })
      const pool = pgPool(rekey.credential('db'), pg, at)
      const client = await pool.connect()
      const rows: unknown[] = []
      const query = client.query(new pg.Query('SELECT generate_series(1, 3) AS n'))
      query.on('row', row => rows.push(row))
      await new Promise<void>(resolve => query.on('end', () => resolve()))
      client.release()
      await rekey.flush()
      assert.deepEqual([rows.length, plane.uses('success', 1)], [3, 2])
      await pool.end()
    }))

  test('pg: an option that brings a login of its own is refused, for it would win', () =>
    withPlane(async (_plane, rekey) => {
      const connectionString = 'postgres://somebody@127.0.0.1/postgres'
      assert.throws(() => pgPool(rekey.credential('db'), pg, { connectionString }), {
        code: 'not-configured',
      })
      assert.throws(() => pgPool(rekey.credential('db'), pg, { ...at, password: 'x' }), {
        code: 'not-configured',
      })
    }))
}
