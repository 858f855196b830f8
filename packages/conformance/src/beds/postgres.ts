// PostgreSQL: a primary and a replica of our own, made for the run, that ask for passwords and write every statement down. The
// server that runs on a developer's machine often lets everybody in without asking, and then nothing can be refused.
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { builtIn } from '@rekey/providers/all'
import pg from 'pg'
import type { Bed, Plot } from '../bed.ts'
import { type Cluster, startCluster } from './postgres-cluster.ts'

export const provider = builtIn.find(one => one.kind === 'postgres')!

const adminSecret = randomBytes(16).toString('base64url')
const admin = 'rekey_admin'
const database = 'trial'
/** What the bed itself does stands in no log: only the provider is looked at. */
const unwritten =
  "SET log_statement = 'none'; SET log_min_duration_statement = -1; SET log_min_error_statement = 'panic'"

export async function openBed(): Promise<Bed | { missing: string }> {
  const cluster = await startCluster()
  return 'missing' in cluster ? cluster : bedOn(cluster)
}

export async function bedOn(cluster: Cluster): Promise<Bed> {
  const root = await connected(cluster, 'postgres', cluster.rootPassword, 'postgres')
  await root.query(unwritten)
  // Word for word what docs/providers/postgres.md tells people to grant.
  await root.query(`CREATE ROLE ${admin} LOGIN CREATEROLE PASSWORD '${adminSecret}'`)
  await root.query(`GRANT pg_signal_backend, pg_read_all_stats TO ${admin}`)
  await root.query(`CREATE DATABASE ${database}`)
  await root.end()
  const owner = await connected(cluster, 'postgres', cluster.rootPassword)
  await owner.query(unwritten)
  return {
    provider,
    against: 'server',
    plot: name => plot(cluster, owner, name),
    written: async () =>
      cluster.logs.map(file => (existsSync(file) ? readFileSync(file, 'utf8') : '')).join('\n'),
    async close() {
      await owner.end()
      await cluster.stop()
    },
  }
}

async function plot(cluster: Cluster, owner: pg.Client, name: string): Promise<Plot> {
  const group = `${name}_app`
  const existing = { handle: `${name}_old`, value: randomBytes(24).toString('base64url') }
  await owner.query(`CREATE ROLE ${group} NOLOGIN`)
  await owner.query(
    `CREATE TABLE ${group}_documents (id int); GRANT SELECT, INSERT ON ${group}_documents TO ${group}`,
  )
  await owner.query(`CREATE ROLE ${existing.handle} LOGIN PASSWORD '${existing.value}' IN ROLE ${group}`)
  await owner.query(`GRANT ${group} TO ${admin} WITH ADMIN OPTION`)
  const log = (user: string, value: string) => connected(cluster, user, value)
  return {
    addresses: cluster.nodes,
    settings: (lead = address => address) => ({
      nodes: cluster.nodes.map(lead),
      database,
      admin,
      adminSecret: 'trial-admin',
      group,
      prefix: name,
      actAsGroup: true,
      connectionLimit: -1,
      parameters: {},
      tls: 'off',
      ca: '',
    }),
    admin: { 'trial-admin': adminSecret },
    existing,
    tellsValues: true,
    async accepts(handle, value) {
      try {
        await (await log(handle, value)).end()
        return true
      } catch (error) {
        if (['28P01', '28000'].includes((error as { code?: string }).code ?? '')) return false
        throw error
      }
    },
    async present() {
      const { rows } = await owner.query<{ rolname: string }>(
        'SELECT rolname FROM pg_roles WHERE starts_with(rolname, $1) AND rolname <> $2',
        [`${name}_`, group],
      )
      return rows.map(row => row.rolname)
    },
    async session(handle, value) {
      const client = await log(handle, value)
      let isOpen = true
      client.on('end', () => {
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
        close: () => client.end(),
      }
    },
    work: { ...cluster.nodes[0]!, within: `${database}/${group}_documents` },
    async openSessions(handle) {
      const { rows } = await owner.query<{ n: number }>(
        'SELECT count(*)::int AS n FROM pg_stat_activity WHERE usename = $1',
        [handle],
      )
      return rows[0]?.n ?? 0
    },
    spoil: {
      async occupy(handle, value) {
        await owner.query(`CREATE ROLE "${handle}" LOGIN PASSWORD '${value}'`)
      },
      async narrow(handle) {
        await owner.query(`REVOKE ${group} FROM "${handle}"`)
      },
      async widen(handle) {
        await owner.query(
          `CREATE TABLE IF NOT EXISTS ${group}_salaries (id int); GRANT SELECT ON ${group}_salaries TO "${handle}"`,
        )
      },
      async powerless() {
        const value = randomBytes(16).toString('base64url')
        await owner.query(`CREATE ROLE ${name}_weak LOGIN PASSWORD '${value}'`)
        return { settings: { admin: `${name}_weak`, adminSecret: 'weak' }, admin: { weak: value } }
      },
    },
  }
}

async function connected(
  cluster: Cluster,
  user: string,
  password: string,
  to = database,
): Promise<pg.Client> {
  const client = new pg.Client({
    ...cluster.nodes[0]!,
    user,
    password,
    database: to,
    application_name: 'worker-of-the-trial',
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return client
  } catch (error) {
    await client.end().catch(() => undefined)
    throw error
  }
}
