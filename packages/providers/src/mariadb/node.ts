// One node of a MariaDB target: connected to for one call, left when it is over or its time is up.
import { isIP } from 'node:net'
import { type Static, Type } from 'typebox'
import { onAbort } from '../failure.ts'
import { onWritable } from '../nodes.ts'
import { type Context, ProviderError } from '../provider.ts'
import { adminSecret, ca, host, port, prefix, tls } from '../settings.ts'
import { explained, placeOf } from './answers.ts'

export const longestName = 80

export const settings = Type.Object(
  {
    nodes: Type.Array(Type.Object({ host, port: port(3306) }, { additionalProperties: false }), {
      minItems: 1,
      description:
        'Every node that accepts logins, the one that takes writes first: sessions are seen and ended on each of them',
    }),
    admin: Type.String({
      minLength: 1,
      maxLength: longestName,
      description: 'The login that Rekey itself uses',
    }),
    adminSecret: adminSecret('its password'),
    role: Type.String({
      minLength: 1,
      maxLength: longestName,
      description: 'The role that holds the rights; each login is granted it, and begins with it',
    }),
    prefix: prefix(47),
    userHost: Type.String({
      pattern: '^[A-Za-z0-9.:%_/-]+$',
      maxLength: 255,
      default: '%',
      description: 'Where logins may come from, as in name@host; Rekey itself has to be covered by it',
    }),
    connectionLimit: Type.Integer({ default: 0, minimum: 0, description: 'For each login; 0: none' }),
    requireTls: Type.Boolean({
      default: false,
      description: 'Each login may come over an encrypted connection only',
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
  query<R extends object>(text: string): Promise<R[]>
}

export interface Login {
  user: string
  password: string
}

const connectMs = 10_000

/** Connects, does, and leaves, whatever comes of it. What the driver throws is left to the caller to explain. */
export async function connected<T>(
  context: Context,
  node: Node,
  login: Login,
  act: (session: Session) => Promise<T>,
): Promise<T> {
  const { tls, ca } = settingsOf(context)
  if (tls === 'verify' && isIP(node.host) !== 0) {
    // The driver would take a certificate for "localhost" from it, and refuse one for the address.
    throw new ProviderError(
      'rejected',
      `${placeOf(node)}: a certificate is checked against a name: give the node's name in "nodes", not its address`,
    )
  }
  const { default: mysql } = await import('mysql2')
  const client = mysql.createConnection({
    host: node.host,
    port: node.port,
    ...login,
    ...(tls === 'verify' && {
      ssl: { rejectUnauthorized: true, verifyIdentity: true, ...(ca !== '' && { ca }) },
    }),
    connectTimeout: connectMs,
    connectAttributes: { program_name: 'rekey' },
  })
  // A connection that breaks while nobody asks anything of it must not end the process.
  client.on('error', () => undefined)
  const { stream } = client as unknown as { stream: { destroy(): void } }
  // The driver's own destroy() would leave what is being asked without an end.
  const ignore = onAbort(context.signal, () => stream.destroy())
  const query = (text: string) =>
    new Promise<never[]>((resolve, reject) => {
      client.query(text, (error, rows) => (error ? reject(error) : resolve(rows as never[])))
    })
  let isIn = false
  try {
    await new Promise<void>((resolve, reject) => {
      client.connect(error => (error ? reject(error) : resolve()))
    })
    isIn = true
    return await act({ query })
  } finally {
    ignore()
    // Without a farewell the server would count a broken connection; one that is gone is not waited for.
    if (isIn) {
      await new Promise<void>(resolve => {
        setTimeout(resolve, 500).unref()
        client.end(() => resolve())
      })
    }
    stream.destroy()
  }
}

/** As the admin, with whatever fails put into words. */
export async function asAdmin<T>(
  context: Context,
  node: Node,
  act: (session: Session) => Promise<T>,
): Promise<T> {
  const { admin, adminSecret } = settingsOf(context)
  const password = (await context.admin(adminSecret)).reveal()
  try {
    return await connected(context, node, { user: admin, password }, act)
  } catch (error) {
    throw explained(error, context, node)
  }
}

/** On the one node that takes writes; the others follow it. */
export const onPrimary = <T>(
  context: Context,
  act: (session: Session, node: Node) => Promise<T>,
): Promise<T> =>
  onWritable(settingsOf(context).nodes, node =>
    asAdmin(context, node, async session => {
      const [row] = await session.query<{ readOnly: unknown }>('SELECT @@global.read_only AS readOnly')
      // A number, and in newer versions a word.
      return /^(0|OFF)$/i.test(String(row?.readOnly)) ? { answer: await act(session, node) } : null
    }),
  )

/** Each in turn; the first fault ends it. */
export async function onEachNode(context: Context, act: (session: Session, node: Node) => Promise<void>) {
  for (const node of settingsOf(context).nodes) await asAdmin(context, node, session => act(session, node))
}
