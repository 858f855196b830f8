// RabbitMQ: the broker of this machine, with a virtual host, an admin and users of our own, all of them taken away again. Its
// management plugin is switched on where it is not.
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { promisify } from 'node:util'
import { builtIn } from '@rekey/providers/all'
import { type ChannelModel, connect } from 'amqplib'
import type { Address, Bed, Plot } from '../bed.ts'
import { until } from './server.ts'

export const provider = builtIn.find(one => one.kind === 'rabbitmq')!

const api = named('REKEY_TEST_RABBITMQ_API', 'http://guest:guest@127.0.0.1:15672')
const broker = named('REKEY_TEST_RABBITMQ', 'amqp://127.0.0.1:5672')
const adminSecret = randomBytes(16).toString('base64url')
const run = promisify(execFile)

interface Ground {
  admin: string
  vhost: string
  made: Set<string>
}

export async function openBed(): Promise<Bed | { missing: string }> {
  const missing = await begun()
  if (missing !== null) return { missing }
  const id = `${process.pid}-${randomBytes(3).toString('hex')}`
  const ground: Ground = { admin: `rekey-admin-${id}`, vhost: `rekey/${id}`, made: new Set() }
  await asked('PUT', ['vhosts', ground.vhost])
  // As docs/providers/rabbitmq.md tells people to: the tag and no permission in any virtual host.
  await user(ground, ground.admin, adminSecret, ['administrator'])
  const logs = (await logFiles()).map(file => ({ file, from: statSync(file).size }))
  return {
    provider,
    against: 'server',
    plot: name => plot(ground, name),
    written: async () =>
      logs.length === 0
        ? null
        : logs.map(({ file, from }) => readFileSync(file).subarray(from).toString()).join('\n'),
    async close() {
      const all = (await asked('GET', ['users'])) as { name: string }[]
      const prefixes = [...ground.made]
      for (const { name } of all) {
        if (prefixes.some(one => name === one || name.startsWith(`${one}_`))) {
          await asked('DELETE', ['users', name])
        }
      }
      await asked('DELETE', ['vhosts', ground.vhost])
    },
  }
}

async function plot(ground: Ground, name: string): Promise<Plot> {
  ground.made.add(name)
  const template = `${name}_app`
  const existing = { handle: `${name}_old`, value: randomBytes(24).toString('base64url') }
  await user(ground, template, null, ['monitoring'])
  await user(ground, existing.handle, existing.value, ['monitoring'])
  for (const one of [template, existing.handle]) await consumerRights(ground, one)
  return {
    addresses: [at(api), at(broker)],
    settings: (lead = address => address) => ({
      api: lead(at(api)),
      nodes: [lead(at(broker))],
      vhost: ground.vhost,
      admin: ground.admin,
      adminSecret: 'trial-admin',
      template,
      prefix: name,
      tls: 'off',
      ca: '',
    }),
    admin: { 'trial-admin': adminSecret },
    existing,
    tellsValues: true,
    async accepts(handle, value) {
      try {
        await (await login(ground, handle, value)).close()
        return true
      } catch (error) {
        if ((error as Error).message.includes('403 (ACCESS-REFUSED)')) return false
        throw error
      }
    },
    async present() {
      const all = (await asked('GET', ['users'])) as { name: string }[]
      return all
        .map(one => one.name)
        .filter(one => one.startsWith(`${name}_`) && one !== template && one !== `${name}_weak`)
    },
    async session(handle, value) {
      const connection = await login(ground, handle, value)
      const channel = await connection.createChannel()
      channel.on('error', () => undefined)
      const { queue } = await channel.assertQueue(`app.${handle}`, { exclusive: true })
      let isOpen = true
      connection.on('close', () => {
        isOpen = false
      })
      return {
        async isAlive() {
          if (!isOpen) return false
          channel.sendToQueue(queue, Buffer.from('work'))
          await until(
            async () => !isOpen || (await channel.get(queue, { noAck: true })) !== false,
            'no message',
          )
          return isOpen
        },
        close: () => connection.close(),
      }
    },
    work: { ...at(broker), within: ground.vhost },
    openSessions: async handle =>
      ((await asked('GET', ['connections', 'username', handle])) as unknown[]).length,
    spoil: {
      async occupy(handle, value) {
        await user(ground, handle, value, [])
        await consumerRights(ground, handle)
      },
      async narrow(handle) {
        const body = { configure: '', write: '^app\\.', read: '^app\\.' }
        await asked('PUT', ['permissions', ground.vhost, handle], body)
      },
      async widen(handle) {
        await asked('PUT', ['permissions', '/', handle], { configure: '', write: '', read: '^salaries$' })
      },
      async powerless() {
        const value = randomBytes(16).toString('base64url')
        await user(ground, `${name}_weak`, value, ['policymaker'])
        return { settings: { admin: `${name}_weak`, adminSecret: 'weak' }, admin: { weak: value } }
      },
    },
  }
}

