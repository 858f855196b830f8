// The control planes of a bench: one on its embedded store, or several on PostgreSQL. Agents are spread over all of them.
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { type ControlPlane, freePort, type Person, personWith, setUp, startControlPlane } from '@rekey/demo'
import { makeDatabase } from '../../e2e/fleet/planes.ts'

export interface BenchPlanes {
  person: Person
  addresses: readonly string[]
  stop(): Promise<void>
}

export async function startPlanes(folder: string, many: number): Promise<BenchPlanes> {
  const ports = await Promise.all(Array.from({ length: many }, freePort))
  const addresses = ports.map(port => `http://127.0.0.1:${port}`)
  const database = many > 1 ? await makeDatabase() : null
  const shared = {
    REKEY_ADMIN_FOLDER: folder,
    REKEY_PROVIDERS_FOLDER: folder,
    REKEY_SPOOL: join(folder, 'spool'),
    // Each goes by all of them, so that a token of one is good at the others.
    REKEY_URL: addresses.join(','),
    REKEY_STORE: database?.url ?? join(folder, 'rekey.db'),
    ...(database !== null && { REKEY_ROOT_KEY: randomBytes(32).toString('hex') }),
  }
  const planes: ControlPlane[] = []
  const stop = async () => {
    for (const one of planes) await one.stop()
    await database?.drop()
  }
  try {
    for (const port of ports) planes.push(await startControlPlane({ ...shared, REKEY_PORT: String(port) }))
    const { id, token } = await setUp(planes[0]!)
    return { person: personWith(id, token, () => [addresses[0]!]), addresses, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
