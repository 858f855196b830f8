// One control plane on its embedded store, or several on PostgreSQL behind a balancer; any of them can be killed and started
// again.
import { execFile } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { type ControlPlane, type Person, personWith, setUp, startControlPlane } from '@rekey/demo'
import pg from 'pg'
import { startBalancer } from './balancer.ts'

export interface Planes {
  /** Where everybody asks. */
  address: string
  person: Person
  count(): number
  /** Ends one at once, and starts another in its place after a while. Answers which. */
  killOne(chance: number): Promise<number>
  /** Kills that have happened, and whether all of them are back. */
  settled(): Promise<void>
  output(): string
  /** Stops them, and compares every event with the sealed log: what the operator's own command says. */
  verified(): Promise<string>
  stop(): Promise<void>
}

export interface PlanesOptions {
  folder: string
  adminFolder: string
  many: number
}

const server = process.env['REKEY_TEST_POSTGRES'] ?? 'postgres://postgres@127.0.0.1:5432/test'
const operator = join(import.meta.dirname, '../../packages/server/src/operator/main.ts')
const backAfterMs = 3_000

export async function startPlanes({ folder, adminFolder, many }: PlanesOptions): Promise<Planes> {
  const balancer = await startBalancer()
  const shared = {
    REKEY_ADMIN_FOLDER: adminFolder,
    REKEY_PROVIDERS_FOLDER: `${folder}/providers`,
    REKEY_TICK_MS: '100',
    REKEY_URL: balancer.address,
  }
  const database = many > 1 ? await makeDatabase() : null
  const environment: Record<string, string> =
    database === null
      ? { ...shared, REKEY_STORE: `${folder}/rekey.db` }
      : { ...shared, REKEY_STORE: database.url, REKEY_ROOT_KEY: randomBytes(32).toString('hex') }
  const planes: (ControlPlane | null)[] = [await startControlPlane(environment)]
  const told = () => balancer.setBackends(planes.flatMap(one => (one === null ? [] : [one.address])))
  told()
  const { id, token } = await setUp(planes[0]!)
  while (planes.length < many) planes.push(await startControlPlane(environment))
  told()
  let output = ''
  const coming = new Set<Promise<void>>()
  return {
    address: balancer.address,
    person: personWith(id, token, () => [balancer.address]),
    count: () => planes.filter(one => one !== null).length,
    async killOne(chance) {
      const at = Math.floor(chance * planes.length) % planes.length
      const plane = planes[at]
      if (plane == null) return -1
      planes[at] = null
      await plane.kill()
      output += plane.output()
      // Only now: until its health is asked the next time, a balancer goes on sending there.
      told()
      const back = (async () => {
        await new Promise(resolve => setTimeout(resolve, backAfterMs))
        planes[at] = await startControlPlane(environment)
        told()
      })()
      coming.add(back)
      void back.finally(() => coming.delete(back))
      return at
    },
    settled: async () => void (await Promise.all(coming)),
    async verified() {
      await Promise.allSettled(coming)
      // What was written last is sealed within a second.
      await new Promise(resolve => setTimeout(resolve, 1_500))
      for (const [at, plane] of planes.entries()) {
        await plane?.stop()
        planes[at] = null
      }
      const { REKEY_URL: _, ...store } = environment
      return new Promise(resolve => {
        const options = { env: { PATH: process.env['PATH'], ...store } }
        execFile(process.execPath, [operator, 'verify'], options, (_error, said) => resolve(said.trim()))
      })
    },
    output: () => output + planes.map(one => one?.output() ?? '').join(''),
    async stop() {
      await Promise.allSettled(coming)
      for (const plane of planes) await plane?.stop()
      await balancer.close()
      await database?.drop()
    },
  }
}

export async function makeDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `rekey_e2e_${randomUUID().slice(0, 8)}`
  const as = async (sql: string) => {
    const client = new pg.Client({ connectionString: server })
    await client.connect()
    await client.query(sql).finally(() => client.end())
  }
  await as(`CREATE DATABASE ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => as(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) }
}
