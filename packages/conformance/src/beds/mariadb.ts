// MariaDB: a primary and a replica of our own, made for the run, that write every statement down.
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { builtIn } from '@rekey/providers/all'
import mysql from 'mysql2/promise'
import type { Address, Bed, Plot, Session } from '../bed.ts'
import { type MariadbCluster, startMariadb } from './mariadb-cluster.ts'
import { until } from './server.ts'

export const provider = builtIn.find(one => one.kind === 'mariadb')!

const adminSecret = randomBytes(16).toString('base64url')
const admin = 'rekey_admin'
const refused = [1045, 4151]

export async function openBed(): Promise<Bed | { missing: string }> {
  const cluster = await startMariadb()
  return 'missing' in cluster ? cluster : bedOn(cluster)
}

export async function bedOn(cluster: MariadbCluster): Promise<Bed> {
  const owner = await connected(cluster.nodes[0]!, 'root', cluster.rootPassword)
  // What the bed itself does stands in no log: only the provider is looked at.
  await owner.query('SET SESSION sql_log_off = 1')
  await owner.query(`CREATE USER ${admin} ${keptAs(adminSecret)}`)
  // Word for word what docs/providers/mariadb.md tells people to grant.
  await owner.query(`GRANT CREATE USER, PROCESS, CONNECTION ADMIN ON *.* TO ${admin}`)
  await owner.query(`GRANT SELECT ON mysql.* TO ${admin}`)
  await owner.query(`GRANT SELECT ON performance_schema.session_connect_attrs TO ${admin}`)
  await owner.query('CREATE DATABASE trial')
  await until(() => letsIn(cluster.nodes[1]!), 'the replica does not follow')
  return {
    provider,
    against: 'server',
    plot: name => plot(cluster, owner, name),
    written: async () =>
      cluster.logs.map(file => (existsSync(file) ? readFileSync(file, 'utf8') : '')).join('\n'),
    async close() {
      owner.destroy()
      await cluster.stop()
    },
  }
}

const letsIn = (node: Address) =>
  connected(node, admin, adminSecret).then(
    client => {
      client.destroy()
      return true
    },
    () => false,
  )

/** The replica writes down what it is told to repeat, so the bed's own statements bear no value either. */
function keptAs(value: string): string {
  const sha1 = (data: string | Buffer) => createHash('sha1').update(data).digest()
  return `IDENTIFIED BY PASSWORD '*${sha1(sha1(value)).toString('hex')}'`
}

async function plot(cluster: MariadbCluster, owner: mysql.Connection, name: string): Promise<Plot> {
  const role = `${name}_app`
  const existing = { handle: `${name}_old`, value: randomBytes(24).toString('base64url') }
  const log = (user: string, value: string) => connected(cluster.nodes[0]!, user, value)
  const statements = [
    `CREATE ROLE ${role}`,
    `CREATE TABLE trial.${role}_documents (id int)`,
    `GRANT SELECT, INSERT ON trial.${role}_documents TO ${role}`,
    `CREATE USER ${existing.handle} ${keptAs(existing.value)}`,
    `GRANT ${role} TO ${existing.handle}`,
    `SET DEFAULT ROLE ${role} FOR ${existing.handle}`,
    `GRANT ${role} TO ${admin} WITH ADMIN OPTION`,
  ]
  for (const statement of statements) await owner.query(statement)
  return {
    addresses: cluster.nodes,
    settings: (lead = address => address) => ({
      nodes: cluster.nodes.map(lead),
      admin,
      adminSecret: 'trial-admin',
      role,
      prefix: name,
      userHost: '%',
      connectionLimit: 0,
      requireTls: false,
      tls: 'off',
      ca: '',
    }),
    admin: { 'trial-admin': adminSecret },
    existing,
    tellsValues: true,
    async accepts(handle, value) {
      try {
        const client = await log(handle, value)
        // It is let in to work, and works with the role's rights.
        await client.query(`SELECT count(*) FROM trial.${role}_documents`).finally(() => client.end())
        return true
      } catch (error) {
        if (refused.includes((error as { errno?: number }).errno ?? 0)) return false
        throw error
      }
    },
    async present() {
      const [rows] = await owner.query(
        'SELECT User AS name FROM mysql.user WHERE LEFT(User, ?) = ? AND User <> ?',
        [name.length + 1, `${name}_`, role],
      )
      return (rows as { name: string }[]).map(row => row.name)
    },
    work: { ...cluster.nodes[0]!, within: `trial/${role}_documents` },
    async openSessions(handle) {
      const [rows] = await owner.query(
        'SELECT count(*) AS count FROM information_schema.PROCESSLIST WHERE USER = ?',
        [handle],
      )
      return Number((rows as { count: number }[])[0]?.count)
    },
    session: async (handle, value) => sessionOf(await log(handle, value)),
    spoil: {
      async occupy(handle, value) {
        await owner.query(`CREATE USER ${handle} ${keptAs(value)}`)
        // So that it may do what is asked of a login that is accepted.
        await owner.query(`GRANT SELECT ON trial.${role}_documents TO ${handle}`)
      },
      async narrow(handle) {
        await owner.query(`REVOKE ${role} FROM ${handle}`)
      },
      async widen(handle) {
        await owner.query(`CREATE TABLE IF NOT EXISTS trial.${role}_salaries (id int)`)
        await owner.query(`GRANT SELECT ON trial.${role}_salaries TO ${handle}`)
      },
      async powerless() {
        const value = randomBytes(16).toString('base64url')
        await owner.query(`CREATE USER ${name}_weak ${keptAs(value)}`)
        return { settings: { admin: `${name}_weak`, adminSecret: 'weak' }, admin: { weak: value } }
      },
      async strict() {
        await owner.query("INSTALL SONAME 'simple_password_check'")
        return async () => void (await owner.query("UNINSTALL SONAME 'simple_password_check'"))
      },
    },
  }
}

function sessionOf(client: mysql.Connection): Session {
  let isOpen = true
  client.on('error', () => {
    isOpen = false
  })
  return {
    isAlive: () =>
      isOpen
        ? client.query('SELECT 1').then(
            () => true,
            () => false,
          )
        : Promise.resolve(false),
    async close() {
      isOpen = false
      client.destroy()
    },
  }
}

async function connected(node: Address, user: string, password: string): Promise<mysql.Connection> {
  const client = await mysql.createConnection({
    ...node,
    user,
    password,
    connectAttributes: { program_name: 'worker-of-the-trial' },
  })
  client.on('error', () => undefined)
  return client
}
