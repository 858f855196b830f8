// A MariaDB primary with one replica, in a folder of its own, ended by their process ids. The server that runs on a developer's
// machine is left as it is: a log of every statement and a policy of passwords would have to be switched on for all its users.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import mysql from 'mysql2/promise'
import type { Address } from '../bed.ts'
import { freePort, until } from './server.ts'

export interface MariadbCluster {
  /** The primary first. */
  nodes: readonly Address[]
  rootPassword: string
  logs: readonly string[]
  stop(): Promise<void>
}

const run = promisify(execFile)
/** Run as root it has to be told so; it would rather have a user of its own. */
const as = process.getuid?.() === 0 ? ['--user=root'] : []

export async function startMariadb(): Promise<MariadbCluster | { missing: string }> {
  const [install, server] = [found('mariadb-install-db'), found('mariadbd')]
  if (install === null || server === null) {
    return {
      missing:
        'MariaDB’s own programs (mariadb-install-db, mariadbd) are not on this machine: install mariadb-server',
    }
  }
  const folder = mkdtempSync(join(tmpdir(), 'rekey-mariadb-'))
  const running: ChildProcess[] = []
  const stop = async () => {
    await Promise.all(running.map(ended))
    rmSync(folder, { recursive: true, force: true })
  }
  const rootPassword = randomBytes(16).toString('base64url')
  const nodes: Address[] = []
  const logs: string[] = []
  try {
    const made = join(folder, 'made')
    // Its temporary tables bear the process id only: in a folder that others share, two servers may take each other's.
    const ours = (name: string) => {
      mkdirSync(join(folder, name))
      return `--tmpdir=${join(folder, name)}`
    }
    const how = ['--auth-root-authentication-method=normal', '--skip-test-db', ours('made-tmp')]
    await run(install, ['--no-defaults', ...as, `--datadir=${made}`, ...how])
    for (const id of [1, 2]) {
      const data = join(folder, String(id))
      cpSync(made, data, { recursive: true })
      const port = await freePort()
      const log = join(folder, `${port}.log`)
      running.push(serve(server, data, { id, port, log, tmp: ours(`${id}-tmp`) }))
      nodes.push({ host: '127.0.0.1', port })
      logs.push(log)
    }
    for (const node of nodes) {
      await until(() => answers(node), 'MariaDB does not start')
      await asked({ ...node, user: 'root' }, [
        'SET SESSION sql_log_off = 1, sql_log_bin = 0',
        `ALTER USER root@127.0.0.1 IDENTIFIED BY '${rootPassword}'`,
      ])
    }
    const login = { user: 'root', password: rootPassword }
    await asked({ ...nodes[1]!, ...login }, [
      'SET SESSION sql_log_off = 1',
      `CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = ${nodes[0]!.port}, MASTER_USER = 'root',
         MASTER_PASSWORD = '${rootPassword}', MASTER_USE_GTID = slave_pos`,
      'START SLAVE',
      'SET GLOBAL read_only = 1',
    ])
    return { nodes, rootPassword, logs, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

interface Place {
  id: number
  port: number
  log: string
  tmp: string
}

function serve(program: string, data: string, { id, port, log, tmp }: Place): ChildProcess {
  const out = openSync(`${log}.err`, 'a')
  const set = [
    '--bind-address=127.0.0.1',
    '--skip-name-resolve',
    `--port=${port}`,
    `--server-id=${id}`,
    `--datadir=${data}`,
    tmp,
    `--socket=${join(data, 'socket')}`,
    '--log-bin=binlog',
    '--performance-schema=ON',
    '--max-connections=300',
    '--innodb-buffer-pool-size=16M',
    '--innodb-log-file-size=4M',
    '--innodb-flush-log-at-trx-commit=0',
    '--plugin-maturity=unknown',
    // Everything that is asked of it is written down, so that the trial can look for values there.
    '--general-log=1',
    `--general-log-file=${log}`,
  ]
  return spawn(program, ['--no-defaults', ...as, ...set], { cwd: data, stdio: ['ignore', out, out] })
}

async function asked(login: mysql.ConnectionOptions, statements: readonly string[]): Promise<void> {
  const client = await mysql.createConnection(login)
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}

const answers = (node: Address) =>
  asked({ ...node, user: 'root' }, ['SELECT 1']).then(
    () => true,
    () => false,
  )

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = new Promise(resolve => child.once('exit', resolve))
  // What it holds is thrown away.
  child.kill('SIGKILL')
  await exit
}

function found(program: string): string | null {
  const places = ['/usr/sbin', '/usr/bin', '/usr/local/bin', '/usr/local/sbin', '/opt/homebrew/bin']
  return places.map(place => join(place, program)).find(existsSync) ?? null
}
