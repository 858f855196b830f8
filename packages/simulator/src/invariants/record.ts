// What has to be true of the record when it is quiet: the log verifies and holds every event, the events replay to the stored
// state, every value at the target has one owner, and no value was written anywhere.
import { maybeAccepted, minuteMs, type Rotation, type RotationEvent, replay, type Version } from '@rekey/core'
import { canonicalJson } from '@rekey/log/canonical'
import { logSigner, seal, verifyLog } from '@rekey/server'
import type { NewEvent, StoredEvent } from '@rekey/store'
import { origin } from '../plane/plane.ts'
import { foreignHandle } from '../target/target.ts'
import { stateOf, violate, type World } from '../world.ts'

/** What every value of a simulated world begins with, so that one search finds any of them. */
export const valueMark = 'zqvalue-'

export async function atTheEnd(world: World): Promise<void> {
  owners(world)
  const events = world.engine.events(0, 100_000)
  replays(world, events)
  values(world, events)
  await log(world)
}

/** After each rotation: what is alive at the target is what the record says is alive, and has one owner. */
export function owners(world: World): void {
  const versions = world.recorded.versions()
  const { versions: there } = world.target.world
  for (const value of there) {
    if (value.handle === foreignHandle) {
      if (value.state !== 'enabled') violate(world, 'not-ours', `${value.handle} is ${value.state}`)
      continue
    }
    if (value.state === 'gone') continue
    const owned = versions.filter(one => one.handle === value.handle && maybeAccepted(one))
    if (owned.length > 1) violate(world, 'owners', `${value.handle} has ${owned.length} owners`)
    // What the target cannot list can be found only while it is accepted by its name: what a target that lies about
    // destroying keeps to itself, refused by everyone, nobody can know of.
    const named = value.state === 'enabled' && versions.some(one => one.handle === value.handle)
    // It bears a key of ours, by which it can be looked for, and nobody was told that it is gone.
    const isMarked = versions.some(one => one.operation === value.operation) && !value.handle.endsWith('-b')
    const isMissed = isMarked && !world.liedAbout.has(value.handle) && !world.liedAbout.has(value.operation)
    // What it says is gone and lists all the same is found by the next sweep, a day later.
    const isListed = world.target.abilities.canList && !world.liedAbout.has(value.handle)
    const findable = isListed || named || isMissed
    if (owned.length === 0 && findable)
      violate(world, 'orphans', `${value.handle} lives on and nobody owns it`)
  }
  for (const version of versions) {
    kept(world, version)
    const value = there.find(one => one.handle === version.handle)
    const lives = value !== undefined && value.state !== 'gone'
    if (version.state === 'dead' && value?.state === 'enabled') {
      violate(world, 'owners', `version ${version.number} is recorded as dead and is accepted`)
    }
    const isCurrent = world.recorded.credential()?.currentVersion === version.number
    if (maybeAccepted(version) && lives && !isCurrent && stateOf(world)?.phase === 'ended') {
      violate(
        world,
        'left-behind',
        `version ${version.number} (${version.state}) lives on beside the current one`,
      )
    }
    if (version.state === 'active' && !lives && stateOf(world)?.phase === 'ended') {
      violate(world, 'owners', `version ${version.number} is recorded as active and is gone`)
    }
  }
}

/** The value that we keep is the value that the target made or was given. */
function kept(world: World, { number, handle, state }: Version): void {
  const there = world.target.world.versions.find(one => one.handle === handle)
  if (there === undefined || state === 'void' || there.handle.endsWith('-b')) return
  const ours = world.valueOf(number)
  if (ours !== null && ours !== there.value) {
    violate(world, 'wrong-value', `what is kept of version ${number} is not what the target has`)
  }
}

function replays(world: World, events: readonly StoredEvent[]): void {
  const streams = new Map<string, StoredEvent[]>()
  for (const event of events) {
    const known = streams.get(event.stream)
    if (known === undefined) streams.set(event.stream, [event])
    else known.push(event)
  }
  for (const [stream, own] of streams) {
    if (own.some((event, at) => event.seq !== at + 1)) violate(world, 'log', `${stream} has a gap`)
    if (!stream.startsWith('rotation/')) continue
    const stored = world.engine.rotation(stream.slice('rotation/'.length))?.state
    let state: Rotation | null = null
    try {
      state = replay(own.map(one => eventOf({ ...one, data: JSON.parse(one.data) })))
    } catch (error) {
      violate(
        world,
        'replay',
        `${stream} does not replay: ${error instanceof Error ? error.message : 'unknown'}`,
      )
    }
    if (state === null || stored === undefined) continue
    if (canonicalJson(plainly(state)) !== canonicalJson(plainly(stored))) {
      violate(world, 'replay', `${stream} replays to another state than the stored one`)
    }
  }
}

const plainly = (state: Rotation) => JSON.parse(JSON.stringify(state)) as unknown

/** An event as it is written down, or was. */
export function eventOf({ type, atMs, by, data }: NewEvent): RotationEvent {
  const [kind, ...id] = by.split(':')
  return { type, atMs, by: { kind, id: id.join(':') }, ...(data as object) } as RotationEvent
}

function values(world: World, events: readonly StoredEvent[]): void {
  const shown = events.find(event => event.data.includes(valueMark))
  if (shown !== undefined) violate(world, 'secrets', `a value is in the event ${shown.type}`)
}

async function log(world: World): Promise<void> {
  // Whoever was paused in the middle of sealing still has the lease.
  await world.timeline.goTo(world.timeline.nowMs() + 5 * minuteMs)
  const [living] = world.planes.filter(plane => !plane.dead)
  if (living === undefined) return
  const ground = { ...living.ground, store: world.plain, nowMs: world.timeline.nowMs, doubt: () => null }
  const signer = await logSigner(world.plain, ground.vault, origin, ground.random)
  await seal(ground, signer)
  const verified = await verifyLog(world.plain, signer)
  for (const fault of verified.faults.slice(0, 2)) violate(world, 'log', `${fault.code}: ${fault.text}`)
  if (verified.unsealed > 0) violate(world, 'log', `${verified.unsealed} events were never sealed`)
}
