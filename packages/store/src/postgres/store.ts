// The store on PostgreSQL: the same scripts, one transaction each, on pooled connections. READ COMMITTED, because every
// script locks what it decides on.
import { randomUUID } from 'node:crypto'
import type { CallName, Store } from '../contract.ts'
import { type Migration, migrationsFor } from '../migrate.ts'
import type { Dialect, Script } from '../script.ts'
import { callNames, scripts } from '../scripts/scripts.ts'
import { type PostgresOptions, patientClient, poolOf, schemaOf } from './connection.ts'
import { closed, failure } from './failure.ts'
import { migrate } from './migrate.ts'
import { settling } from './settle.ts'
import { dialect } from './statement.ts'
import { run } from './transaction.ts'

export interface OpenPostgres extends PostgresOptions {
  migrations?: readonly Migration[]
}

type Run = (dialect: Dialect, ...args: readonly unknown[]) => Script<unknown>

export async function openPostgres(options: OpenPostgres): Promise<Store> {
  const migrator = patientClient(options)
  try {
    await migrator.connect()
    await migrate(migrator, schemaOf(options), options.migrations ?? migrationsFor('postgres'))
  } catch (error) {
    throw failure(error)
  } finally {
    await migrator.end().catch(() => {})
  }

  const pool = poolOf(options)
  const settled = settling(pool)
  let closing: Promise<void> | null = null
  const call = async (name: CallName, args: readonly unknown[]): Promise<unknown> => {
    if (closing !== null) throw closed()
    const { writes, together, run: script } = scripts[name]
    const settle = settled[name]
    // The same in every attempt of this call, and in no other call.
    const given = name === 'putRecordOnce' ? [...args, randomUUID()] : args
    return run(
      pool,
      writes ? 'BEGIN' : together ? 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY' : null,
      () => (script as Run)(dialect, ...given),
      async (unanswered, last) => (settle === undefined ? last : settle(unanswered, last, args)),
    )
  }
  const calls = callNames.map(name => [name, (...args: unknown[]) => call(name, args)])
  return Object.assign(Object.fromEntries(calls), {
    engine: 'postgres',
    close: () => (closing ??= pool.end()),
  }) as Store
}
