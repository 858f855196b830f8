// What the browser looks at: a control plane as a process, real PostgreSQL as the target, and real programs that work with the
// credential while it is rotated.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { agentFor, type ControlPlane, freePort, type Person, startControlPlane } from '@rekey/demo'
import { type Member, members } from '../fleet/consumers.ts'
import { type Fleet, startFleet } from '../fleet/processes.ts'
import { openTargets, type Target } from '../fleet/targets.ts'

export interface World {
  plane: ControlPlane
  target: Target
  /** Those who work on PostgreSQL. */
  crew: readonly Member[]
  /** Registers the agents of the crew and starts their programs. */
  start(person: Person, credential: string): Promise<Fleet>
  close(): Promise<void>
}

export async function openWorld(): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'rekey-web-'))
  const adminFolder = join(folder, 'admin')
  const targets = await openTargets(['postgres'], adminFolder)
  const target = targets.all.get('postgres')!
  const crew = members.filter(one => one.target === 'postgres')
  let fleet: Fleet | null = null
  const close = async () => {
    await fleet?.stop()
    await plane.stop()
    await targets.close()
    rmSync(folder, { recursive: true, force: true })
  }
  const port = await freePort()
  const plane = await startControlPlane({
    REKEY_STORE: join(folder, 'rekey.db'),
    REKEY_ADMIN_FOLDER: adminFolder,
    REKEY_PROVIDERS_FOLDER: join(folder, 'providers'),
    REKEY_SPOOL: join(folder, 'spool'),
    REKEY_TICK_MS: '100',
    REKEY_PORT: String(port),
    REKEY_URL: `http://127.0.0.1:${port}`,
  }).catch(async error => {
    await targets.close()
    throw error
  })
  return {
    plane,
    target,
    crew,
    close,
    async start(person, credential) {
      const joins = new Map<string, string>()
      for (const { id } of crew) joins.set(id, await agentFor(person, credential, id))
      fleet = startFleet(crew, {
        address: plane.address,
        joins,
        targets: targets.all,
        credentialOf: () => credential,
      })
      return fleet
    },
  }
}
