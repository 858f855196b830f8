// Every call is a script: a generator that yields statements and is given rows. Written once, it runs synchronously on
// SQLite and asynchronously on PostgreSQL, so the two engines cannot drift apart in meaning; what must differ in SQL is
// asked of the dialect. (Rejected: a query builder for both. It would be asynchronous in both, and say the same twice.)

export type Param = string | number | null | Uint8Array
export type Row = Record<string, unknown>

/** Parameters are $1, $2, … in both dialects. */
export interface One {
  sql: string
  params: readonly Param[]
}

/** The same statement for many rows: one round trip on PostgreSQL, one prepared statement on SQLite. */
export interface Many {
  into: string
  columns: readonly Column[]
  rows: readonly (readonly Param[])[]
  /** What follows the values: an ON CONFLICT clause, RETURNING, or nothing. */
  onConflict: string
}

/** The same UPDATE for many rows, found by their key; it answers one row for each that was changed. */
export interface Change {
  update: string
  /** The first `keys` columns find the row, the others are set. */
  columns: readonly Column[]
  keys: number
  rows: readonly (readonly Param[])[]
  /** What must hold of the row besides: "AND events.leaf IS NULL", or nothing. */
  where: string
}

export interface Column {
  name: string
  type: 'text' | 'bigint' | 'bytea'
}

export interface Dialect {
  readonly name: 'sqlite' | 'postgres'
  /** Locks the rows that a SELECT found until the transaction ends, where rows can be locked. */
  readonly forUpdate: string
  /** Lets others read them too, but not change them. */
  readonly forShare: string
  /** The first, passing over rows that someone else holds. */
  readonly forUpdateSkipLocked: string
  /** Whether one text has the other in it, letter by letter. */
  readonly holds: (text: string, part: string) => string
  /** A text with its ASCII letters small. */
  readonly folded: (text: string) => string
}

export type Statement = One | Many | Change
export type Script<T> = Generator<Statement, T, Row[]>
export type ScriptOf<A extends unknown[], T> = (dialect: Dialect, ...args: A) => Script<T>
