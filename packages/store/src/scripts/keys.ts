// Values and keys at rest. Nothing here can be read without the root key.
import type { KeyRow, SealedRow } from '../contract.ts'
import type { Dialect, Script } from '../script.ts'
import { keyOf, sealedOf } from './rows.ts'
import { columns, one } from './statements.ts'

const under = 'root_key:text wrapped_key:bytea ciphertext:bytea'
const sealedColumns = columns(`credential:text version:bigint ${under}`)
const keyColumns = columns(`name:text ${under}`)

export function* sealed(_: Dialect, credential: string, version: number): Script<SealedRow | null> {
  const [row] = yield one('SELECT * FROM sealed WHERE credential = $1 AND version = $2', credential, version)
  return row === undefined ? null : sealedOf(row)
}

/** Below and above instead of "not equal", which no index answers. */
export function* sealedNotUnder(
  _: Dialect,
  rootKey: string,
  limit: number,
): Script<{ values: SealedRow[]; keys: KeyRow[] }> {
  const values = yield one(
    `SELECT * FROM (SELECT * FROM sealed WHERE root_key < $1 ORDER BY root_key LIMIT $2) AS below
      UNION ALL SELECT * FROM (SELECT * FROM sealed WHERE root_key > $1 ORDER BY root_key LIMIT $2) AS above
      LIMIT $2`,
    rootKey,
    limit,
  )
  const keys = yield one('SELECT * FROM keys WHERE root_key <> $1 ORDER BY name LIMIT $2', rootKey, limit)
  return { values: values.map(sealedOf), keys: keys.map(keyOf) }
}

export function* rewrap(
  _: Dialect,
  { values, keys }: { values: readonly SealedRow[]; keys: readonly KeyRow[] },
): Script<void> {
  const rows = [...values].sort((a, b) =>
    a.credential === b.credential ? a.version - b.version : a.credential < b.credential ? -1 : 1,
  )
  if (rows.length > 0) {
    yield {
      update: 'sealed',
      columns: sealedColumns,
      keys: 2,
      rows: rows.map(row => [row.credential, row.version, row.rootKey, row.wrappedKey, row.ciphertext]),
      where: '',
    }
  }
  if (keys.length > 0) {
    yield {
      update: 'keys',
      columns: keyColumns,
      keys: 1,
      rows: keys.map(row => [row.name, row.rootKey, row.wrappedKey, row.ciphertext]),
      where: '',
    }
  }
}

export function* key(_: Dialect, name: string): Script<KeyRow | null> {
  const [row] = yield one('SELECT * FROM keys WHERE name = $1', name)
  return row === undefined ? null : keyOf(row)
}

export function* putKeyOnce(dialect: Dialect, row: KeyRow): Script<KeyRow> {
  yield {
    into: 'keys',
    columns: keyColumns,
    rows: [[row.name, row.rootKey, row.wrappedKey, row.ciphertext]],
    onConflict: 'ON CONFLICT (name) DO NOTHING',
  }
  const stored = yield* key(dialect, row.name)
  if (stored === null) throw new Error('a key that was stored cannot be read')
  return stored
}
