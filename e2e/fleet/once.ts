// A program that starts, does its work with whatever version is current then, and ends: a cron run, a tool that somebody starts.
import pg from 'pg'
import { worker } from './worker.ts'

export async function once(name: string, path: 'usual' | 'exception'): Promise<void> {
  const { rekey, place, credential, job } = worker()
  const [database, table] = place.within.split('/') as [string, string]
  const { host, port } = place
  await job(() =>
    rekey.credential(credential).use(
      async ({ value, handle, version }) => {
        const client = new pg.Client({
          host,
          port,
          database,
          user: handle ?? '',
          password: value,
          application_name: name,
        })
        await client.connect()
        try {
          await client.query(`SELECT count(*) FROM ${table}`)
        } finally {
          await client.end()
        }
        return version
      },
      { path },
    ),
  )
  process.emit('SIGTERM')
}
