// Puts a backup into an empty store. The world has gone on since it was taken: values were minted, leases given, a log
// signed that the store no longer knows of. So the store comes back fenced, and acts on nothing until somebody has looked.
import { StoreError } from '../contract.ts'
import { badBackup, damagedBackup, type Header, type Part } from './format.ts'
import { openLanding } from './open.ts'
import { type Landing, notInBackups, type Place, schemaVersion, type Table } from './place.ts'
import { readParts } from './read.ts'

export interface Restored {
  rows: number
  takenMs: number
}

export interface RestoreOptions {
  nowMs?: () => number
}

/** Rows that a new store has by itself; the backup has its own. */
const ownFromTheStart: readonly string[] = ['meta', 'log_state']

/** Higher than any holder can have come since the backup was taken; a token is raised once a lease. */
const tokensAhead = 1_048_576

export async function restore(path: string, place: Place, options: RestoreOptions = {}): Promise<Restored> {
  // Once through before the store is touched, and again for the rows: the file is checked both times, because it could
  // have been changed in between.
  const header = await verify(path)
  const landing = await openLanding(place, header.schemaVersion)
  try {
    await checkLanding(landing, header)
    for (const table of ownFromTheStart) await landing.query(`DELETE FROM ${table}`)
    const rows = await land(path, landing)
    await fence(landing, header, (options.nowMs ?? Date.now)())
    await landing.keep()
    return { rows, takenMs: header.takenMs }
  } finally {
    await landing.end()
  }
}

export async function verify(path: string): Promise<Header> {
  let header: Header | null = null
  const seen = new Set<string>()
  for await (const part of readParts(path)) {
    if (part.is === 'header') header = part.header
    if (part.is === 'table' && seen.size === seen.add(part.table.name).size) {
      throw damagedBackup(`the table ${part.table.name} is there twice`)
    }
  }
  return header!
}

async function checkLanding(landing: Landing, header: Header): Promise<void> {
  const standing = await schemaVersion(landing)
  if (standing !== header.schemaVersion) {
    throw badBackup(
      `the backup stands at migration ${header.schemaVersion}, the store at ${standing}`,
      'Restore into a place where no store is yet: it is made as the backup needs it and brought up to date after.',
    )
  }
  for (const { name } of await landing.tables()) {
    if (notInBackups.includes(name) || ownFromTheStart.includes(name)) continue
    if ((await landing.query(`SELECT 1 AS one FROM ${name} LIMIT 1`)).length > 0) throw notEmpty(name)
  }
  const [log] = await landing.query('SELECT size FROM log_state')
  if (log !== undefined && log['size'] !== 0) throw notEmpty('log_state')
}

const notEmpty = (table: string) =>
  new StoreError(
    'not-empty',
    `the store is not empty: the table ${table} has rows`,
    'Restore into a new store. Nothing was changed in this one.',
  )

async function land(path: string, landing: Landing): Promise<number> {
  const expected = new Map(
    (await landing.tables())
      .filter(({ name }) => !notInBackups.includes(name))
      .map(table => [table.name, table]),
  )
  let rows = 0
  for await (const part of readParts(path)) {
    if (part.is === 'table') take(expected, part)
    if (part.is === 'rows') {
      await put(landing, part)
      rows += part.rows.length
    }
  }
  const [missing] = expected.keys()
  if (missing !== undefined) throw damagedBackup(`the table ${missing} is missing`)
  return rows
}

async function put(landing: Landing, { table, rows }: Extract<Part, { is: 'rows' }>): Promise<void> {
  try {
    await landing.put(table, rows)
  } catch (error) {
    if (error instanceof StoreError) throw error
    // The engine's own error quotes the row.
    throw damagedBackup(`the store refuses a row of the table ${table.name}`)
  }
}

/** The names come from a file and go into SQL, so they must be the store's own. */
function take(expected: Map<string, Table>, { table }: Extract<Part, { is: 'table' }>): void {
  const known = expected.get(table.name)
  expected.delete(table.name)
  const signature = ({ columns }: Table) => columns.map(({ name, type }) => `${name}:${type}`).sort()
  if (known === undefined || String(signature(known)) !== String(signature(table))) {
    throw damagedBackup('it has a table that the store does not have, or has otherwise')
  }
}

async function fence(landing: Landing, { takenMs }: Header, nowMs: number): Promise<void> {
  // Tokens are kept and raised: a holder from before must not find its lease again.
  await landing.query(
    `UPDATE due SET holder = NULL, until_ms = NULL, woken_ms = NULL, token = token + ${tokensAhead}`,
  )
  await landing.query(`DELETE FROM meta WHERE name = 'fenced'`)
  const because = `restored from a backup taken at ${new Date(takenMs).toISOString()}`
  const value = JSON.stringify({ sinceMs: nowMs, because })
  await landing.put({ name: 'meta', columns: metaColumns }, [['fenced', value]])
}

const metaColumns: Table['columns'] = [
  { name: 'name', type: 'text' },
  { name: 'value', type: 'text' },
]
