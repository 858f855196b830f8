// A rotation under load: the product's planner, machine, runner and store against a real server, while the workers go on. Its
// clock runs faster than the wall's, so that windows of minutes take seconds; nothing else is shortened.
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { Bed, Plot } from '@rekey/conformance'
import { minuteMs, type Rotation, Secret, type Statement } from '@rekey/core'
import { aConsumer, aCredential } from '@rekey/core/fixtures'
import { type Ground, newSecret, openRotation, registerCredential, tick, usualLimits } from '@rekey/server'
import { inline, openSqlite, openVault, rootKeyFrom } from '@rekey/store'
import type { Workplace } from './pools.ts'
import { type Counted, consumers, type Workers, workersAt } from './workers.ts'
import type { Report } from './workers-child.ts'

export interface Loaded extends Counted {
  seconds: number
  ending: string
  perSecond: number
}

const credential = 'load'
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

  const workers = workersAt(place)
  let ending = 'unfinished'
  const assigned = new Map<string, number>()
  try {
    let rotation: string | null = null
    for (let state: Rotation | null = null; Date.now() - began < longestMs; ) {
      await tellAssigned(ground, assigned, workers)
      await listen(ground, workers.heard(), nowMs())
      if (rotation === null && Date.now() - began > aroundMs) rotation = await open(ground)
      await tick(ground)
      if (rotation !== null) state = (await store.rotation(rotation))?.state ?? null
      const old = (await store.versions(credential)).find(version => version.number === 1)
      if (old !== undefined && old.state !== 'active') workers.oldIsDead()
      if (state?.phase === 'ended') {
        ending = state.ending
        break
      }
      if (state?.phase === 'stuck') throw new Error(`stuck: ${state.problem.text}`)
      await new Promise(resolve => setTimeout(resolve, 50))
    }
    await new Promise(resolve => setTimeout(resolve, aroundMs))
  } finally {
    await workers.end()
    await store.close()
  }
  const seconds = (Date.now() - began) / 1_000
  return { ...workers.counted, ending, seconds, perSecond: Math.round(workers.counted.operations / seconds) }
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
  workers: Workers,
): Promise<void> {
  for (const { consumer, version } of await store.assignments(credential)) {
    if (assigned.get(consumer) === version) continue
    const versions = await store.versions(credential)
    const handle = versions.find(one => one.number === version)?.handle
    const sealed = await store.sealed(credential, version)
    if (handle == null || sealed === null) continue
    assigned.set(consumer, version)
    workers.tell({ consumer, version, handle, value: vault.open(sealed).reveal() })
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
