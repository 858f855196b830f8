// A rotation under load: the product's planner, machine, runner and store against a real server, while the workers go on. Its
// clock runs faster than the wall's, so that windows of minutes take seconds; nothing else is shortened.
import { fork } from 'node:child_process'
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Bed, Plot } from '@rekey/conformance'
import { minuteMs, type Rotation, Secret, type Statement } from '@rekey/core'
import { aConsumer, aCredential } from '@rekey/core/fixtures'
import { type Ground, newSecret, openRotation, registerCredential, tick, usualLimits } from '@rekey/server'
import { inline, openSqlite, openVault, rootKeyFrom } from '@rekey/store'
import type { Workplace } from './pools.ts'
import type { Order, Report } from './workers-child.ts'

export interface Loaded {
  operations: number
  failed: number
  why: string | null
  /** Work done on the old version after it was disabled. */
  deadUses: number
  seconds: number
  ending: string
  perSecond: number
}

const credential = 'load'
const consumers = { api: 20, queue: 20, retry: 10 }
const timesFaster = 10
/** The load before the rotation begins and after it has ended, and the longest it may take. */
const aroundMs = 1_500
const longestMs = 150_000
const owner = { kind: 'person', id: 'bench' } as const

export async function rotateUnderLoad(bed: Bed, plot: Plot, place: Workplace): Promise<Loaded> {
  const store = inline(openSqlite(':memory:'))
  const began = Date.now()
  const nowMs = () => began + (Date.now() - began) * timesFaster
  const ground: Ground = {
    store,
    vault: await openVault(store, rootKeyFrom(createHash('sha256').update('load root key').digest())),
    providers: new Map([[bed.provider.kind, bed.provider]]),
    nowMs,
    doubt: () => null,
    // Calls are limited by the wall's clock: the server does not run faster.
    within: () => AbortSignal.timeout(usualLimits.callMs),
    id: () => randomUUID(),
    random: randomBytes,
    newSecret,
    admin: async name => new Secret(plot.admin[name]!),
    holder: 'load',
    limits: {
      ...usualLimits,
      callMs: usualLimits.callMs * timesFaster,
      leaseMs: usualLimits.leaseMs * timesFaster,
    },
    journal: { trouble: (where, error) => console.error(`${where}: ${(error as Error).message}`) },
  }
  const record = aCredential({
    id: credential,
    kind: 'database',
    provider: bed.provider.kind,
    settings: plot.settings(),
    policy: { quietMs: minuteMs, errorWindowMs: minuteMs },
  })
  const people = Object.keys(consumers).map(id =>
    aConsumer({ id, credential, sessionMs: minuteMs, checkpoints: true }),
  )
  const { handle, value } = plot.existing
  await registerCredential(
    ground,
    record,
    people,
    { handle, secret: new Secret(value), issuedMs: nowMs() },
    owner,
  )

  const loaded: Loaded = {
    operations: 0,
    failed: 0,
    why: null,
    deadUses: 0,
    seconds: 0,
    ending: 'unfinished',
    perSecond: 0,
  }
  const child = fork(join(import.meta.dirname, 'workers-child.ts'), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const tell = (order: Order) => child.connected && child.send(order)
  const ended: Promise<unknown> = new Promise(resolve => child.once('close', resolve))
  let heard: Report[] = []
  let isDisabled = false
  child.on('message', (reports: Report[]) => {
    for (const one of reports) {
      for (const count of Object.values(one.done)) loaded.operations += count
      loaded.failed += one.failed
      loaded.why ??= one.why
      if (isDisabled) loaded.deadUses += one.done[1] ?? 0
    }
    heard = reports
  })
  tell({ begin: { consumers, place } })
  const assigned = new Map<string, number>()
  try {
    let rotation: string | null = null
    for (let state: Rotation | null = null; Date.now() - began < longestMs; ) {
      await tellAssigned(ground, assigned, tell)
      await listen(ground, heard.splice(0), nowMs())
      if (rotation === null && Date.now() - began > aroundMs) rotation = await open(ground)
      await tick(ground)
      if (rotation !== null) state = (await store.rotation(rotation))?.state ?? null
      const old = (await store.versions(credential)).find(version => version.number === 1)
      isDisabled = old !== undefined && old.state !== 'active'
      if (state?.phase === 'ended') {
        loaded.ending = state.ending
        break
      }
      if (state?.phase === 'stuck') throw new Error(`stuck: ${state.problem.text}`)
      await new Promise(resolve => setTimeout(resolve, 50))
    }
    await new Promise(resolve => setTimeout(resolve, aroundMs))
  } finally {
    tell({ end: true })
    await ended
    await store.close()
  }
  loaded.seconds = (Date.now() - began) / 1_000
  loaded.perSecond = Math.round(loaded.operations / loaded.seconds)
  return loaded
}

async function open(ground: Ground): Promise<string> {
  const trigger = { why: 'person', by: owner.id, reason: 'load' } as const
  const opened = await openRotation(ground, { credential, trigger, by: owner })
  if (!opened.ok) throw new Error(opened.text)
  const gaps = opened.plan.gaps.map(gap => gap.text)
  if (gaps.length > 0) throw new Error(`the plan has gaps: ${gaps.join('; ')}`)
  return opened.rotation
}

/** Whoever was moved is given the value of the version that it is now assigned. */
async function tellAssigned(
  { store, vault }: Ground,
  assigned: Map<string, number>,
  tell: (order: Order) => void,
): Promise<void> {
  for (const { consumer, version } of await store.assignments(credential)) {
    if (assigned.get(consumer) === version) continue
    const versions = await store.versions(credential)
    const handle = versions.find(one => one.number === version)?.handle
    const sealed = await store.sealed(credential, version)
    if (handle == null || sealed === null) continue
    assigned.set(consumer, version)
    tell({ assigned: { consumer, version, handle, value: vault.open(sealed).reveal() } })
  }
}

let batches = 0

/** What the workers report, as their SDK would. */
async function listen({ store }: Ground, reports: readonly Report[], nowMs: number): Promise<void> {
  if (reports.length === 0) return
  const observations = reports.flatMap(one => {
    const say = (version: number | null, statement: Statement) => ({
      credential,
      consumer: one.consumer,
      seenAs: null,
      instance: one.instance,
      version,
      statement,
      atMs: nowMs,
      source: 'sdk/load',
    })
    return [
      ...one.holds.map(version => say(version, { says: 'present' })),
      ...Object.keys(one.done).map(version =>
        say(Number(version), { says: 'used', outcome: 'success', lane: null, path: 'usual' }),
      ),
      say(null, { says: 'covered', fromMs: nowMs - 5 * minuteMs }),
    ]
  })
  await store.observe({ source: 'sdk/load', batch: `${++batches}`, receivedMs: nowMs, observations })
}
