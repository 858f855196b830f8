// Redis nodes of our own in a folder of their own, each with an ACL file, ended by their process ids.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RedisClient } from '@redis/client'
import type { Address } from '../bed.ts'
import { freePort, until } from './server.ts'

export interface RedisNodes {
  addresses: readonly Address[]
  root: Login
  /** What the nodes have written to their logs and ACL files. */
  files(): string
  /** Ends a node as a crash would, and starts it anew. */
  restart(at: number): Promise<void>
  stop(): Promise<void>
}

export interface Login {
  username: string
  password: string
}

const program = 'redis-server'

export const hashed = (value: string) => createHash('sha256').update(value).digest('hex')

/** `lines`: users that each node begins with, as an ACL file has them. */
export async function startRedis(
  count: number,
  lines: readonly string[] = [],
): Promise<RedisNodes | { missing: string }> {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' })
  } catch {
    return { missing: 'redis-server is not on this machine: install Redis 7, or put it on the path' }
  }
  const folder = mkdtempSync(join(tmpdir(), 'rekey-redis-'))
  const root = { username: 'default', password: randomBytes(16).toString('base64url') }
  const running: ChildProcess[] = []
  const addresses: Address[] = []
  const place = (port: number) => join(folder, String(port))
  const begin = async (at: number) => {
    const address = addresses[at]!
    running[at] = serve(place(address.port), address.port)
    await until(() => answers(address, root), 'Redis does not start')
  }
  const stop = async () => {
    await Promise.all(running.map(ended))
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    for (let at = 0; at < count; at++) {
      const port = await freePort()
      mkdirSync(place(port))
      const users = [`user default on #${hashed(root.password)} ~* &* +@all`, ...lines]
      writeFileSync(join(place(port), 'users.acl'), `${users.join('\n')}\n`)
      addresses.push({ host: '127.0.0.1', port })
      await begin(at)
    }
  } catch (error) {
    await stop()
    throw error
  }
  return {
    addresses,
    root,
    files: () =>
      addresses
        .flatMap(({ port }) =>
          ['users.acl', 'log'].map(file => readFileSync(join(place(port), file), 'utf8')),
        )
        .join('\n'),
    async restart(at) {
      await ended(running[at]!)
      await begin(at)
    },
    stop,
  }
}

function serve(folder: string, port: number): ChildProcess {
  const out = openSync(join(folder, 'log'), 'a')
  const set = {
    port,
    bind: '127.0.0.1',
    dir: folder,
    aclfile: join(folder, 'users.acl'),
    save: '',
    appendonly: 'no',
    loglevel: 'debug',
    maxclients: 500,
    // Everything that is asked of it is kept, so that the trial can look for values there.
    'slowlog-log-slower-than': 0,
    'slowlog-max-len': 100_000,
  }
  const args = Object.entries(set).flatMap(([name, value]) => [`--${name}`, String(value)])
  return spawn(program, args, { cwd: folder, stdio: ['ignore', out, out] })
}

/** Written once: the driver would write a class anew for each node. */
const protocol = { RESP: 2 } as const
const kind = RedisClient.factory(protocol)

/** A connection that does not come back by itself. */
export function clientOf({ host, port }: Address, login: Login, name?: string) {
  const client = kind({
    ...protocol,
    ...login,
    ...(name !== undefined && { name }),
    socket: { host, port, reconnectStrategy: false },
    maintNotifications: 'disabled',
    disableOfflineQueue: true,
  })
  client.on('error', () => undefined)
  return client
}

async function answers(address: Address, login: Login): Promise<boolean> {
  const client = clientOf(address, login)
  try {
    await client.connect()
    return String(await client.sendCommand(['PING'])) === 'PONG'
  } catch {
    return false
  } finally {
    client.destroy()
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = new Promise(resolve => child.once('exit', resolve))
  child.kill('SIGKILL')
  await exit
}
