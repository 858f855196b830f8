// What has to be true at every moment: nobody is sent to a version that the target refuses, and no overlap outlives its
// deadline without its owner being told.
import { deadlineMs, isRevoking, isUnderway, minuteMs, type Rotation, type Underway } from '@rekey/core'
import { stateOf, violate, type World } from '../world.ts'

/** A control plane looks once a round, when the lease of one that died or stands still has run out; clocks differ besides. */
const slackMs = 5 * minuteMs

export function everyStep(world: World, healthy: boolean): void {
  const state = stateOf(world)
  assignments(world, state)
  if (state !== null && isUnderway(state)) proved(world, state)
  if (healthy && state !== null) overlap(world, state)
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

function overlap(world: World, state: Rotation): void {
  if (!isUnderway(state) || state.overdueMs !== null) return
  const deadline = deadlineMs(state)
  if (deadline === null || world.timeline.nowMs() < deadline + slackMs) return
  violate(world, 'overlap-unseen', 'both versions are valid past their deadline and nobody was told')
}
