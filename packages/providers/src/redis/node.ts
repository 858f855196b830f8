// One node of a Redis target: connected to for one call, left when it is over or its time is up.
import { isIP } from 'node:net'
import { type Static, Type } from 'typebox'
import { onAbort } from '../failure.ts'
import { type Context, ProviderError } from '../provider.ts'
import { adminSecret, ca, host, port, prefix, tls } from '../settings.ts'
import { explained } from './answers.ts'

/** Redis sets no limit; names stand in logs and lists of clients. */
export const longestName = 100

const user = (description: string) =>
  Type.String({ pattern: '^[!-~]+$', maxLength: longestName, description })

export const settings = Type.Object(
  {
    nodes: Type.Array(Type.Object({ host, port: port(6379) }, { additionalProperties: false }), {
      minItems: 1,
      description:
        'Every node, replicas too: users are not replicated, so each is made, seen and ended on every one of them',
    }),
    admin: user('The user that Rekey itself is; without spaces'),
    adminSecret: adminSecret('its password'),
    template: user('The user that is off and holds the rules; each login is given the same. Without spaces'),
    prefix: prefix(60),
    save: Type.Union([Type.Literal('auto'), Type.Literal('always'), Type.Literal('never')], {
      default: 'auto',
      description:
        'Whether users are written to the ACL file. auto: where there is one. always: refused where there is none. never: they are lost when a node starts anew',
    }),
    tls,
    ca,
  },
  { additionalProperties: false },
)
export type Settings = Static<typeof settings>
export type Node = Settings['nodes'][number]

export const settingsOf = (context: Pick<Context, 'settings'>) => context.settings as Settings

/** One command and its answer, in the forms of RESP 2. */
export type Ask = (...command: string[]) => Promise<unknown>

const connectMs = 10_000

/** Answers as lists, which every version gives; said to the class and to each client, for each looks for itself. */
const protocol = { RESP: 2 } as const

const written = async () => (await import('@redis/client')).RedisClient.factory(protocol)
/** The driver writes a class anew for each set of options that it has not just seen, which takes longer than the whole call. */
let kind: ReturnType<typeof written> | null = null
function clientKind() {
  kind ??= written()
  return kind
}

/** Connects, does, and leaves, whatever comes of it. What the driver throws is left to the caller to explain. */
async function connected<T>(context: Context, node: Node, act: (ask: Ask) => Promise<T>): Promise<T> {
  const { tls, ca } = settingsOf(context)
  const { signal } = context
  const way = {
    host: node.host,
    port: node.port,
    connectTimeout: connectMs,
    reconnectStrategy: false,
  } as const
  const secure = {
    ...way,
    tls: true,
    rejectUnauthorized: true,
    ...(isIP(node.host) === 0 && { servername: node.host }),
    ...(ca !== '' && { ca }),
  } as const
  const client = (await clientKind())({
    ...protocol,
    socket: tls === 'off' ? way : secure,
    // It says nothing of itself before we have said who we are, and takes no command that it cannot pass on at once.
    disableClientInfo: true,
    maintNotifications: 'disabled',
    disableOfflineQueue: true,
  })
  // A connection that breaks while nobody asks anything of it must not end the process.
  client.on('error', () => undefined)
  let ignore = () => {}
  const aborted = new Promise<never>((_, reject) => {
    ignore = onAbort(signal, () => {
      reject(new Error('its time is over'))
      client.destroy()
    })
  })
  // Closed while it connects, the driver would go on and stay connected.
  const joined = client.connect().then(() => {
    if (signal.aborted) client.destroy()
  })
  const done = joined.then(() => act((...command) => client.sendCommand(command)))
  for (const one of [aborted, done]) one.catch(() => undefined)
  try {
    return await Promise.race([done, aborted])
  } finally {
    ignore()
    client.destroy()
  }
}

/** As the admin, with whatever fails put into words. */
export async function asAdmin<T>(context: Context, node: Node, act: (ask: Ask) => Promise<T>): Promise<T> {
  const { admin, adminSecret } = settingsOf(context)
  const secret = await context.admin(adminSecret)
  try {
    return await connected(context, node, async ask => {
      await ask('AUTH', admin, secret.reveal())
      return act(ask)
    })
  } catch (error) {
    throw explained(error, context, node)
  }
}

/** Each in turn; the first fault ends it, and a repetition completes it. */
export async function onEachNode<T>(
  context: Context,
  act: (ask: Ask, node: Node) => Promise<T>,
): Promise<T[]> {
  const answers: T[] = []
  for (const node of settingsOf(context).nodes)
    answers.push(await asAdmin(context, node, ask => act(ask, node)))
  return answers
}

/** Writes the users to the ACL file, so that they are there when the node starts anew. Also where nothing was changed: a crash may have come between a change and this. */
export async function kept(ask: Ask, context: Context, node: Node): Promise<void> {
  const { save } = settingsOf(context)
  if (save === 'never') return
  try {
    await ask('ACL', 'SAVE')
  } catch (error) {
    const { message = '' } = error as Error
    if (message.includes('not configured to use an ACL file')) {
      if (save === 'auto') return
      const text = `has no ACL file, so users are lost when it starts anew: set "aclfile" in redis.conf, or "save" to "auto"`
      throw new ProviderError('rejected', `Redis at ${node.host}:${node.port} ${text}`)
    }
    if (!message.includes('trying to save the ACLs')) throw error
    const text = 'could not write its ACL file: its own log says why'
    throw new ProviderError('unreachable', `Redis at ${node.host}:${node.port} ${text}`)
  }
}
