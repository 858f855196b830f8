// A program that knows nothing of Rekey: it reads its login from its environment once, keeps one connection, and ends in order
// when it is told to. It runs under `rekey run`.
import pg from 'pg'

const told = { done: 0, failed: 0, why: null as string | null, versions: {} }
const [database, table] = (process.env['DB_PLACE'] ?? '').split('/') as [string, string]
let stopping = false
process.once('SIGTERM', () => {
  stopping = true
})
const client = new pg.Client({
  host: process.env['DB_HOST'] ?? '',
  port: Number(process.env['DB_PORT']),
  database,
  user: process.env['DB_USER'] ?? '',
  password: process.env['DB_PASSWORD'] ?? '',
  application_name: 'legacy',
})
client.on('error', () => undefined)
try {
  await client.connect()
  while (!stopping) {
    await client.query(`SELECT count(*) FROM ${table}`)
    told.done++
    if (told.done % 10 === 0) process.stdout.write(`${JSON.stringify(told)}\n`)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  await client.end()
} catch (error) {
  told.failed++
  told.why = String((error as Error).message)
}
process.stdout.write(`${JSON.stringify(told)}\n`)
process.exit(told.failed > 0 ? 1 : 0)
