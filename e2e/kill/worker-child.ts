// A worker of the kill: it works without pause through the SDK's own pools, asks the server itself under which login it worked, and keeps
// when it last did so under each.
import { createClient } from '@redis/client'
import type { UseContext } from '@rekey/sdk'
import { pgPool } from '@rekey/sdk/pools/pg'
import pg from 'pg'
import { worker } from '../fleet/worker.ts'
import { teller } from './seen.ts'

const { rekey, place, credential, isStopping, pause, onStop } = worker()
const { host, port, within } = place
const { tell, worked, failed } = teller()
const act = process.env['KILL_TARGET'] === 'redis' ? onRedis() : onPostgres()

while (!isStopping()) {
  try {
    worked(await act())
  } catch (error) {
    if (!isStopping()) failed(error)
    // Whoever is refused tries again as fast as it may, which is what does harm.
    await pause(20)
  }
  await pause(5)
}
tell()

function onPostgres(): () => Promise<string> {
  const [database, table] = within.split('/') as [string, string]
  const pool = pgPool(rekey.credential(credential), pg, { host, port, database, max: 3, drainMs: 2_000 })
  onStop(() => pool.end())
  return async () => {
    await pool.query(`INSERT INTO ${table} (id) VALUES (1)`)
    const { rows } = await pool.query('SELECT session_user AS login')
    return (rows[0] as { login: string }).login
  }
}

/** Without a pool: a connection for each version, and the one that was killed is closed by the signal of its uses. */
function onRedis(): () => Promise<string> {
  const open = new Map<number, ReturnType<typeof opened>>()
  const opened = async ({ handle, value }: Pick<UseContext, 'handle' | 'value'>) => {
    const client = createClient({
      socket: { host, port, reconnectStrategy: false },
      username: handle ?? '',
      password: value,
    })
    client.on('error', () => undefined)
    await client.connect()
    return client
  }
  const close = async (version: number) => {
    const client = open.get(version)
    open.delete(version)
    await client?.then(one => one.destroy()).catch(() => undefined)
  }
  onStop(async () => void (await Promise.all([...open.keys()].map(close))))
  return () =>
    rekey.credential(credential).use(async context => {
      const { handle, signal, version } = context
      const client = open.get(version) ?? opened(context)
      open.set(version, client)
      const ended = () => void close(version)
      signal.addEventListener('abort', ended)
      try {
        await (await client).set(`${within}kill`, '1')
        return handle ?? ''
      } catch (error) {
        await close(version)
        throw error
      } finally {
        signal.removeEventListener('abort', ended)
      }
    })
}
