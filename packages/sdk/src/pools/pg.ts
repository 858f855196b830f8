// PostgreSQL through the driver `pg`: a pool whose connections log in with the version that is current when they are opened. A
// version that has a login of its own brings it as its handle.
import type { Credential } from '../credential.ts'
import { type Driver, Lender, type LenderOptions, lenderOptions } from './lender.ts'
import { isEmitter, type Lent, lent, refuseCallback } from './lent.ts'
import { loginOf, nameAt, settingsFor } from './login.ts'

export interface PgClient {
  connect(): Promise<unknown>
  query: (...args: never[]) => unknown
  end(): Promise<void>
  on(event: 'error', listener: (error: Error) => void): unknown
  once(event: 'end', listener: () => void): unknown
}

/** The driver: `import pg from 'pg'`. */
export interface Pg<C extends PgClient> {
  Client: new (options?: object) => C
}

export interface PgOptions extends LenderOptions {
  /** Where the versions bring no login of their own. */
  user?: string
  /** Everything else that the driver's Client understands; `password` comes from the credential. */
  [option: string]: unknown
}

export interface PgPool<C extends PgClient> {
  query: C['query']
  /** A connection of one's own, for a transaction; release() gives it back. */
  connect(): Promise<Lent<C>>
  end(): Promise<void>
  readonly totalCount: number
  readonly idleCount: number
  readonly waitingCount: number
  [Symbol.asyncDispose](): Promise<void>
}

const connectMs = 10_000

export function pgPool<C extends PgClient>(
  credential: Credential,
  pg: Pg<C>,
  options: PgOptions = {},
): PgPool<C> {
  const lender = new Lender(credential, driver(pg, options), lenderOptions(options, 'pg'))
  const query = async (...args: unknown[]) => {
    refuseCallback(args)
    if (isEmitter(args[0]))
      throw new TypeError('A cursor or stream needs a connection of its own: connect().')
    return lender.run(client => Reflect.apply(client.query, client, args), isBrokenBy)
  }
  return {
    query: query as C['query'],
    connect: async () => lent(lender, await lender.lend(), name => name === 'query'),
    end: () => lender.end(),
    get totalCount() {
      return lender.counts.total
    },
    get idleCount() {
      return lender.counts.idle
    },
    get waitingCount() {
      return lender.counts.waiting
    },
    [Symbol.asyncDispose]: () => lender.end(),
  }
}

function driver<C extends PgClient>(pg: Pg<C>, options: PgOptions): Driver<C> {
  const settings = { connectionTimeoutMillis: connectMs, ...settingsFor(options, ['connectionString']) }
  return {
    async open(context) {
      const { user, password } = loginOf(context, options.user)
      const client = new pg.Client({
        application_name: nameAt(context, options),
        ...settings,
        user,
        password,
      })
      // It is told by its end; without a listener the process would die of it.
      client.on('error', () => undefined)
      await client.connect()
      return client
    },
    close(client) {
      client.end().catch(() => undefined)
    },
    destroy(client) {
      const { connection } = client as { connection?: { stream?: { destroy?: () => void } } }
      if (connection?.stream?.destroy !== undefined) connection.stream.destroy()
      else client.end().catch(() => undefined)
    },
    whenGone(client, gone) {
      client.once('end', gone)
    },
  }
}

/** What the server refuses has a code of five letters, and the connection goes on; anything else leaves it in a state that nobody knows. */
const isBrokenBy = (error: unknown) =>
  !/^[0-9A-Z]{5}$/.test(String((error as { code?: unknown } | null)?.code))
