// A PostgreSQL primary with one streaming replica, in a folder of its own, ended by its process ids.
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  appendFileSync,
  chownSync,
  existsSync,
  globSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import type { Address } from '../bed.ts'
import { freePort, until } from './server.ts'

export interface Cluster {
  /** The primary first. */
  nodes: readonly Address[]
  rootPassword: string
  logs: readonly string[]
  /** Where the primary says whom it lets in, and how. */
  hba: string
  stop(): Promise<void>
}

const run = promisify(execFile)

export async function startCluster(): Promise<Cluster | { missing: string }> {
  const bin = programs()
  if (bin === null) return { missing: 'PostgreSQL’s own programs (initdb, postgres) are not on this machine' }
  const folder = mkdtempSync(join(tmpdir(), 'rekey-pg-'))
  const rootPassword = randomBytes(16).toString('base64url')
  const as = whom()
  if (as !== null) chownSync(folder, as.uid, as.gid)
  const passwords = join(folder, 'password')
  writeFileSync(passwords, rootPassword, { mode: 0o600 })
  if (as !== null) chownSync(passwords, as.uid, as.gid)
  const options = { cwd: folder, ...as }
  const primary = join(folder, 'primary')
  const running: ChildProcess[] = []
  const stop = async () => {
    await Promise.all(running.map(ended))
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await run(
      join(bin, 'initdb'),
      [
        '-D',
        primary,
        '-A',
        'scram-sha-256',
        '-U',
        'postgres',
        '--pwfile',
        passwords,
        '--no-sync',
        '-E',
        'UTF8',
      ],
      options,
    )
    appendFileSync(join(primary, 'pg_hba.conf'), 'host replication postgres 127.0.0.1/32 scram-sha-256\n')
    const ports = [await freePort(), await freePort()] as const
    const logs = ports.map(port => join(folder, `${port}.log`))
    running.push(server(bin, primary, ports[0], logs[0]!, as))
    const login = { host: '127.0.0.1', user: 'postgres', password: rootPassword, database: 'postgres' }
    await until(() => answers({ ...login, port: ports[0] }), 'PostgreSQL does not start')
    const replica = join(folder, 'replica')
    await run(
      join(bin, 'pg_basebackup'),
      [
        '-h',
        '127.0.0.1',
        '-p',
        String(ports[0]),
        '-U',
        'postgres',
        '-D',
        replica,
        '-R',
        '-c',
        'fast',
        '--no-sync',
      ],
      { ...options, env: { ...process.env, PGPASSWORD: rootPassword } },
    )
    running.push(server(bin, replica, ports[1], logs[1]!, as))
    await until(() => answers({ ...login, port: ports[1] }), 'the replica does not start')
    return {
      nodes: ports.map(port => ({ host: '127.0.0.1', port })),
      rootPassword,
      logs,
      hba: join(primary, 'pg_hba.conf'),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

function server(bin: string, data: string, port: number, log: string, as: Who | null): ChildProcess {
  const out = openSync(log, 'a')
  const set = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    fsync: 'off',
    max_connections: 300,
    // Everything that is asked of it is written down, so that the trial can look for values there.
    log_statement: 'all',
    log_min_duration_statement: 0,
    log_connections: 'on',
  }
  const args = Object.entries(set).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  return spawn(join(bin, 'postgres'), ['-D', data, ...args], {
    ...as,
    cwd: data,
    stdio: ['ignore', out, out],
  })
}

async function answers(login: pg.ClientConfig): Promise<boolean> {
  const client = new pg.Client(login)
  client.on('error', () => undefined)
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = new Promise(resolve => child.once('exit', resolve))
  child.kill('SIGQUIT')
  await exit
}

function programs(): string | null {
  const found = globSync('/usr/lib/postgresql/*/bin').sort().at(-1)
  const named = found ?? bindir()
  return named !== null && existsSync(join(named, 'initdb')) ? named : null
}

function bindir(): string | null {
  try {
    return execFileSync('pg_config', ['--bindir'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return null
  }
}

interface Who {
  uid: number
  gid: number
}

/** PostgreSQL refuses to run as root; there it runs as the user that its package made. */
function whom(): Who | null {
  if (process.getuid?.() !== 0) return null
  const id = (of: string) => Number(execFileSync('id', [of, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}
