// Where a run puts what it makes: a folder and schemas of its own, taken away again however the run ends.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'

export interface Place {
  file(name: string): string
  /** null: no PostgreSQL answers. */
  readonly postgres: string | null
  /** A schema name of this run; dropped at the end. */
  schema(name: string): string
  close(): Promise<void>
}

const connectMs = 5_000

export async function openPlace(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'rekey-bench-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  // The last resort, for an end that leaves no time for more.
  process.on('exit', remove)
  const url = process.env['REKEY_TEST_POSTGRES'] ?? 'postgres://postgres@127.0.0.1:5432/test'
  const postgres = (await answers(url)) ? url : null
  const schemas: string[] = []
  const close = async () => {
    remove()
    if (postgres === null || schemas.length === 0) return
    await withClient(postgres, async client => {
      await client.query('SET client_min_messages = warning')
      for (const schema of schemas.splice(0)) await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`)
    })
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void close().finally(() => process.exit(1)))
  }
  return {
    file: name => join(folder, name),
    postgres,
    schema(name) {
      const schema = `rekey_bench_${process.pid}_${Date.now().toString(36)}_${name}`
      schemas.push(schema)
      return schema
    },
    close,
  }
}

export async function withClient<T>(url: string, act: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: connectMs })
  // A server that ends in the middle says so to the query that waits.
  client.on('error', () => {})
  await client.connect()
  try {
    return await act(client)
  } finally {
    await client.end()
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    await withClient(url, client => client.query('SELECT 1'))
    return true
  } catch {
    return false
  }
}
