// The stage of a walk: a real store on disk or in PostgreSQL, a target in memory whose world outlives the process in a
// file, and a clock that is moved by hand. Everything else is the product's own code.
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Secret } from '@rekey/core'
import { type MemoryWorld, memory, memoryWorld } from '@rekey/providers'
import { noAdminSecrets } from '@rekey/providers/fixtures'
import { openPostgres, openSqliteStore, openVault, rootKeyFrom, type Store } from '@rekey/store'
import { type Ground, usualLimits } from '../ground.ts'
import type { Journal } from '../journal.ts'
import { registerCredential } from '../registry/credentials.ts'
import { type Fleet, fleetOf } from './fleet.ts'
import type { Scene } from './scenes.ts'

export interface Place {
  folder: string
  /** null: SQLite in the folder. */
  postgres: { url: string; schema: string } | null
}

/** What is outside the control plane, and survives it. */
export interface Outside {
  nowMs: number
  startMs: number
  world: MemoryWorld
  fleet: Fleet
  rotation: string | null
}

export interface Stage {
  ground: Ground
  outside: Outside
  save(): void
  close(): Promise<void>
}

const startMs = Date.UTC(2026, 0, 5, 9)
const person = { kind: 'person', id: 'walker' } as const

export async function openStage(
  place: Place,
  scene: Scene,
  journal: Journal,
  afterCall: (verb: string) => void,
): Promise<Stage> {
  const file = join(place.folder, 'outside.json')
  const isNew = !existsSync(file)
  const outside: Outside = isNew
    ? {
        nowMs: startMs,
        startMs,
        world: memoryWorld(startMs),
        fleet: fleetOf(scene.consumers, startMs),
        rotation: null,
      }
    : (JSON.parse(readFileSync(file, 'utf8')) as Outside)
  const save = () => {
    writeFileSync(`${file}.new`, JSON.stringify(outside))
    renameSync(`${file}.new`, file)
  }
  const store = await openStore(place)
  const rootKey = rootKeyFrom(createHash('sha256').update('walk root key').digest())
  const ground: Ground = {
    store,
    vault: await openVault(store, rootKey),
    providers: new Map(),
    nowMs: () => outside.nowMs,
    doubt: () => null,
    within: ms => AbortSignal.timeout(ms),
    id: () => randomUUID(),
    random: randomBytes,
    newSecret: bytes => randomBytes(bytes).toString('base64url'),
    admin: noAdminSecrets,
    holder: randomUUID(),
    limits: usualLimits,
    journal,
  }
  const provider = memory(outside.world, {
    abilities: scene.abilities,
    nowMs: ground.nowMs,
    changed: save,
  })
  ground.providers = new Map([['memory', watched(provider, afterCall)]])
  if ((await store.credential(scene.credential.id)) === null) await begin(ground, outside, scene)
  save()
  return { ground, outside, save, close: () => store.close() }
}

async function openStore({ folder, postgres }: Place): Promise<Store> {
  return postgres === null
    ? openSqliteStore(join(folder, 'rekey.db'))
    : openPostgres({ connection: postgres.url, schema: postgres.schema })
}

async function begin(ground: Ground, outside: Outside, scene: Scene): Promise<void> {
  const value = ground.newSecret(32)
  outside.world.versions = [
    {
      handle: 'document-provider-v1',
      credential: scene.credential.id,
      operation: '',
      value,
      state: 'enabled',
      rights: ['read', 'write'],
      sessions: [],
    },
  ]
  const existing = { handle: 'document-provider-v1', secret: new Secret(value), issuedMs: outside.nowMs }
  await registerCredential(ground, scene.credential, scene.consumers, existing, person)
}

/** Says when a call has come back, before anything is recorded: the moment at which a crash hurts most. */
function watched<P extends ReturnType<typeof memory>>(provider: P, afterCall: (verb: string) => void): P {
  const verbs = ['mint', 'probe', 'disable', 'enable', 'endSessions', 'destroy', 'compareRights'] as const
  const copy = { ...provider } as Record<string, unknown>
  for (const verb of verbs) {
    const act = provider[verb] as ((...args: unknown[]) => Promise<unknown>) | undefined
    if (act === undefined) continue
    copy[verb] = async (...args: unknown[]) => {
      const answer = await act.apply(provider, args)
      afterCall(verb)
      return answer
    }
  }
  return copy as unknown as P
}
