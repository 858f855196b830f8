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
import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { TestPlane } from '../fixtures.ts'

// Servers of their own, for what runs on a machine often lets everybody in without asking, and then nothing can be refused.
const run = promisify(execFile)

export interface Server {
  port: number
  rootPassword: string
  stop(): Promise<void>
}
export type Started = Server | { missing: string }

/** What could not run is said aloud and written down, so that a run without a server is never taken for a full one. */
export function notRun(line: string): void {
  console.error(`DID NOT RUN  ${line}`)
  const file = process.env['REKEY_NOT_RUN_FILE']
  if (file !== undefined) appendFileSync(file, `${line}\n`)
}

export async function startPostgres(): Promise<Started> {
  const bin = globSync('/usr/lib/postgresql/*/bin').sort().at(-1) ?? found('initdb', '..')
  if (bin === null || !existsSync(join(bin, 'initdb'))) return { missing: 'initdb and postgres' }
  const as = rootsPostgres()
  return begin(async (folder, port, rootPassword) => {
    const passwords = join(folder, 'password')
    writeFileSync(passwords, rootPassword, { mode: 0o600 })
    if (as !== null) for (const path of [folder, passwords]) chownSync(path, as.uid, as.gid)
    const data = join(folder, 'data')
    const how = ['-A', 'scram-sha-256', '-U', 'postgres', '--pwfile', passwords, '--no-sync', '-E', 'UTF8']
    await run(join(bin, 'initdb'), ['-D', data, ...how], { cwd: folder, ...as })
    const set = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off']
    return serve(join(bin, 'postgres'), ['-D', data, ...set.flatMap(one => ['-c', one])], folder, as)
  })
}

export async function startMariadb(): Promise<Started> {
  const [install, server] = [found('mariadb-install-db'), found('mariadbd')]
  if (install === null || server === null) return { missing: 'mariadb-install-db and mariadbd' }
  return begin(async (folder, port, rootPassword) => {
    const as = process.getuid?.() === 0 ? ['--user=root'] : []
    const data = join(folder, 'data')
    const how = [`--tmpdir=${folder}`, `--datadir=${data}`, '--auth-root-authentication-method=normal']
    await run(install, ['--no-defaults', ...as, ...how, '--skip-test-db', '--skip-log-bin'])
    const first = join(folder, 'first.sql')
    writeFileSync(first, `ALTER USER root@127.0.0.1 IDENTIFIED BY '${rootPassword}';\n`, { mode: 0o600 })
    const set = ['--bind-address=127.0.0.1', '--skip-name-resolve', `--port=${port}`, `--init-file=${first}`]
    const small = ['--innodb-buffer-pool-size=16M', '--innodb-flush-log-at-trx-commit=0']
    const places = [`--datadir=${data}`, `--tmpdir=${folder}`, `--socket=${join(data, 'socket')}`]
    return serve(server, ['--no-defaults', ...as, ...set, ...small, ...places], folder, null)
  })
}

export async function startRedis(): Promise<Started> {
  const program = found('redis-server')
  if (program === null) return { missing: 'redis-server' }
  return begin(async (folder, port, rootPassword) => {
    const users = join(folder, 'users.acl')
    writeFileSync(users, `user default on >${rootPassword} ~* &* +@all\n`, { mode: 0o600 })
    const set = [
      '--port',
      `${port}`,
      '--bind',
      '127.0.0.1',
      '--dir',
      folder,
      '--aclfile',
      users,
      '--save',
      '',
    ]
    return serve(program, set, folder, null)
  })
}

async function begin(
  start: (folder: string, port: number, rootPassword: string) => Promise<ChildProcess>,
): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'rekey-pools-'))
  const [port, rootPassword] = [await freePort(), randomBytes(16).toString('hex')]
  let child: ChildProcess | null = null
  const stop = async () => {
    if (child !== null && child.exitCode === null && child.signalCode === null) {
      const exit = new Promise(resolve => child!.once('exit', resolve))
      // SIGQUIT ends PostgreSQL with its children; what it holds is thrown away.
      child.kill('SIGQUIT')
      const timer = setTimeout(() => child!.kill('SIGKILL'), 3_000)
      await exit
      clearTimeout(timer)
    }
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    child = await start(folder, port, rootPassword)
    return { port, rootPassword, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function serve(program: string, args: string[], folder: string, as: Who | null): ChildProcess {
  const out = openSync(join(folder, 'log'), 'a')
  return spawn(program, args, { cwd: folder, stdio: ['ignore', out, out], ...as })
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise(resolve => server.close(resolve))
  return port
}

/** Asks again until it does not fail. */
export async function eventually<T>(work: () => Promise<T>, limitMs = 15_000): Promise<T> {
  const endMs = performance.now() + limitMs
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (performance.now() > endMs) throw error
      await new Promise(resolve => setTimeout(resolve, 30))
    }
  }
}

function found(program: string, step = ''): string | null {
  const places = ['/usr/sbin', '/usr/bin', '/usr/local/bin', '/usr/local/sbin', '/opt/homebrew/bin']
  const path = places.map(place => join(place, program)).find(existsSync)
  return path === undefined ? null : join(path, step)
}

interface Who {
  uid: number
  gid: number
}

/** PostgreSQL refuses to run as root; there it runs as the user that its package made. */
function rootsPostgres(): Who | null {
  if (process.getuid?.() !== 0) return null
  const id = (of: string) => Number(execFileSync('id', [of, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

/** A way to a server on which the first `slow` connections take their time in both directions, and later ones overtake them. */
export async function slowAtFirst(port: number, slow: number, delayMs: number) {
  const sockets = new Set<Socket>()
  let made = 0
  const server = createServer(near => {
    const far = dial(port, '127.0.0.1')
    const waitMs = ++made > slow ? 0 : delayMs
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      const later = (run: () => void) => (waitMs === 0 ? run() : void setTimeout(run, waitMs))
      from.setNoDelay(true)
      from.on('error', () => undefined)
      from.on('data', data => later(() => to.write(data)))
      from.on('close', () => later(() => to.destroy()))
    }
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

/** Constant load: `width` loops that do the work again and again until they are told to stop. */
export class Load {
  done = 0
  readonly failed: unknown[] = []
  readonly #loops: Promise<void>[]
  #isOver = false

  constructor(width: number, work: (loop: number) => Promise<unknown>) {
    this.#loops = Array.from({ length: width }, async (_, loop) => {
      while (!this.#isOver) {
        try {
          await work(loop)
          this.done++
        } catch (error) {
          this.failed.push(error)
          await new Promise(resolve => setTimeout(resolve, 10))
        }
      }
    })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  async stop(): Promise<void> {
    this.#isOver = true
    await Promise.all(this.#loops)
  }
}

/** The versions that the last report says are held. */
export const present = (plane: TestPlane) =>
  plane.batches
    .at(-1)!
    .statements.filter(one => one.says === 'present')
    .map(one => one.version)
