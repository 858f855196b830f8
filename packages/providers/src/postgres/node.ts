// One node of a PostgreSQL target: connected to for one call, left when it is over or its time is up.
import { type Static, Type } from 'typebox'
import { codeOf, onAbort, wayFailure } from '../failure.ts'
import { onWritable } from '../nodes.ts'
import { type Context, ProviderError } from '../provider.ts'
import { adminSecret, ca, host, port, prefix, tls } from '../settings.ts'

export const longestName = 63

export const settings = Type.Object(
  {
    nodes: Type.Array(Type.Object({ host, port: port(5432) }, { additionalProperties: false }), {
      minItems: 1,
      description:
        'Every node that accepts logins, replicas too: sessions are seen and ended on each of them',
    }),
    database: Type.String({ minLength: 1, default: 'postgres', description: 'Where the consumers work' }),
    admin: Type.String({
      minLength: 1,
      maxLength: longestName,
      description: 'The login that Rekey itself uses',
    }),
    adminSecret: adminSecret('its password'),
    group: Type.String({
      minLength: 1,
      maxLength: longestName,
      description: 'The role without login that holds the rights; each login is made a member of it',
    }),
    prefix: prefix(40),
    actAsGroup: Type.Boolean({
      default: true,
      description:
        'Sessions begin as the group, so that what they create does not belong to a login that will end',
    }),
    connectionLimit: Type.Integer({ default: -1, minimum: -1, description: 'For each login; -1: none' }),
    parameters: Type.Record(Type.String({ pattern: '^[a-z_][a-z0-9_.]*$' }), Type.String(), {
      default: {},
      description: 'What each login has set for its sessions, as {"search_path": "app"}',
    }),
    tls,
    ca,
  },
  { additionalProperties: false },
)
export type Settings = Static<typeof settings>
export type Node = Settings['nodes'][number]

export const settingsOf = (context: Pick<Context, 'settings'>) => context.settings as Settings

/** What a call may ask of a node. */
export interface Session {
  query<R extends object>(text: string, values?: readonly unknown[]): Promise<R[]>
}

interface Login {
  user: string
  /** Called when the server asks for it, and only then. */
  password: () => Promise<string>
}

const connectMs = 10_000

/** Connects, does, and leaves, whatever comes of it. What the driver throws is left to the caller to explain. */
export async function connected<T>(
  context: Context,
  node: Node,
  login: Login,
  act: (session: Session) => Promise<T>,
): Promise<T> {
  const { database, tls, ca } = settingsOf(context)
  const { default: pg } = await import('pg')
  const client = new pg.Client({
    host: node.host,
    port: node.port,
    database,
    user: login.user,
    password: login.password,
    ssl: tls === 'off' ? false : { rejectUnauthorized: true, ...(ca !== '' && { ca }) },
    connectionTimeoutMillis: connectMs,
    application_name: 'rekey',
  })
  // A connection that breaks while nobody asks anything of it must not end the process.
  client.on('error', () => undefined)
  const ignore = onAbort(context.signal, () => client.connection.stream.destroy())
  try {
    await client.connect()
    return await act({
      query: async (text, values) =>
        (await client.query(text, values === undefined ? undefined : [...values])).rows,
    })
  } finally {
    ignore()
    // A polite farewell would wait for a server that may be gone.
    await Promise.race([client.end(), new Promise(resolve => setTimeout(resolve, 500).unref())]).catch(
      () => undefined,
    )
  }
}

/** As the admin, with whatever fails put into words. */
export async function asAdmin<T>(
  context: Context,
  node: Node,
  act: (session: Session) => Promise<T>,
): Promise<T> {
  const { admin, adminSecret } = settingsOf(context)
  const login = { user: admin, password: async () => (await context.admin(adminSecret)).reveal() }
  try {
    return await connected(context, node, login, act)
  } catch (error) {
    throw explained(error, context, node)
  }
}

/** On the one node that takes writes; the others follow it. */
export const onPrimary = <T>(context: Context, act: (session: Session) => Promise<T>): Promise<T> =>
  onWritable(settingsOf(context).nodes, node =>
    asAdmin(context, node, async session => {
      const [row] = await session.query<{ standby: boolean }>('SELECT pg_is_in_recovery() AS standby')
      return row?.standby === false ? { answer: await act(session) } : null
    }),
  )

/** Each in turn; the first fault ends it. */
export async function onEachNode(context: Context, act: (session: Session, node: Node) => Promise<void>) {
  const { nodes } = settingsOf(context)
  for (const node of nodes) await asAdmin(context, node, session => act(session, node))
}

export const placeOf = (node: Node) => `PostgreSQL at ${node.host}:${node.port}`

export function explained(error: unknown, context: Context, node: Node): ProviderError {
  const { admin, adminSecret, database, group } = settingsOf(context)
  const place = placeOf(node)
  const way = wayFailure(error, place, context.signal)
  if (way !== null) return way
  const code = codeOf(error)
  const { message = '' } = error as Error
  const say = (kind: ProviderError['code'], text: string) => new ProviderError(kind, `${place}: ${text}`)
  if (code === '' && /timeout|terminated|ended/i.test(message))
    return say('unreachable', 'the connection broke')
  switch (code) {
    case '28P01':
      return say('denied', `the login ${admin} is refused: correct the admin secret "${adminSecret}"`)
    case '28000':
      return say(
        'denied',
        `the login ${admin} may not come from here: allow it in pg_hba.conf, or correct "admin"`,
      )
    case '3D000':
      return say('rejected', `there is no database ${database}: correct the setting "database"`)
    case '42704':
      return say(
        'rejected',
        `there is no role ${group}: CREATE ROLE ${group} NOLOGIN, and grant it what consumers need`,
      )
    case '42501':
      return say(
        'denied',
        `the login ${admin} lacks a right (${message}): give it the grants of docs/providers/postgres.md`,
      )
    case '53300':
      return say('unreachable', 'it has no connection left for us')
  }
  if (/^(08|57P|53|55P03|40)/.test(code)) return say('unreachable', `it cannot work just now (${code})`)
  return say('unexpected', `it answered with error ${code || 'without a code'}`)
}
