// A small fleet for the walk: consumers that behave like real runtimes towards a target in memory. They take the version
// that they are assigned when their kind of reload lets them, work with it, and report; people restart and exercise what
// a refused gate asks for. Plain data, so that it can be kept across a crash of the control plane.
import { type Consumer, type Missing, minuteMs, type Observation, type Statement } from '@rekey/core'
import { authenticate, type MemoryWorld } from '@rekey/providers'
import type { Ground } from '../ground.ts'

export interface Runtime {
  consumer: string
  instance: string
  held: { version: number; value: string } | null
  loadedMs: number
  lastRunMs: number
}

export interface Chore {
  what: 'restart' | 'exercise' | 'attest'
  consumer: string
  atMs: number
}

export interface Fleet {
  runtimes: Runtime[]
  chores: Chore[]
  batches: number
  /** Work that failed because of a credential: a rotation that was done well causes none. */
  failedWork: number
}

export function fleetOf(consumers: readonly Consumer[], nowMs: number): Fleet {
  const runtimes = consumers.flatMap(consumer => {
    const copies = consumer.cadence.how === 'continuous' && consumer.reload.how === 'restart' ? 2 : 1
    return Array.from({ length: copies }, (_, at) => ({
      consumer: consumer.id,
      instance: `${consumer.id}-${at + 1}`,
      held: null,
      loadedMs: nowMs,
      lastRunMs: nowMs,
    }))
  })
  return { runtimes, chores: [], batches: 0, failedWork: 0 }
}

/** Everything that the fleet and its people do up to now. */
export async function live(
  ground: Ground,
  world: MemoryWorld,
  fleet: Fleet,
  consumers: readonly Consumer[],
): Promise<void> {
  const nowMs = ground.nowMs()
  const said: Observation[] = []
  for (const chore of fleet.chores.filter(one => one.atMs <= nowMs)) {
    await attend(ground, world, fleet, consumers, chore, said)
  }
  fleet.chores = fleet.chores.filter(one => one.atMs > nowMs)
  for (const runtime of fleet.runtimes) {
    const consumer = consumers.find(one => one.id === runtime.consumer)
    if (consumer === undefined || consumer.cadence.how === 'on-demand') continue
    if (consumer.cadence.how === 'every') {
      if (nowMs - runtime.lastRunMs < consumer.cadence.everyMs) continue
      runtime.held = null
    }
    await reload(ground, runtime, consumer, said)
    work(ground, world, fleet, runtime, consumer, said)
    if (consumer.cadence.how === 'every') said.push(by(ground, consumer, runtime, { says: 'stopped' }))
  }
  await send(ground, fleet, said)
}

/** What people do about a refused gate, some minutes later: restart what is behind, run what is rare. */
export function remedy(fleet: Fleet, missing: readonly Missing[], nowMs: number): void {
  for (const { consumer, what } of missing) {
    if (consumer === null) continue
    const chore: Chore['what'] | null =
      what === 'instance-behind'
        ? 'restart'
        : what === 'not-exercised'
          ? 'exercise'
          : what === 'fallback-unconfirmed'
            ? 'attest'
            : null
    if (chore === null || fleet.chores.some(one => one.consumer === consumer && one.what === chore)) continue
    fleet.chores.push({ what: chore, consumer, atMs: nowMs + 10 * minuteMs })
  }
}

async function attend(
  ground: Ground,
  world: MemoryWorld,
  fleet: Fleet,
  consumers: readonly Consumer[],
  chore: Chore,
  said: Observation[],
): Promise<void> {
  const consumer = consumers.find(one => one.id === chore.consumer)
  if (consumer === undefined) return
  for (const runtime of fleet.runtimes.filter(one => one.consumer === chore.consumer)) {
    if (chore.what === 'attest') {
      said.push(by(ground, consumer, runtime, { says: 'fallback', state: 'confirmed' }))
      continue
    }
    runtime.held = null
    await reload(ground, runtime, consumer, said)
    work(ground, world, fleet, runtime, consumer, said)
    if (chore.what === 'exercise') said.push(by(ground, consumer, runtime, { says: 'stopped' }))
  }
}

async function reload(
  ground: Ground,
  runtime: Runtime,
  consumer: Consumer,
  said: Observation[],
): Promise<void> {
  const nowMs = ground.nowMs()
  const { reload } = consumer
  const isDue =
    runtime.held === null ||
    reload.how === 'every-use' ||
    reload.how === 'signal' ||
    (reload.how === 'ttl' && nowMs - runtime.loadedMs >= reload.ttlMs)
  if (!isDue) return
  const assigned = (await ground.store.assignments(consumer.credential)).find(
    row => row.consumer === consumer.id,
  )
  if (assigned === undefined) return
  runtime.loadedMs = nowMs
  if (runtime.held?.version === assigned.version) return
  const row = await ground.store.sealed(consumer.credential, assigned.version)
  if (row === null) return
  runtime.held = { version: assigned.version, value: ground.vault.open(row).reveal() }
  said.push(by(ground, consumer, runtime, { says: 'loaded' }))
}

function work(
  ground: Ground,
  world: MemoryWorld,
  fleet: Fleet,
  runtime: Runtime,
  consumer: Consumer,
  said: Observation[],
): void {
  if (runtime.held === null) return
  const nowMs = ground.nowMs()
  runtime.lastRunMs = nowMs
  const answer = authenticate(world, runtime.held.value)
  const outcome = answer?.accepted ? 'success' : 'auth-failure'
  if (outcome === 'auth-failure') fleet.failedWork++
  if (answer !== null) {
    const { handle } = answer
    world.sightings.push({ handle, seenAs: consumer.id, instance: runtime.instance, outcome, atMs: nowMs })
    if (world.sightings.length > 2_000) world.sightings.splice(0, 1_000)
  }
  const path = consumer.pathClass === 'exception' ? 'exception' : 'usual'
  said.push(by(ground, consumer, runtime, { says: 'present' }))
  for (const lane of consumer.lanes.length > 0 ? consumer.lanes : [null]) {
    said.push(by(ground, consumer, runtime, { says: 'used', outcome, lane, path }))
  }
}

function by(ground: Ground, consumer: Consumer, runtime: Runtime, statement: Statement): Observation {
  return {
    credential: consumer.credential,
    consumer: consumer.id,
    seenAs: null,
    instance: runtime.instance,
    version: runtime.held?.version ?? null,
    statement,
    atMs: ground.nowMs(),
    source: 'sdk/fleet',
  }
}

async function send(ground: Ground, fleet: Fleet, observations: Observation[]): Promise<void> {
  if (observations.length === 0) return
  fleet.batches++
  const batch = `${fleet.batches}-${ground.nowMs()}`
  await ground.store.observe({ source: 'sdk/fleet', batch, receivedMs: ground.nowMs(), observations })
}
