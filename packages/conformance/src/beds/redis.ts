// Redis: two nodes of our own, made for the run, of which neither knows the other, as with a cluster or a primary and its replica:
// users are not replicated. A monitor, the slow log, the logs and the ACL files are looked through for values.
import { randomBytes } from 'node:crypto'
import { builtIn } from '@rekey/providers/all'
import type { Address, Bed, Plot, Session } from '../bed.ts'
import { clientOf, hashed, type RedisNodes, startRedis } from './redis-nodes.ts'

export const provider = builtIn.find(one => one.kind === 'redis')!

const adminSecret = randomBytes(16).toString('base64url')
const admin = 'rekey_admin'
/** Word for word what docs/providers/redis.md tells people to grant. */
const grants =
  'resetkeys resetchannels -@all +acl|getuser +acl|setuser +acl|deluser +acl|users +acl|save +acl|log +client|list +client|kill'

export const firstUsers = [`user ${admin} on #${hashed(adminSecret)} ${grants}`]

type Client = ReturnType<typeof clientOf>

export async function openBed(): Promise<Bed | { missing: string }> {
  const nodes = await startRedis(2, firstUsers)
  return 'missing' in nodes ? nodes : bedOn(nodes)
}

export async function bedOn(nodes: RedisNodes): Promise<Bed> {
  const owners: Client[] = []
  const monitors: Client[] = []
  const heard: string[] = []
  const close = async () => {
    for (const client of [...owners, ...monitors]) client.destroy()
    await nodes.stop()
  }
  try {
    for (const address of nodes.addresses) {
      const owner = clientOf(address, nodes.root)
      owners.push(await owner.connect())
      const monitor = await clientOf(address, nodes.root).connect()
      monitors.push(monitor)
      await monitor.monitor(line => heard.push(String(line)))
    }
  } catch (error) {
    await close()
    throw error
  }
  return {
    provider,
    against: 'server',
    plot: name => plot(nodes, owners, name),
    async written() {
      const slow = await Promise.all(owners.map(owner => owner.sendCommand(['SLOWLOG', 'GET', '-1'])))
      return [...heard, JSON.stringify(slow), nodes.files()].join('\n')
    },
    close,
  }
}

async function plot(nodes: RedisNodes, owners: readonly Client[], name: string): Promise<Plot> {
  const template = `${name}_app`
  const existing = { handle: `${name}_old`, value: randomBytes(24).toString('base64url') }
  const first = nodes.addresses[0]!
  const rights = ['resetchannels', `~${name}:*`, `&${name}:*`, '-@all', '+@read', '+@write', '+@connection']
  const everywhere = async (...command: string[]) => {
    for (const owner of owners) await owner.sendCommand(command)
  }
  // Hashes only: what the bed does is looked through as well.
  const make = (user: string, value: string, ...rules: string[]) =>
    everywhere('ACL', 'SETUSER', user, 'reset', ...rules, `#${hashed(value)}`, 'on')
  await everywhere('ACL', 'SETUSER', template, 'reset', ...rights, 'off')
  await make(existing.handle, existing.value, ...rights)
  return {
    addresses: nodes.addresses,
    settings: (lead = address => address) => ({
      nodes: nodes.addresses.map(lead),
      admin,
      adminSecret: 'trial-admin',
      template,
      prefix: name,
      save: 'always',
      tls: 'off',
      ca: '',
    }),
    admin: { 'trial-admin': adminSecret },
    existing,
    tellsValues: true,
    work: { ...first, within: `${name}:` },
    async openSessions(handle) {
      const lists = await Promise.all(owners.map(owner => owner.sendCommand(['CLIENT', 'LIST'])))
      return lists.join('\n').split(` user=${handle} `).length - 1
    },
    async accepts(handle, value) {
      const answers = await Promise.all(nodes.addresses.map(address => letsIn(address, handle, value, name)))
      // One that lets it in is enough to harm.
      return answers.includes(true)
    },
    async present() {
      const lists = await Promise.all(owners.map(owner => owner.sendCommand(['ACL', 'USERS'])))
      const names = new Set(lists.flat().map(String))
      return [...names].filter(one => one.startsWith(`${name}_`) && one !== template)
    },
    session: async (handle, value) =>
      sessionOf(
        await clientOf(first, { username: handle, password: value }, 'worker-of-the-trial').connect(),
      ),
    spoil: {
      occupy: (handle, value) => make(handle, value, ...rights),
      narrow: handle => everywhere('ACL', 'SETUSER', handle, '-@write'),
      widen: handle => everywhere('ACL', 'SETUSER', handle, `~${name}-salaries:*`),
      async powerless() {
        const value = randomBytes(16).toString('base64url')
        await make(`${name}_weak`, value, '-@all', '+ping')
        return { settings: { admin: `${name}_weak`, adminSecret: 'weak' }, admin: { weak: value } }
      },
    },
  }
}

async function letsIn(address: Address, username: string, password: string, name: string): Promise<boolean> {
  const client = clientOf(address, { username, password })
  try {
    await client.connect()
    // It is let in to work, and works with the template's rights.
    await client.sendCommand(['GET', `${name}:document`])
    return true
  } catch (error) {
    if ((error as Error).message.startsWith('WRONGPASS')) return false
    throw error
  } finally {
    client.destroy()
  }
}

function sessionOf(client: Client): Session {
  return {
    isAlive: () =>
      client.sendCommand(['PING']).then(
        () => true,
        () => false,
      ),
    close: async () => client.destroy(),
  }
}
