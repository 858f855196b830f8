// The walk's own schema in PostgreSQL, dropped when it is over.
import pg from 'pg'

export function postgresUrl(): string {
  return process.env['REKEY_TEST_POSTGRES'] ?? 'postgres://postgres@127.0.0.1:5432/test'
}

export async function dropSchema({ url, schema }: { url: string; schema: string }): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  await client.connect()
  try {
    await client.query(`DROP SCHEMA IF EXISTS "${schema}" CASCADE`)
  } finally {
    await client.end()
  }
}
