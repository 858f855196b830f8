import { after } from 'node:test'
import mysql, { type RowDataPacket } from 'mysql2/promise'
import { eventually, notRun, startMariadb } from './fixtures.ts'
import { mysqlPool } from './mysql.ts'
import { poolSpec } from './pool.spec.ts'

const server = await startMariadb()
if ('missing' in server) notRun(`the pool for mysql2: ${server.missing} are not on this machine`)
else {
  const at = { host: '127.0.0.1', port: server.port }
  const root = await eventually(() =>
    mysql.createConnection({ ...at, user: 'root', password: server.rootPassword }),
  )
  after(async () => {
    await root.end()
    await server.stop()
  })
  const whoAsks = "SELECT SUBSTRING_INDEX(CURRENT_USER(), '@', 1) AS who"
  type Rows = RowDataPacket[]

  poolSpec({
    title: 'mysql2',
    slowly: `${whoAsks}, SLEEP(0.01)`,
    async mint(login, value) {
      await root.query(`CREATE USER ${login}@127.0.0.1 IDENTIFIED BY '${value}'`)
    },
    async revoke(login) {
      await root.query(`ALTER USER ${login}@127.0.0.1 ACCOUNT LOCK`)
    },
    async connected(login) {
      const text = 'SELECT COUNT(*) AS n FROM information_schema.processlist WHERE user = ?'
      const [rows] = await root.query<Rows>(text, [login])
      return Number(rows[0]!['n'])
    },
    pool(credential, options) {
      const pool = mysqlPool(credential, mysql, { ...at, ...options })
      return {
        who: async (text = whoAsks) => (await pool.query<Rows>(text))[0][0]!['who'],
        async connect() {
          const client = await pool.getConnection()
          return {
            who: async (text = whoAsks) => (await client.execute<Rows>(text))[0][0]!['who'],
            command: text => client.query(text),
            release: () => client.release(),
          }
        },
        end: () => pool.end(),
        [Symbol.asyncDispose]: () => pool.end(),
        total: () => pool.counts.total,
      }
    },
  })
}
