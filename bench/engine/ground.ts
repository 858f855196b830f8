// The product's ground with a clock that stands still and a target that nobody calls, and the two credentials that a
// population is multiplied from: registered through the product, so that every row is as the product writes it.
import { randomBytes, randomUUID } from 'node:crypto'
import { type Actor, type Credential, type RotationEvent, Secret } from '@rekey/core'
import { aConsumer } from '@rekey/core/fixtures'
import { memory, memoryWorld } from '@rekey/providers'
import { noAdminSecrets } from '@rekey/providers/fixtures'
import { type Ground, registerCredential, usualLimits } from '@rekey/server'
import { openVault, rootKeyFrom, type Store } from '@rekey/store'

export const benchNowMs = Date.UTC(2026, 0, 5, 9)
export const person: Actor = { kind: 'person', id: 'bench' }

/** `opened` hears of every rotation that is opened. */
export async function groundOn(store: Store, opened: (rotation: string) => void = () => {}): Promise<Ground> {
  const nowMs = () => benchNowMs
  const provider = memory(memoryWorld(benchNowMs), { nowMs })
  const appended = (rotation: string, events: readonly RotationEvent[]) => {
    if (events.some(event => event.type === 'rotationOpened')) opened(rotation)
  }
  return {
    store,
    vault: await openVault(store, rootKeyFrom(Buffer.alloc(32, 7))),
    providers: new Map([['memory', provider]]),
    nowMs,
    doubt: () => null,
    within: ms => AbortSignal.timeout(ms),
    id: () => randomUUID(),
    newSecret: bytes => randomBytes(bytes).toString('base64url'),
    admin: noAdminSecrets,
    random: bytes => new Uint8Array(randomBytes(bytes)),
    holder: randomUUID(),
    limits: { ...usualLimits, batch: 100 },
    journal: {
      appended,
      trouble: (where, error) => console.error(`${where}: ${String(error)}`),
    },
  }
}

const owner = { id: 'team-platform', name: 'Platform team' }

export function aCredential(id: string): Credential {
  return {
    id,
    name: `Document provider token ${id}`,
    kind: 'http-api',
    provider: 'memory',
    settings: {},
    target: 'document-provider',
    environment: 'production',
    owner,
    sensitivity: 'normal',
    exposure: 'internal',
    writes: true,
    policy: {},
    llm: null,
    lifeMs: null,
    lanes: ['ingestion'],
  }
}

export async function register(ground: Ground, id: string, consumers: readonly string[]): Promise<void> {
  const existing = {
    handle: `${id}-v1`,
    secret: new Secret(ground.newSecret(32)),
    issuedMs: benchNowMs,
  }
  const registered = await registerCredential(
    ground,
    aCredential(id),
    consumers.map(consumer =>
      aConsumer({ id: consumer, credential: id, name: `Worker ${consumer}`, owner, lanes: ['ingestion'] }),
    ),
    existing,
    person,
  )
  if (!registered) throw new Error(`${id} could not be registered`)
}
