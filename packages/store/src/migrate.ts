// Numbered migrations, forward only. Each runs in one transaction together with the record of its number, so that one which
// is interrupted leaves nothing. How the transaction is made is the engine's business; what may run is decided here.
import { readdirSync, readFileSync } from 'node:fs'
import { StoreError } from './contract.ts'

export interface Migration {
  number: number
  name: string
  sql: string
}

export const shippedMigrations = new URL('./migrations/', import.meta.url)

/** "0001-foundation.sqlite.sql"; one without the engine's name serves both. */
export function migrationsFor(engine: 'sqlite' | 'postgres', folder: URL = shippedMigrations): Migration[] {
  const found: Migration[] = []
  for (const file of readdirSync(folder).sort()) {
    const match = /^(\d{4})-([a-z0-9-]+)(?:\.(sqlite|postgres))?\.sql$/.exec(file)
    if (match === null || (match[3] !== undefined && match[3] !== engine)) continue
    found.push({
      number: Number(match[1]),
      name: match[2]!,
      sql: readFileSync(new URL(file, folder), 'utf8'),
    })
  }
  found.forEach((migration, at) => {
    if (migration.number !== at + 1)
      throw new Error(`migration ${at + 1} for ${engine} is missing or doubled`)
  })
  return found
}

/** What is still to be done to a store that stands at `number`. */
export function pending(all: readonly Migration[], number: number): readonly Migration[] {
  if (number > all.length) {
    throw new StoreError(
      'newer-store',
      `the store stands at migration ${number}, this program knows ${all.length}`,
      'Start the newer program that wrote it, or restore a backup from before the upgrade.',
    )
  }
  return all.slice(number)
}

export function migrationFailed({ number, name }: Migration, cause: unknown): StoreError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new StoreError(
    'migration-failed',
    `migration ${number} (${name}) failed and left nothing behind: ${why}`,
    'Remove what it names and start again; the store is as it was before.',
    cause,
  )
}

export const recordMigration = 'INSERT INTO migrations (number, name) VALUES ($1, $2)'
