// Opens a store file: is it ours, whole, and no newer than this program? Everything asked at the start is cheap, whatever
// the size of the store; damage deeper inside is reported by the call that meets it.
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { StoreError } from '../contract.ts'
import { type Migration, migrationFailed, pending, recordMigration } from '../migrate.ts'
import { corrupt, failure, resultCode } from './failure.ts'

/** "Reky", in the header of every store file (https://sqlite.org/fileformat.html#application_id). */
const applicationId = 0x52656b79
const headerBytes = 100

export interface FileOptions {
  migrations: readonly Migration[]
  /** The file may grow to so many pages of 4 KiB. */
  maxPages?: number
}

export function openFile(path: string, { migrations, maxPages }: FileOptions): DatabaseSync {
  if (path !== ':memory:') refuseTruncated(path)
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path, { timeout: 250, enableForeignKeyConstraints: true })
    const number = standing(database)
    // In this order: nothing may be written to a file before it is known to be ours.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
    // Bounded, because the process promises to: what is read often stays, the rest is the system's file cache.
    database.exec('PRAGMA cache_size = -16384; PRAGMA journal_size_limit = 67108864')
    // The same rows are changed again and again; what is carried over from the journal rarely is carried over once.
    database.exec('PRAGMA wal_autocheckpoint = 4000')
    if (maxPages !== undefined) database.exec(`PRAGMA max_page_count = ${Math.trunc(maxPages)}`)
    migrate(database, pending(migrations, number))
    return database
  } catch (error) {
    database?.close()
    throw failure(error)
  }
}

/** The number of the last migration; 0 for an empty file. */
function standing(database: DatabaseSync): number {
  const id = database.prepare('PRAGMA application_id').get()?.['application_id']
  const tables = database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).all()
  if (tables.length === 0 && id === 0) return 0
  if (id !== applicationId) {
    throw new StoreError(
      'foreign-store',
      'the file is a SQLite database of another program',
      'Check the path of the store, or give the path of a file that does not exist yet.',
    )
  }
  const named = (name: string) => tables.some(table => table['name'] === name)
  if (!named('meta') || !named('migrations')) throw corrupt('the store file lacks its own records')
  for (const table of ['meta', 'migrations', 'log_state']) {
    const found = database.prepare(`PRAGMA quick_check('${table}')`).get()?.['quick_check']
    if (found !== 'ok') throw corrupt(`the store file is damaged: ${String(found)}`)
  }
  const store = database.prepare(`SELECT value FROM meta WHERE name = 'store'`).get()
  const last = database.prepare('SELECT max(number) AS number FROM migrations').get()?.['number']
  if (store?.['value'] !== 'rekey' || typeof last !== 'number') {
    throw corrupt('the store file lacks its own records')
  }
  return last
}

function migrate(database: DatabaseSync, migrations: readonly Migration[]): void {
  for (const migration of migrations) {
    database.exec('BEGIN IMMEDIATE')
    try {
      database.exec(`PRAGMA application_id = ${applicationId}`)
      database.exec(migration.sql)
      database.prepare(recordMigration.replaceAll('$', '?')).run(migration.number, migration.name)
      database.exec('COMMIT')
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK')
      // Disk full and damage say more than "the migration failed".
      throw resultCode(error) === 1 || resultCode(error) === null
        ? migrationFailed(migration, error)
        : failure(error)
    }
  }
}

/**
 * The header says how many pages the file has. Without a write-ahead log beside it, a shorter file has lost its end; SQLite
 * itself would notice only when it comes to a page that is missing.
 */
function refuseTruncated(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return
  if (size(`${path}-wal`) > 0 || size(path) < headerBytes) return
  const header = Buffer.alloc(headerBytes)
  const file = openSync(path, 'r')
  try {
    readSync(file, header, 0, headerBytes, 0)
    if (header.toString('latin1', 0, 15) !== 'SQLite format 3') return
    const pageBytes = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16)
    const current = header.readUInt32BE(24) === header.readUInt32BE(92)
    if (current && fstatSync(file).size < header.readUInt32BE(28) * pageBytes) {
      throw corrupt('the store file is shorter than it says: its end is missing')
    }
  } finally {
    closeSync(file)
  }
}

const size = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0
