// A real login with AMQP 0-9-1. The management API cannot tell: it refuses whoever has no tag, with any password.
import { connect as dial } from 'node:net'
import { onAbort, wayFailure } from '../failure.ts'
import { type Context, ProviderError } from '../provider.ts'
import { ask } from './api.ts'
import { type Node, settingsOf } from './settings.ts'
import { limitsOf, userNamed } from './user.ts'

/** shut-out: the password fits, and then the virtual host does not let the user in. */
export type Entry = 'in' | 'refused' | 'shut-out'

const connectMs = 10_000

export async function enter(context: Context, node: Node, username: string, value: string): Promise<Entry> {
  const { vhost, tls, ca } = settingsOf(context)
  const { host, port } = node
  const { connect } = await import('amqplib')
  const leave = new AbortController()
  const { signal } = leave
  let tooLate: (error: Error) => void = () => undefined
  const late = new Promise<never>((_, reject) => {
    tooLate = reject
  })
  const ignore = onAbort(context.signal, () => {
    leave.abort()
    tooLate(new ProviderError('timeout', `${placeOf(node)} did not answer in time`))
  })
  // The signal closes the socket itself, whatever the driver is waiting for.
  const way =
    tls === 'off' ? { signal } : { socket: dial({ host, port, signal }), ...(ca !== '' && { ca: [ca] }) }
  if ('socket' in way) way.socket.on('error', () => undefined)
  const options = { ...way, timeout: connectMs, clientProperties: { connection_name: 'rekey' } }
  const protocol = tls === 'off' ? 'amqp' : 'amqps'
  const login = { protocol, hostname: host, port, username, password: value, vhost, heartbeat: 0 }
  try {
    const coming = connect(login, options).then(connection => {
      connection.on('error', () => undefined)
      return connection
    })
    coming.catch(() => undefined)
    const connection = await Promise.race([coming, late])
    const farewell = connection.close().catch(() => undefined)
    // A polite farewell would wait for a server that may be gone.
    await Promise.race([farewell, new Promise(resolve => setTimeout(resolve, 500).unref())])
    return 'in'
  } catch (error) {
    return told(error, context, node)
  } finally {
    ignore()
    leave.abort()
  }
}

/** The driver gives the broker's answers as text of its own; its first words are what can be told by. */
function told(error: unknown, context: Context, node: Node): Entry {
  const way = wayFailure(error, placeOf(node), context.signal)
  if (way !== null) throw way
  const { message = '' } = error as Error
  if (message.startsWith('Handshake terminated by server: 403')) return 'refused'
  // It has gone on from the password to the virtual host, and ends there.
  if (/^Expected ConnectionOpenOk; got <ConnectionClose /.test(message)) return 'shut-out'
  const say = (code: ProviderError['code'], text: string) =>
    new ProviderError(code, `${placeOf(node)}: ${text}`)
  if (/ETIMEDOUT|closed abruptly|Handshake terminated/.test(message))
    throw say('unreachable', 'the connection broke before the login was answered')
  if (message.startsWith('SASL mechanism'))
    throw say('rejected', 'it takes no passwords: allow the mechanism PLAIN, or nothing can be tried')
  throw say('rejected', 'it does not speak AMQP 0-9-1: correct its port, or the setting "tls"')
}

/** Why the one with the right password does not get in: the driver does not say, the management API does. */
export async function whyShutOut(context: Context, node: Node, name: string): Promise<ProviderError> {
  const { vhost, template } = settingsOf(context)
  const place = placeOf(node)
  const known = await ask(context, 'GET', ['vhosts', vhost], { understood: [404] })
  if (known.status === 404) {
    const text = `${place}: there is no virtual host ${vhost}: correct the setting "vhost"`
    return new ProviderError('rejected', text)
  }
  const permission = await ask(context, 'GET', ['permissions', vhost, name], { understood: [404] })
  if (permission.status === 404) {
    const text = `${place}: the password of ${name} fits, but it may not enter the virtual host ${vhost}: give it, and the template ${template}, a permission there`
    return new ProviderError('rejected', text)
  }
  const user = await userNamed(context, name)
  if (user !== null && limitsOf(user)['max-connections'] === 0) {
    const text = `${place}: the password of ${name} fits, but its limit max-connections is 0: take it off it, and off the template ${template}`
    return new ProviderError('rejected', text)
  }
  const text = `${place}: the password of ${name} fits, but ${vhost} has no connection left for it, or is not running there`
  return new ProviderError('unreachable', text)
}

export const placeOf = ({ host, port }: Node) => `RabbitMQ at ${host}:${port}`
