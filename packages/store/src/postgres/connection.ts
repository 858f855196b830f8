// Connections to PostgreSQL as the store needs them: its own schema, numbers as numbers, bytes as bytes, nothing endless.
import pg from 'pg'
import { StoreError } from '../contract.ts'

export interface PostgresOptions {
  /** postgres://user@host/database, or the parts of it. */
  connection: string | pg.ClientConfig
  /** The schema that holds the tables and nothing else. */
  schema?: string
  /** How many connections at most. */
  max?: number
  /** How long to wait for a connection. */
  connectMs?: number
  /** How long one statement may take. */
  statementMs?: number
}

/** JIT compiles for longer than these statements run; and every one of them is meant to go by an index. */
export const planning = '-c jit=off -c random_page_cost=1.1'

const int8 = 20
const bytea = 17

/** Counts and instants all fit into 2^53. */
const parsers: Record<number, (value: string) => unknown> = {
  [int8]: Number,
  [bytea]: value => new Uint8Array(Buffer.from(value.slice(2), 'hex')),
}

export function schemaOf({ schema = 'rekey' }: PostgresOptions): string {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema) || schema.startsWith('pg_')) {
    throw new StoreError(
      'store-unreachable',
      'the name of the schema cannot be used',
      'Use small letters, digits and underscores, a letter first, and not "pg_".',
    )
  }
  return schema
}

export function poolOf(options: PostgresOptions): pg.Pool {
  const pool = new pg.Pool(configOf(options))
  // An idle connection that breaks is replaced at the next use.
  pool.on('error', () => {})
  return pool
}

/** For migrations: they take as long as they take, and wait as long as another control plane's take. */
export function patientClient(options: PostgresOptions): pg.Client {
  const client = new pg.Client({
    ...configOf(options),
    statement_timeout: 0,
    query_timeout: 0,
    idle_in_transaction_session_timeout: 0,
  })
  client.on('error', () => {})
  return client
}

function configOf(options: PostgresOptions): pg.PoolConfig {
  const schema = schemaOf(options)
  const { connection, max = 10, connectMs = 5_000, statementMs = 30_000 } = options
  const given = typeof connection === 'string' ? { connectionString: connection } : connection
  const config: pg.PoolConfig = {
    ...given,
    max,
    connectionTimeoutMillis: connectMs,
    statement_timeout: statementMs,
    // The server's own limit comes first; this one is for a server that does not answer at all.
    query_timeout: statementMs + 5_000,
    // A control plane that hangs in mid-transaction must not keep its locks.
    idle_in_transaction_session_timeout: 2 * statementMs,
    keepAlive: true,
    options: `-c search_path=${schema} ${planning}`,
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        (format !== 'binary' && parsers[oid]) || pg.types.getTypeParser(oid, format as 'text'),
    } as pg.CustomTypesConfig,
  }
  try {
    // The pool reads the address only when it first connects.
    new pg.Client(config)
  } catch {
    // The cause is left out: it quotes the address with the password in it.
    throw new StoreError(
      'store-unreachable',
      'the address of PostgreSQL cannot be read',
      'Write it as postgres://user:password@host:5432/database.',
    )
  }
  return config
}
