// Plugins: the two templates that people copy, each against a Redis of our own with an ACL file.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient, type RedisClientType } from '@redis/client'
import type { Provider } from '@rekey/providers'
import { execProvider, readPlugin } from '@rekey/providers/all'
import type { Address, Bed, Plot } from '../bed.ts'
import { freePort, until } from './server.ts'

const adminSecret = randomBytes(16).toString('base64url')
const rootSecret = randomBytes(16).toString('base64url')
const hash = (value: string) => `#${createHash('sha256').update(value).digest('hex')}`

/** Word for word what docs/providers/exec.md tells people to grant. */
const grants =
  'resetchannels -@all +acl|list +acl|setuser +acl|deluser +acl|save +client|list +client|kill +ping'

interface Server {
  address: Address
  root: RedisClientType
  aclFile: string
}

/** One of the templates, by the name of its plugin file. */
export function triedPlugin(name: string, programs: readonly string[]) {
  const read = readPlugin(join(import.meta.dirname, `../../../providers/plugins/${name}.plugin.json`))
  if (!read.ok) throw new Error(read.faults.join('; '))
  const provider: Provider = { ...execProvider(read.plugin, read.folder), provedAgainst: 'server' }
  return { provider, kind: 'exec', openBed: () => openBed(provider, ['redis-server', ...programs]) }
}

async function openBed(provider: Provider, programs: readonly string[]): Promise<Bed | { missing: string }> {
  const absent = programs.filter(program => !isThere(program))
  if (absent.length > 0)
    return { missing: `${absent.join(' and ')}: install it, so that it is found in PATH` }
  const folder = mkdtempSync(join(tmpdir(), 'rekey-exec-'))
  const aclFile = join(folder, 'users.acl')
  const address = { host: '127.0.0.1', port: await freePort() }
  writeFileSync(
    aclFile,
    `user default off resetchannels -@all\nuser root on ${hash(rootSecret)} ~* &* +@all\nuser rekey on ${hash(adminSecret)} ${grants}\n`,
  )
  const options = {
    port: address.port,
    bind: address.host,
    aclfile: aclFile,
    save: '',
    appendonly: 'no',
    dir: folder,
  }
  // Everything that is asked of it is written down, so that the trial can look for values there.
  const log = { 'slowlog-log-slower-than': 0, 'slowlog-max-len': 100_000 }
  const args = Object.entries({ ...options, ...log }).flatMap(([name, value]) => [`--${name}`, String(value)])
  const child = spawn('redis-server', args, { stdio: 'ignore' })
  const root = client(address, 'root', rootSecret)
  const close = async () => {
    root.destroy()
    await ended(child)
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await until(
      () =>
        root.connect().then(
          () => true,
          () => false,
        ),
      'Redis does not start',
    )
  } catch (error) {
    await close()
    throw error
  }
  const server: Server = { address, root, aclFile }
  return {
    provider,
    against: 'server',
    plot: name => plot(server, name),
    written: async () =>
      `${JSON.stringify(await root.sendCommand(['SLOWLOG', 'GET', '-1']))}\n${readFileSync(aclFile, 'utf8')}`,
    close,
  }
}

async function plot({ address, root }: Server, name: string): Promise<Plot> {
  const existing = { handle: `${name}_old`, value: randomBytes(24).toString('base64url') }
  const template = `${name}_app`
  const rules = ['resetchannels', `~${name}:*`, '-@all', '+get', '+set', '+ping', '+hello', '+client|setname']
  const user = (login: string, ...given: string[]) =>
    root.sendCommand(['ACL', 'SETUSER', login, 'reset', ...given])
  await user(template, 'off', ...rules)
  await user(existing.handle, 'on', hash(existing.value), ...rules)
  return {
    addresses: [address],
    settings: (lead = at => at) => ({
      ...lead(address),
      admin: 'rekey',
      adminSecret: 'trial-admin',
      template,
      prefix: name,
    }),
    admin: { 'trial-admin': adminSecret },
    existing,
    tellsValues: true,
    async accepts(handle, value) {
      const consumer = client(address, handle, value)
      try {
        await consumer.connect()
        return true
      } catch (error) {
        if (String((error as Error).message).startsWith('WRONGPASS')) return false
        throw error
      } finally {
        consumer.destroy()
      }
    },
    async present() {
      const names = (await root.sendCommand(['ACL', 'USERS'])) as unknown as string[]
      return names.filter(one => one.startsWith(`${name}_`) && one !== template && one !== `${name}_weak`)
    },
    async session(handle, value) {
      const consumer = client(address, handle, value)
      await consumer.connect()
      return {
        isAlive: () =>
          consumer.set(`${name}:work`, 'done').then(
            () => true,
            () => false,
          ),
        close: async () => {
          if (consumer.isOpen) consumer.destroy()
        },
      }
    },
    spoil: {
      occupy: async (handle, value) => void (await user(handle, 'on', hash(value), ...rules)),
      narrow: async handle => void (await root.sendCommand(['ACL', 'SETUSER', handle, '-set'])),
      widen: async handle => void (await root.sendCommand(['ACL', 'SETUSER', handle, '~salaries:*'])),
      async powerless() {
        const value = randomBytes(16).toString('base64url')
        await user(`${name}_weak`, 'on', hash(value), '-@all', '+ping', '+acl|list')
        return { settings: { admin: `${name}_weak`, adminSecret: 'weak' }, admin: { weak: value } }
      },
    },
  }
}

/** A connection that does not come back by itself: what ended it stays ended. */
function client({ host, port }: Address, username: string, password: string): RedisClientType {
  const made = createClient({
    socket: { host, port, reconnectStrategy: false },
    username,
    password,
    name: username === 'root' ? 'trial' : 'worker-of-the-trial',
    disableClientInfo: true,
  })
  made.on('error', () => undefined)
  return made as RedisClientType
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = new Promise(resolve => child.once('exit', resolve))
  child.kill('SIGKILL')
  await exit
}

function isThere(program: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v "${program}"`], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
