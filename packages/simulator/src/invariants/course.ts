// What a rotation may do in which order, and who may say so: looked at in every commit, event by event, and never by asking
// the engine how it sees it.
import { isDeepStrictEqual } from 'node:util'
import {
  evolve,
  hourMs,
  isRevoking,
  isUnderway,
  minuteMs,
  type Rotation,
  type RotationEvent,
  type Underway,
} from '@rekey/core'
import type { Commit, NewEvent } from '@rekey/store'
import { violate, type World } from '../world.ts'

export function onChange(world: World, commit: Commit, rotation: string, before: Rotation | null): void {
  if (before === null) return
  const { events } = commit.appends.find(one => one.stream === `rotation/${rotation}`)!
  const stored = commit.writes.find(
    write => 'put' in write && write.put === 'rotation' && write.row.id === rotation,
  )
  let state = before
  for (const event of events.map(eventOf)) {
    if (isUnderway(state)) {
      watched(world, state, event)
      aliasWaits(world, commit, state, event)
      toldAtIntervals(world, state, event)
    }
    byPersons(world, event)
    state = evolve(state, event)
  }
  if (stored === undefined || !('put' in stored) || stored.put !== 'rotation') {
    if (events.length > 0) violate(world, 'replay', `${rotation} has new events and an old state`)
  } else if (!isSame(state, stored.row.state)) {
    violate(
      world,
      'replay',
      `${events.map(one => one.type).join(', ')} lead to another state than the stored one`,
    )
  }
}

/** The plan is fixed when the rotation is opened, and by far the largest part: the end of the world compares it too. */
const isSame = (one: Rotation, other: Rotation) =>
  isDeepStrictEqual({ ...one, plan: null }, { ...other, plan: null })

export function eventOf({ type, atMs, by, data }: NewEvent): RotationEvent {
  const [kind, ...id] = by.split(':')
  return { type, atMs, by: { kind, id: id.join(':') }, ...(data as object) } as RotationEvent
}

/** What can be disabled is watched for a full cycle before it is destroyed. */
function watched(world: World, state: Underway, event: RotationEvent): void {
  if (event.type !== 'effectIntended' || event.verb !== 'destroy' || event.side !== 'old') return
  const { abilities } = state.plan
  if (!abilities.canDisable || abilities.maxLive === 1 || isRevoking(state)) return
  const { course, at } = state.progress
  if (course[at - 1]?.do !== 'watch')
    violate(world, 'unwatched', `version ${event.version} is to be destroyed, and nobody watched it`)
}

/** Whoever follows the alias is moved with the last wave. */
function aliasWaits(world: World, { writes }: Commit, state: Underway, event: RotationEvent): void {
  if (event.type !== 'waveMoved' || event.wave < 0 || event.wave >= state.plan.waves.length - 1) return
  const known = world.recorded.versions()
  for (const write of writes) {
    if (!('put' in write) || write.put !== 'credential') continue
    const { currentVersion } = write.row
    if (currentVersion === state.new?.version && known.some(one => one.number === state.old?.version))
      violate(world, 'alias-early', `the alias names version ${currentVersion} from wave ${event.wave} on`)
  }
}

/** At once, and then at intervals that grow: whoever is told without a pause does not listen any more. */
function toldAtIntervals(world: World, state: Underway, event: RotationEvent): void {
  // A person may press that as often as he likes.
  if (
    event.type !== 'rotationEscalated' ||
    event.by.id !== 'runner' ||
    state.trouble === null ||
    state.trouble.told === 0
  )
    return
  const sinceMs = event.atMs - state.trouble.sinceMs
  if (sinceMs < state.trouble.told ** 2 * hourMs - minuteMs)
    violate(
      world,
      'told-too-often',
      `its owner is told for the ${state.trouble.told + 1}th time after ${sinceMs / minuteMs} min`,
    )
}

/** Said by a named person, or not at all. */
const personal = new Set<RotationEvent['type']>([
  'gateOverridden',
  'rotationHeld',
  'restrictionLifted',
  'retirementApproved',
])

function byPersons(world: World, event: RotationEvent): void {
  const { type, by } = event
  // A revocation; or the runner's own way round a mint that came to nothing.
  const isRevocation = type === 'courseChanged' && event.to === 'completed' && by.id !== 'runner'
  if ((personal.has(type) || isRevocation) && by.kind !== 'person')
    violate(world, 'not-a-person', `${type} by ${by.kind}:${by.id}`)
}
