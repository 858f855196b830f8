// Everything that control planes ask of the store passes here: what was decided, who holds what, what was taken in. The world
// sees the record change in the very call that changes it.
import {
  actorText,
  dayMs,
  hourMs,
  isUnderway,
  minuteMs,
  type Observation,
  type Rotation,
  type RotationEvent,
} from '@rekey/core'
import type {
  CallName,
  Claimed,
  ClaimRequest,
  Commit,
  Committed,
  Fence,
  ObservationBatch,
  Observed,
} from '@rekey/store'
import { count } from '../coverage.ts'
import { violate, type World } from '../world.ts'
import { watchKeys } from './acting.ts'
import { heardOfCheat } from './after-kill.ts'
import { onChange } from './course.ts'
import { onDecision } from './evidence.ts'
import { afterKill, onKills } from './kills.ts'
import { eventOf } from './record.ts'

export function watchStore(world: World): <T>(call: CallName, args: readonly unknown[], run: () => T) => T {
  const { leases } = world
  const keys = watchKeys()
  const batches = watchBatches()
  return (call, args, run) => {
    if (call === 'commit') {
      const commit = args[0] as Commit
      const before = new Map(rotationsOf(commit).map(id => [id, world.recorded.rotation(id)?.state ?? null]))
      const current = world.recorded.credential()?.currentVersion ?? null
      const value = run()
      leases.committed(world, commit, value as Committed)
      if ((value as Committed).ok) {
        world.recorded.committed(commit.writes)
        onKills(world, commit, current)
        for (const [id, state] of before) {
          const events = commit.appends.find(one => one.stream === `rotation/${id}`)!.events.map(eventOf)
          appended(world, id, state, events, keys)
          if (state !== null) onChange(world, commit.writes, state, events)
        }
      }
      return value
    }
    const value = run()
    switch (call) {
      case 'claim':
        leases.granted(world, value as Claimed[], args[0] as ClaimRequest)
        break
      case 'claimOne':
        if (value !== null) leases.granted(world, [value as Claimed], args[1] as ClaimRequest)
        break
      case 'renew':
        if (value === true) leases.renewed(args[0] as Fence, args[1] as number)
        else leases.lost(args[0] as Fence)
        break
      case 'release':
        if (value === true) leases.released(args[0] as Fence)
        break
      case 'observe':
        if ((value as Observed).ok) {
          const batch = args[0] as ObservationBatch
          batches(world, batch)
          honest(world, batch)
          for (const one of batch.observations) {
            world.heard.push(one)
            if (world.kills !== null) used(world, one)
          }
        }
        break
    }
    return value
  }
}

function used(world: World, { statement, consumer, instance, version, atMs }: Observation): void {
  if (statement.says !== 'used' || consumer === null || instance === null || version === null) return
  heardOfCheat(world, consumer, instance, version, atMs)
}

/** A batch that comes again within three days is known, and counts once. */
function watchBatches() {
  const taken = new Map<string, number>()
  return (world: World, { source, batch, receivedMs }: ObservationBatch) => {
    const name = `${source} ${batch}`
    const before = taken.get(name)
    if (before !== undefined && receivedMs - before < 3 * dayMs - hourMs)
      violate(world, 'counted-twice', `the batch ${name} was taken in twice`)
    taken.set(name, receivedMs)
  }
}

/** Nobody can have heard more from the target than the target could know by then. */
function honest(world: World, { observations }: ObservationBatch): void {
  const knownMs = world.timeline.nowMs() - world.target.abilities.usageLagMs + minuteMs
  const tooFar = observations.some(
    one => one.consumer === null && one.statement.says === 'covered' && one.atMs > knownMs,
  )
  if (tooFar) violate(world, 'covered-too-far', 'the target is taken to have told what it could not know yet')
}

function rotationsOf({ appends }: Commit): string[] {
  return appends.flatMap(({ stream }) =>
    stream.startsWith('rotation/') ? [stream.slice('rotation/'.length)] : [],
  )
}

function appended(
  world: World,
  rotation: string,
  state: Rotation | null,
  events: readonly RotationEvent[],
  keys: ReturnType<typeof watchKeys>,
): void {
  for (const event of events) {
    world.trace.say(`${rotation} ${event.type}${detail(event)} by ${actorText(event.by)}`)
    afterKill(world, state, event)
    if (event.type === 'rotationOpened') cutOver(world, event)
    if (event.type === 'effectIntended') keys(world, rotation, event)
    if (event.type === 'rotationEnded') count(world.coverage.outcomes, event.ending)
    if (state !== null && isUnderway(state)) onDecision(world, world.heard, state, event)
  }
}

/** Where only one version is valid, whoever has not taken up the new one in that moment fails, and the plan says so. */
function cutOver(world: World, { plan, old }: Extract<RotationEvent, { type: 'rotationOpened' }>): void {
  const isCut = world.target.abilities.maxLive === 1 || plan.model === 'atomic'
  if (isCut && old !== null) world.excused.versions.add(old.version)
}

function detail(event: RotationEvent): string {
  switch (event.type) {
    case 'effectIntended':
      return ` ${event.verb} of version ${event.version} under ${event.key}`
    case 'effectDone':
      return ` ${event.verb} of the ${event.side} one: ${event.result.is}`
    case 'effectFailed':
      return ` ${event.verb} of the ${event.side} one: ${event.problem.code}`
    case 'waveMoved':
      return ` ${event.wave} to ${event.to}: ${event.consumers.join(', ')}`
    case 'consumerMoved':
      return ` ${event.consumer} to ${event.to}`
    case 'rotationOpened':
      return ` ${event.plan.model}, ${event.plan.order}, ${event.plan.owed.length} consumers`
    case 'courseChanged':
      return ` to ${event.to}: ${event.because}`
    case 'rotationStuck':
      return `: ${event.problem.text}`
    case 'rotationContained':
      return `: ${event.cause}`
    case 'versionReinstated':
      return `: ${event.because}`
    case 'gateOverridden':
      return ` ${event.gate} for ${event.consumer ?? 'all'}`
    case 'rotationEnded':
      return ` ${event.ending}`
    default:
      return ''
  }
}
