// What has to be true at every moment: nobody is sent to a version that the target refuses, and no overlap outlives its
// deadline without its owner being told.
import {
  deadlineMs,
  hourMs,
  isRevoking,
  isUnderway,
  minuteMs,
  type Rotation,
  type Underway,
} from '@rekey/core'
import { stateOf, violate, type World } from '../world.ts'
import { everyone, outcomeOf } from './demands.ts'

/** A control plane looks once a round, when the lease of one that died or stands still has run out; clocks differ besides. */
const slackMs = 5 * minuteMs

export function everyStep(world: World, healthy: boolean): void {
  const state = stateOf(world)
  assignments(world, state)
  if (state !== null && isUnderway(state)) proved(world, state)
  if (state === null || !isUnderway(state)) return
  if (world.planes.some(plane => !plane.dead && !plane.busy && !plane.doubted())) contained(world, state)
  if (!healthy) return
  overlap(world, state)
  stuck(world, state)
}

function assignments(world: World, state: Rotation | null): void {
  const { recorded, target } = world
  // Where the target holds one version, minting ends the old one before anybody can be moved.
  if (target.abilities.maxLive === 1) return
  if (state !== null && isUnderway(state) && isRevoking(state)) return
  const versions = recorded.versions()
  for (const { consumer, version } of recorded.assignments()) {
    if (world.excused.versions.has(version)) continue
    const handle = versions.find(one => one.number === version)?.handle
    const there = target.world.versions.find(one => one.handle === handle)
    if (there?.state === 'enabled') continue
    const member = world.members.find(one => one.truth.id === consumer)
    // Who stayed behind by a named person's word, or came when the decision had been taken, is told by the plan.
    if (member?.truth.idle != null || world.excused.consumers.has(consumer)) continue
    if (state !== null && isUnderway(state) && state.overrides.length > 0) continue
    violate(
      world,
      'assigned-to-refused',
      `${consumer} is assigned version ${version}, which is ${there?.state ?? 'not there'}`,
    )
  }
}

/** While everything is looked at, whoever may still need the version that is left can have it: it was given back and proved. */
function proved(world: World, state: Underway): void {
  const { course, at, ending } = state.progress
  if (course[at]?.do !== 'observe' || ending !== 'completed' || isRevoking(state)) return
  if (state.old === null || state.old.life === 'active' || world.target.abilities.maxLive === 1) return
  violate(
    world,
    'not-given-back',
    `version ${state.old.version} is ${state.old.life} while it is still observed`,
  )
}

/** It is so now and was so at the steps before: whoever was asked for something else in that very moment comes to it next. */
function lasts(world: World, what: string, isSo: boolean, steps: number): boolean {
  const times = isSo ? (world.unheeded.get(what) ?? 0) + 1 : 0
  world.unheeded.set(what, times)
  return times > steps
}

function overlap(world: World, state: Underway): void {
  const deadline = Math.min(deadlineMs(state) ?? Infinity, bothLive(state) ?? Infinity)
  const isOver = state.overdueMs === null && world.timeline.nowMs() > deadline + slackMs
  if (lasts(world, `overlap ${state.id}`, isOver, 1))
    violate(world, 'overlap-unseen', 'both versions are valid past their deadline and nobody was told')
}

/** The plainest case, said a second time: two versions of which the record says that they are accepted. */
function bothLive({ old, new: fresh, mintedMs, plan }: Underway): number | null {
  if (mintedMs === null || old?.life !== 'active' || fresh?.life !== 'active') return null
  return mintedMs + plan.windows.deadlineMs
}

/** Another control plane may have the rotation for as long as its lease lasts, and look at it before long. */
const longMs = 2 * hourMs

/** What stands still tells its owner, and is tried again where that may help. */
function stuck(world: World, state: Underway): void {
  const nowMs = world.timeline.nowMs()
  const isStuck = state.phase === 'stuck'
  const untold = isStuck && state.trouble?.told === 0 && nowMs - state.trouble.sinceMs > longMs
  if (lasts(world, `told ${state.id}`, untold, 1))
    violate(world, 'stuck-unseen', 'it is stuck and nobody was told')
  const passes = isStuck && (state.problem.code === 'unreachable' || state.problem.code === 'timeout')
  const untried = passes && nowMs - state.sinceMs > longMs
  if (lasts(world, `tried ${state.id}`, untried, 1))
    violate(world, 'never-retried', 'it is stuck at what passes by itself and was not tried again')
}

/** So many steps long a control plane may be dead, paused, or cut off from its store. */
const patience = 8
/** Refused so soon after its move, it is the move's doing. */
const soonMs = 9 * minuteMs

/** A consumer that was moved and never accepted since stops the rotation, unless people said that they look after it. */
function contained(world: World, state: Underway): void {
  const step = state.progress.course[state.progress.at]?.do
  if (state.phase !== 'running' || (step !== 'move' && step !== 'observe')) return
  if (state.progress.ending !== 'completed' || state.turnedBecause !== null) return
  if (state.plan.order !== 'prove-first') return
  for (const owed of everyone(state)) {
    const assignment = state.assignments[owed.consumer]
    // What is derived may have worked with its parent's new version before it was moved itself, and so may who is moved again.
    if (!owed.direct || assignment?.side !== 'new' || state.restricted.includes(owed.consumer)) continue
    if (state.overrides.some(one => one.consumer === null || one.consumer === owed.consumer)) continue
    const own = world.heard.filter(
      one =>
        one.consumer === owed.consumer &&
        one.version === state.new?.version &&
        (outcomeOf(one) === 'success' || outcomeOf(one) === 'auth-failure'),
    )
    const [first] = own.toSorted((a, b) => a.atMs - b.atMs)
    const isSoon =
      first !== undefined && first.atMs >= assignment.sinceMs && first.atMs < assignment.sinceMs + soonMs
    const isTold = first !== undefined && first.atMs < world.timeline.nowMs() - hourMs / 2
    const worked = own.some(one => outcomeOf(one) === 'success')
    const refused = isSoon && isTold && outcomeOf(first) === 'auth-failure'
    if (lasts(world, `${state.id} ${owed.consumer} ${assignment.sinceMs}`, refused && !worked, patience))
      violate(
        world,
        'never-contained',
        `${owed.consumer} is refused with what it was moved to, and it goes on`,
      )
  }
}
