// Everything that stays while acts come and go: Docstore, a control plane with its first person, and a folder that is gone at the end.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DocstoreProcess, newAdminKey, startDocstore } from '../docstore/start.ts'
import { type ControlPlane, type Person, setUp, startControlPlane } from '../plane/control-plane.ts'
import type { World } from './scene.ts'

export interface OpenWorld extends World {
  close(): Promise<void>
}

export const personId = 'demo'
const usualPort = 7370

export async function openWorld(password: string): Promise<OpenWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'rekey-demo-'))
  const adminKey = newAdminKey()
  const starting = startPlane(folder, adminKey)
  let opened: { plane: ControlPlane; person: Person } | null = null
  const ready = starting.then(async plane => {
    opened = { plane, person: await setUp(plane, personId, password) }
  })
  // Whoever needs it asks, and hears of it then.
  ready.catch(() => undefined)
  const there = () => {
    if (opened === null) throw new Error('the control plane is not there yet')
    return opened
  }
  let docstore: DocstoreProcess | null = null
  const close = async () => {
    await ready.catch(() => undefined)
    await starting.then(
      plane => plane.stop(),
      () => undefined,
    )
    await docstore?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    docstore = await startDocstore(adminKey)
  } catch (error) {
    await close()
    throw error
  }
  return {
    folder,
    docstore,
    ready,
    close,
    get plane() {
      return there().plane
    },
    get person() {
      return there().person
    },
  }
}

async function startPlane(folder: string, docstoreAdmin: string): Promise<ControlPlane> {
  const inFolder = (name: string) => join(folder, name)
  for (const name of ['admin', 'providers']) mkdirSync(inFolder(name), { mode: 0o700 })
  writeFileSync(inFolder('admin/docstore-admin'), docstoreAdmin, { mode: 0o600 })
  const vendor = 'docstore.vendor.json'
  copyFileSync(join(import.meta.dirname, '../docstore', vendor), inFolder(`providers/${vendor}`))
  const environment = {
    REKEY_STORE: inFolder('rekey.db'),
    REKEY_ADMIN_FOLDER: inFolder('admin'),
    REKEY_PROVIDERS_FOLDER: inFolder('providers'),
    REKEY_SPOOL: inFolder('spool'),
    REKEY_TICK_MS: '150',
  }
  const port = (await isFree(usualPort)) ? usualPort : 0
  return startControlPlane({ ...environment, REKEY_PORT: String(port) }, true).catch(error => {
    // Somebody was quicker.
    if (port === 0 || !/EADDRINUSE|in use/.test(String(error))) throw error
    return startControlPlane({ ...environment, REKEY_PORT: '0' }, true)
  })
}

function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
