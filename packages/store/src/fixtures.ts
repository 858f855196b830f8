// What the tests of the store share: files and schemas of their own, and taking them away afterwards.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { postgresUrl } from './bus/fixtures.ts'

export { postgresIsThere, postgresUrl } from './bus/fixtures.ts'

export function freshFile(): { path: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'rekey-store-'))
  return {
    path: join(folder, 'rekey.db'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

let schemas = 0
export const freshSchema = () => `rekey_test_${process.pid}_${Date.now().toString(36)}_${++schemas}`

/** One connection of the tests' own, beside the store's. */
export async function administer<T>(act: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: postgresUrl })
  await client.connect()
  try {
    return await act(client)
  } finally {
    await client.end()
  }
}

export const dropSchema = (schema: string) =>
  administer(async client => {
    await client.query(`SET client_min_messages = warning; DROP SCHEMA IF EXISTS ${schema} CASCADE`)
  })
