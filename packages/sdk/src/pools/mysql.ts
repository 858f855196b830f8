// MySQL and MariaDB through the driver `mysql2/promise`: a pool whose connections log in with the version that is current when
// they are opened. A version that has a login of its own brings it as its handle.
import type { Credential } from '../credential.ts'
import { type Driver, Lender, type LenderOptions, lenderOptions } from './lender.ts'
import { type Lent, lent, refuseCallback } from './lent.ts'
import { loginOf, nameAt, settingsFor } from './login.ts'

export interface MysqlConnection {
  query: (...args: never[]) => Promise<unknown>
  execute: (...args: never[]) => Promise<unknown>
  end(): Promise<void>
  on(event: 'error', listener: (error: Error) => void): unknown
}

/** The driver: `import mysql from 'mysql2/promise'`. */
export interface Mysql<C extends MysqlConnection> {
  createConnection(options: object): Promise<C>
}

export interface MysqlOptions extends LenderOptions {
  /** Where the versions bring no login of their own. */
  user?: string
  /** Everything else that the driver's createConnection understands; `password` comes from the credential. */
  [option: string]: unknown
}

export interface MysqlPool<C extends MysqlConnection> {
  query: C['query']
  execute: C['execute']
  /** A connection of one's own, for a transaction; release() gives it back. */
  getConnection(): Promise<Lent<C>>
  end(): Promise<void>
  readonly counts: { total: number; idle: number; waiting: number }
  [Symbol.asyncDispose](): Promise<void>
}

/** What asks the server for something. */
const commands = new Set(['query', 'execute', 'beginTransaction', 'commit', 'rollback', 'ping'])

export function mysqlPool<C extends MysqlConnection>(
  credential: Credential,
  mysql: Mysql<C>,
  options: MysqlOptions = {},
): MysqlPool<C> {
  const lender = new Lender(credential, driver(mysql, options), lenderOptions(options, 'mysql'))
  const run =
    (name: 'query' | 'execute') =>
    async (...args: unknown[]) => {
      refuseCallback(args)
      return lender.run(client => Reflect.apply(client[name], client, args), isBrokenBy)
    }
  return {
    query: run('query') as C['query'],
    execute: run('execute') as C['execute'],
    getConnection: async () => lent(lender, await lender.lend(), name => commands.has(name)),
    end: () => lender.end(),
    get counts() {
      return lender.counts
    },
    [Symbol.asyncDispose]: () => lender.end(),
  }
}

/** MariaDB's number for a locked account is that of another error in MySQL, whose name the driver gives it. */
const lockedInMariadb = 4151

function misnamed(error: { errno?: unknown; code?: unknown }): never {
  if (error.errno === lockedInMariadb && /locked/.test(String(error)))
    error.code = 'ER_ACCOUNT_HAS_BEEN_LOCKED'
  throw error
}

interface Stream {
  once(event: 'close', gone: () => void): unknown
  destroy(): void
  destroyed?: boolean
}

function driver<C extends MysqlConnection>(mysql: Mysql<C>, options: MysqlOptions): Driver<C> {
  const settings = settingsFor(options, ['uri'])
  return {
    async open(context) {
      const client = await mysql
        .createConnection({
          connectAttributes: { program_name: nameAt(context, options) },
          ...settings,
          ...loginOf(context, options.user),
        })
        .catch(misnamed)
      // It is told by its end; without a listener the process would die of it.
      client.on('error', () => undefined)
      return client
    },
    close(client) {
      client.end().catch(() => undefined)
    },
    destroy(client) {
      // The driver's destroy() waits for the server, and whoever waits for an answer would wait for ever.
      streamOf(client).destroy()
    },
    whenGone(client, gone) {
      const stream = streamOf(client)
      if (stream.destroyed === true) gone()
      else stream.once('close', gone)
    },
  }
}

/** The driver tells of the end of a connection only where it was not asked for; the socket always does. */
const streamOf = (client: MysqlConnection) =>
  (client as unknown as { connection: { stream: Stream } }).connection.stream

/** What the server refuses bears its name, and the connection goes on; anything else leaves it in a state that nobody knows. */
const isBrokenBy = (error: unknown) => !String((error as { code?: unknown } | null)?.code).startsWith('ER_')
