// What the tests against PostgreSQL share: where it is, and what to say when it is not there.
import { appendFileSync } from 'node:fs'
import pg from 'pg'

export const postgresUrl = process.env['REKEY_TEST_POSTGRES'] ?? 'postgres://postgres@127.0.0.1:5432/test'

/** false: said aloud and written down, so that a run without PostgreSQL is never taken for a full one. */
export async function postgresIsThere(what: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: postgresUrl, connectionTimeoutMillis: 2_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('SELECT 1')
    return true
  } catch (error) {
    const line = `${what}: PostgreSQL is not reachable (${(error as NodeJS.ErrnoException).code ?? 'no code'})`
    console.error(`DID NOT RUN  ${line}`)
    const file = process.env['REKEY_NOT_RUN_FILE']
    if (file !== undefined) appendFileSync(file, `${line}\n`)
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}
