// Where a store is, and what a backup needs of an engine: rows out of one snapshot, rows into one transaction. It has its
// own connection, beside the store that is at work, so that a backup holds up nobody.
import { StoreError } from '../contract.ts'
import type { Migration } from '../migrate.ts'
import type { OpenPostgres } from '../postgres/store.ts'
import type { Column, Param, Row } from '../script.ts'

export type Place = SqlitePlace | PostgresPlace

export interface SqlitePlace {
  engine: 'sqlite'
  path: string
  migrations?: readonly Migration[]
}

export interface PostgresPlace extends OpenPostgres {
  engine: 'postgres'
  /** How long a restore waits for others to let go of the tables. */
  lockMs?: number
}

export interface Table {
  readonly name: string
  readonly columns: readonly Column[]
}

export type Rows = readonly (readonly Param[])[]

/** The store as it was at one instant, however long it takes to read it. */
export interface Snapshot {
  query(sql: string): Promise<Row[]>
  tables(): Promise<Table[]>
  /** In portions, small enough to handle one without a pause for everybody else. */
  rows(table: Table): AsyncIterable<Rows>
  end(): Promise<void>
}

/** What a store is made of: a new one until it fits the backup, and then the rest. */
export interface Shapes {
  readonly all: readonly Migration[]
  readonly first: readonly Migration[]
}

/** A transaction that nobody else can write beside. */
export interface Landing {
  query(sql: string): Promise<Row[]>
  tables(): Promise<Table[]>
  put(table: Table, rows: Rows): Promise<void>
  /** Keeps it, and brings the store up to date if the backup was taken by an older program. */
  keep(): Promise<void>
  /** Leaves the store as it was; after keep() it only lets go. */
  end(): Promise<void>
}

/** Which migrations have run is the store's own record; it comes from the program, not from a backup. */
export const notInBackups: readonly string[] = ['migrations']

/**
 * Records of these kinds stay behind: what was revoked or spent after the backup was taken must not come back to life with it.
 * (A repeated request is answered anew, rather than with an answer of another time.)
 */
export const fleetingKinds: readonly string[] = ['session', 'join', 'nonce', 'idempotency']

export async function schemaVersion(store: Pick<Snapshot, 'query' | 'tables'>): Promise<number> {
  const names = (await store.tables()).map(table => table.name)
  if (!names.includes('migrations') || !names.includes('meta')) throw notOurs()
  const [row] = await store.query('SELECT max(number) AS number FROM migrations')
  const [mark] = await store.query(`SELECT value FROM meta WHERE name = 'store'`)
  const number = row?.['number']
  if (typeof number === 'number' && mark?.['value'] === 'rekey') return number
  throw notOurs()
}

export const notOurs = (cause?: unknown) =>
  new StoreError(
    'foreign-store',
    'there is no store of Rekey at this place',
    'Check where the store is.',
    cause,
  )

/** Rows of (table, column, type), a table's together. */
export function grouped(rows: readonly Row[], types: Readonly<Record<string, Column['type']>>): Table[] {
  const tables = new Map<string, Column[]>()
  for (const row of rows) {
    const table = String(row['table'])
    const type = types[String(row['type'])]
    if (type === undefined) throw new Error(`a backup does not know columns of type ${String(row['type'])}`)
    tables.set(table, [...(tables.get(table) ?? []), { name: String(row['column']), type }])
  }
  return [...tables].map(([name, columns]) => ({ name, columns }))
}
