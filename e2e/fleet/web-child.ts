// The web server: each request reads and writes through a pool, and requests come all the time. Readiness is asked as a load
// balancer would.
import { createServer } from 'node:http'
import { pgPool } from '@rekey/sdk/pools/pg'
import pg from 'pg'
import { worker } from './worker.ts'

const { rekey, place, credential, isStopping, job, pause, onStop } = worker()
const [database, table] = place.within.split('/') as [string, string]
const { host, port } = place
const pool = pgPool(rekey.credential(credential), pg, {
  host,
  port,
  database,
  max: 4,
  drainMs: 2_000,
})
const server = createServer((request, answer) => {
  if (request.url === '/readyz') return rekey.readinessHandler()(request, answer)
  pool
    .query(`INSERT INTO ${table} (id) VALUES (1)`)
    .then(() => pool.query(`SELECT count(*) FROM ${table} WHERE id = 1`))
    .then(
      () => answer.writeHead(200).end('ok'),
      error => answer.writeHead(500).end((error as Error).message),
    )
})
await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
const { port: at } = server.address() as { port: number }
onStop(() => pool.end())
onStop(async () => void server.close())

async function visit(): Promise<void> {
  while (!isStopping()) {
    await job(async () => {
      const answer = await fetch(`http://127.0.0.1:${at}/documents`)
      const text = await answer.text()
      if (answer.status !== 200) throw new Error(`${answer.status} ${text}`)
      return null
    })
    await pause(10)
  }
}
await Promise.all([visit(), visit(), visit()])
