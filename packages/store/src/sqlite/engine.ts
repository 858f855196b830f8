// The store on SQLite, in this process: synchronous, knows no thread. The worker, the simulator and the tests all run this.
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { CallName, Calls } from '../contract.ts'
import { migrationsFor } from '../migrate.ts'
import type { Column, Dialect, Many, Param, Row, Script, Statement } from '../script.ts'
import { callNames, scripts } from '../scripts/scripts.ts'
import { closed, failure } from './failure.ts'
import { type FileOptions, openFile } from './file.ts'
import { type Lock, lock } from './lock.ts'

export interface Call {
  name: CallName
  args: readonly unknown[]
}

export type Answer = { ok: true; value: unknown } | { ok: false; error: unknown }

export interface SqliteEngine extends Calls {
  /** Many calls in one transaction, which reaches the disk once. A call that fails harms no other. */
  together(calls: readonly Call[]): Answer[]
  close(): void
}

/** There is one writer, so there is nothing to lock. */
export const dialect: Dialect = {
  name: 'sqlite',
  forUpdate: '',
  forShare: '',
  forUpdateSkipLocked: '',
  holds: (text, part) => `instr(${text}, ${part}) > 0`,
  folded: text => `lower(${text})`,
}

/** How many different texts stay prepared; the scripts have fewer, bar the lengths of lists. */
const preparedKept = 256

type Run = (dialect: Dialect, ...args: readonly unknown[]) => Script<unknown>

export function openSqlite(path: string, options: Partial<FileOptions> = {}): SqliteEngine {
  const held: Lock | null = path === ':memory:' ? null : lock(path)
  try {
    const database = openFile(path, { migrations: migrationsFor('sqlite'), ...options })
    return engineOn(database, () => {
      if (!database.isOpen) return
      database.close()
      held?.release()
    })
  } catch (error) {
    held?.release()
    throw error
  }
}

function engineOn(database: DatabaseSync, close: () => void): SqliteEngine {
  const execute = executor(database)
  const begin = database.prepare('BEGIN IMMEDIATE')
  const end = database.prepare('COMMIT')

  const run = ({ name, args }: Call): unknown => {
    const script = (scripts[name].run as Run)(dialect, ...args)
    let step = script.next()
    while (!step.done) step = script.next(execute(step.value))
    return step.value
  }

  const alone = (call: Call): unknown => {
    if (!database.isOpen) throw closed()
    try {
      if (!scripts[call.name].writes) return run(call)
      begin.run()
      const value = run(call)
      end.run()
      return value
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK')
      throw failure(error)
    }
  }

  const answered = (call: Call): Answer => {
    try {
      return { ok: true, value: alone(call) }
    } catch (error) {
      return { ok: false, error }
    }
  }

  const inGroup = (call: Call): Answer => {
    if (!scripts[call.name].writes) return answered(call)
    database.exec('SAVEPOINT one')
    try {
      const value = run(call)
      database.exec('RELEASE one')
      return { ok: true, value }
    } catch (error) {
      // A full disk may have ended the transaction, and with it the others' work: then each is run again by itself.
      if (!database.isTransaction) throw error
      database.exec('ROLLBACK TO one; RELEASE one')
      return { ok: false, error: failure(error) }
    }
  }

  const together = (calls: readonly Call[]): Answer[] => {
    const writers = calls.reduce((count, { name }) => count + (scripts[name].writes ? 1 : 0), 0)
    if (writers < 2) return calls.map(answered)
    try {
      database.exec('BEGIN IMMEDIATE')
      const answers = calls.map(inGroup)
      database.exec('COMMIT')
      return answers
    } catch {
      if (database.isTransaction) database.exec('ROLLBACK')
      return calls.map(answered)
    }
  }

  const calls = Object.fromEntries(
    callNames.map(name => [name, (...args: readonly unknown[]) => alone({ name, args })]),
  ) as unknown as Calls
  return { ...calls, together, close }
}

/** The text of an insert, made once for each list of columns: to put it together takes longer than to run it. */
const inserts = new WeakMap<readonly Column[], { into: string; onConflict: string; sql: string }[]>()

function insertOf({ into, columns, onConflict }: Many): string {
  const known = inserts.get(columns) ?? []
  const found = known.find(one => one.into === into && one.onConflict === onConflict)
  if (found !== undefined) return found.sql
  const marks = columns.map((_, at) => `$${at + 1}`).join(', ')
  const names = columns.map(({ name }) => name).join(', ')
  const sql = `INSERT INTO ${into} (${names}) VALUES (${marks}) ${onConflict}`
  inserts.set(columns, [...known, { into, onConflict, sql }])
  return sql
}

/** Statements stay prepared by their text; the least recently used goes first. */
function executor(database: DatabaseSync): (statement: Statement) => Row[] {
  const prepared = new Map<string, StatementSync>()
  const prepare = (sql: string): StatementSync => {
    const known = prepared.get(sql)
    if (known !== undefined) {
      prepared.delete(sql)
      prepared.set(sql, known)
      return known
    }
    const made = database.prepare(sql.replaceAll(/\$(\d+)/g, '?$1'))
    prepared.set(sql, made)
    if (prepared.size > preparedKept) prepared.delete(prepared.keys().next().value!)
    return made
  }
  const each = (sql: string, rows: readonly (readonly Param[])[]): Row[] => {
    const statement = prepare(sql)
    if (!sql.includes('RETURNING')) {
      for (const row of rows) statement.run(...row)
      return []
    }
    return rows.flatMap(row => statement.all(...row) as Row[])
  }
  return statement => {
    if ('sql' in statement) return prepare(statement.sql).all(...statement.params) as Row[]
    const { columns, rows } = statement
    if ('into' in statement) return each(insertOf(statement), rows)
    const { update, keys, where } = statement
    const equal = columns.map(({ name }, at) => `${name} = $${at + 1}`)
    const found = equal.slice(0, keys).join(' AND ')
    const changing = prepare(`UPDATE ${update} SET ${equal.slice(keys).join(', ')} WHERE ${found} ${where}`)
    // Counted rather than returned: RETURNING makes a table for each row.
    let changed = 0
    for (const row of rows) changed += Number(changing.run(...row).changes)
    return Array.from({ length: changed }, () => ({}))
  }
}
