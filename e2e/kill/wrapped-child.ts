// A program that knows nothing of Rekey, under `rekey run`: it reads its login once, keeps one connection, and lives until it is ended.
import pg from 'pg'
import { teller } from './seen.ts'

const { failed, tell, worked } = teller()
const [database, table] = (process.env['DB_PLACE'] ?? '').split('/') as [string, string]
const client = new pg.Client({
  host: process.env['DB_HOST'] ?? '',
  port: Number(process.env['DB_PORT']),
  database,
  user: process.env['DB_USER'] ?? '',
  password: process.env['DB_PASSWORD'] ?? '',
  application_name: 'wrapped',
})
client.on('error', () => undefined)
process.once('SIGTERM', () => {
  tell()
  process.exit(0)
})
try {
  await client.connect()
  for (;;) {
    await client.query(`SELECT count(*) FROM ${table}`)
    const { rows } = await client.query('SELECT session_user AS login')
    worked((rows[0] as { login: string }).login)
    await new Promise(resolve => setTimeout(resolve, 10))
  }
} catch (error) {
  failed(error)
  tell()
  process.exitCode = 1
}