async function user(ground: Ground, name: string, password: string | null, tags: string[]): Promise<void> {
  ground.made.add(name)
  const secret = password === null ? { password_hash: '' } : { password }
  await asked('PUT', ['users', name], { ...secret, tags: tags.join(',') })
}

async function consumerRights({ vhost }: Ground, name: string): Promise<void> {
  const own = '^app\\.'
  await asked('PUT', ['permissions', vhost, name], {
    configure: own,
    write: `${own}|^amq\\.default$`,
    read: own,
  })
  await asked('PUT', ['topic-permissions', vhost, name], { exchange: 'amq.topic', write: own, read: own })
  await asked('PUT', ['user-limits', name, 'max-connections'], { value: 500 })
}

const login = async ({ vhost }: Ground, username: string, password: string): Promise<ChannelModel> => {
  const at = { hostname: broker.host, port: broker.port, username, password, vhost, heartbeat: 0 }
  const connection = await connect(at, { clientProperties: { connection_name: 'worker-of-the-trial' } })
  connection.on('error', () => undefined)
  return connection
}

/** Where it is, by a variable or at its usual address. */
function named(variable: string, usual: string): Address & { login: string } {
  const { hostname, port, username, password } = new URL(process.env[variable] ?? usual)
  return { host: hostname, port: Number(port), login: `${username}:${password}` }
}

const at = ({ host, port }: Address): Address => ({ host, port })

/** As the broker's own administrator, apart from the provider. */
async function asked(method: string, path: readonly string[], body?: object): Promise<unknown> {
  const answer = await fetch(`http://${api.host}:${api.port}/api/${path.map(encodeURIComponent).join('/')}`, {
    method,
    headers: { authorization: `Basic ${btoa(api.login)}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  })
  const text = await answer.text()
  if (!answer.ok && answer.status !== 404)
    throw new Error(`${method} ${path.join(' ')}: ${answer.status} ${text}`)
  return text === '' ? null : JSON.parse(text)
}

const answers = () =>
  asked('GET', ['overview']).then(
    () => true,
    () => false,
  )

/** null: it is there. */
async function begun(): Promise<string | null> {
  if (await answers()) return null
  const program = 'rabbitmq-plugins'
  try {
    console.error(
      'rabbitmq: the management plugin does not answer, and is switched on; it takes about ten seconds',
    )
    await run(program, ['enable', 'rabbitmq_management'], { timeout: 60_000 })
    await until(answers, 'the management API does not begin')
    return null
  } catch {
    return 'RabbitMQ with its management plugin at 127.0.0.1:15672, as guest: install rabbitmq-server and run rabbitmq-plugins enable rabbitmq_management'
  }
}

/** Where the broker writes, as far as we may read it. */
async function logFiles(): Promise<string[]> {
  try {
    const { stdout } = await run('rabbitmqctl', ['eval', 'rabbit:log_locations().'], { timeout: 20_000 })
    return [...stdout.matchAll(/"(\/[^"]+)"/g)].map(match => match[1]!).filter(existsSync)
  } catch {
    return []
  }
}
