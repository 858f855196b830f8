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
import type { Write } from '@rekey/store'
import { violate, type World } from '../world.ts'

/** What a commit says of a rotation that was there before. */
export function onChange(
  world: World,
  writes: readonly Write[],
  before: Rotation,
  events: readonly RotationEvent[],
): void {
  const rotation = before.id
  const stored = writes.find(write => 'put' in write && write.put === 'rotation' && write.row.id === rotation)
  let state = before
  for (const event of events) {
    if (isUnderway(state)) {
      watched(world, state, event)
      approved(world, state, event)
      aliasWaits(world, writes, state, event)
      toldAtIntervals(world, state, event)
    }
    byPersons(world, event)
    const after = evolve(state, event)
    if (isUnderway(state) && isUnderway(after)) {
      looksAnew(world, state, event, after)
      joins(world, event, after)
      isNoted(world, event, after)
    }
    state = after
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

/** What can be disabled is watched for a full cycle before it is destroyed. */
function watched(world: World, state: Underway, event: RotationEvent): void {
  if (event.type !== 'effectIntended' || event.verb !== 'destroy' || event.side !== 'old') return
  const { abilities } = state.plan
  if (!abilities.canDisable || abilities.maxLive === 1 || isRevoking(state)) return
  const { course, at } = state.progress
  if (course[at - 1]?.do !== 'watch')
    violate(world, 'unwatched', `version ${event.version} is to be destroyed, and nobody watched it`)
}

/** As many persons as the policy asks for, each of them once. */
function approved(world: World, { plan, progress, approvals }: Underway, event: RotationEvent): void {
  if (event.type !== 'retirementDecided' || progress.ending !== 'completed') return
  const persons = new Set(approvals.map(one => one.by))
  if (persons.size < plan.decision.approvals)
    violate(world, 'evidence-decision', `retirement was decided with ${persons.size} approvals`)
}

/** Whoever follows the alias is moved with the last wave. */
function aliasWaits(world: World, writes: readonly Write[], state: Underway, event: RotationEvent): void {
  if (event.type !== 'waveMoved' || event.wave < 0 || event.wave >= state.plan.waves.length - 1) return
  for (const write of writes) {
    if (!('put' in write) || write.put !== 'credential') continue
    const { currentVersion } = write.row
    if (currentVersion === state.new?.version && state.old !== null)
      violate(world, 'alias-early', `the alias names version ${currentVersion} from wave ${event.wave} on`)
  }
}

/** What is left is about to be ended, and nothing was done to it yet. */
function isToBeEnded(state: Underway): boolean {
  const { course, at, ending } = state.progress
  const step = course[at]
  if (step?.do !== 'disable' && step?.do !== 'destroy') return false
  const leaving = ending === 'completed' ? 'old' : 'new'
  // What was killed is ended whatever people found out meanwhile.
  if (state.revoked?.includes(state[leaving]?.version ?? -1)) return false
  return ending !== 'aborted' && step.side === leaving && state[leaving]?.life === 'active'
}

/** Who resumes after a containment decides anew: what was decided before it was decided on other evidence. */
function looksAnew(world: World, before: Underway, event: RotationEvent, after: Underway): void {
  if (event.type !== 'rotationResumed' || isRevoking(before)) return
  const { step } = before.progress
  const isIdle = step.kind !== 'effect' || step.effect.is === 'ready'
  if (isToBeEnded(before) && isIdle && isToBeEnded(after))
    violate(world, 'decided-before', 'what was decided before a containment is carried out after it')
}

/** From when on a use of the version is somebody who was forgotten. */
function isNoted(world: World, event: RotationEvent, after: Underway): void {
  if (event.type !== 'effectDone' || event.verb !== 'disable' || event.side !== 'old') return
  if (after.suspendedMs === null) violate(world, 'disabled-unnoted', 'nobody knows since when it is disabled')
}

/** Whoever joins late starts on what will live. */
function joins(world: World, event: RotationEvent, after: Underway): void {
  if (event.type !== 'consumerJoined' || after.new?.life !== 'active') return
  const { course, at, ending } = after.progress
  const step = course[at]
  const isEnding = step !== undefined && 'side' in step && step.side === 'old' && step.do !== 'enable'
  const isLast = !course.slice(at).some(one => one.do === 'move')
  const { side } = after.assignments[event.owed.consumer]!
  if ((isEnding || isLast) && ending === 'completed' && side === 'old')
    violate(world, 'joined-dying', 'a consumer joins on the version that everybody has left')
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
