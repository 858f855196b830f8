// The world as its fleet sees it: what Rekey assigns, what the target answers. Work that fails because of a credential is
// looked at here: unless the plan, or a named person, said that it would, it is what must never happen.
import { isUnderway, minuteMs } from '@rekey/core'
import { workedWith } from '../invariants/holders.ts'
import { mayUse } from '../kills/crowd.ts'
import { isStormy, isSweeping, stateOf, violate, type World } from '../world.ts'
import type { Surroundings } from './live.ts'
import { type Held, isCutOff, type Member } from './member.ts'
import type { Reports } from './reports.ts'

export function surroundingsOf(world: World, reports: Reports, pinned: Map<Member, Held>): Surroundings {
  const { recorded, target, timeline, dice } = world
  const assigned = new Map(recorded.assignments().map(row => [row.consumer, row.version]))
  const current = recorded.credential()?.currentVersion ?? null
  const valued = (version: number | null | undefined): Held | null => {
    const value = version == null ? null : world.valueOf(version)
    return version == null || value === null ? null : { version, value }
  }
  const read = (member: Member): Held | null => {
    if (isCutOff(member, timeline.nowMs())) return null
    if (member.consumer !== null) return valued(assigned.get(member.truth.id))
    // Whoever nobody registered has a copy that somebody made once.
    const copy = pinned.get(member) ?? valued(current)
    if (copy !== null) pinned.set(member, copy)
    return copy
  }
  return {
    nowMs: timeline.nowMs(),
    dice,
    read,
    parent: ({ truth }) => {
      const { access } = truth
      return access.how === 'indirect'
        ? world.members.find(one => one.truth.id === access.through)
        : undefined
    },
    // A node of the target that is behind, or wrong.
    accepts: (value, member) =>
      target.accepts(value) &&
      !(isStormy(world) && (dice.strikes('target.node-behind', 0.006) || isShutOut(world, member, value))),
    isAwake: member =>
      member.truth.idle === null || (isStormy(world) && dice.strikes('fleet.idle-wakes', 0.05)),
    ...(world.kills !== null && {
      mayUse: (member: Member, instance: string, version: number) => mayUse(world, member, instance, version),
    }),
    openSession: target.openSession,
    hasSession: target.hasSession,
    worked(member, instance, held, outcome, path, lane) {
      workedWith(world, member, instance, held.version)
      meanwhile(world, member, instance, held)
      target.sighted(member.truth.id, instance, held.value, timeline.nowMs())
      member.lastUses.set(held.version, timeline.nowMs())
      if (outcome === 'auth-failure' || path === 'fallback') failed(world, member, held)
      reports.say(member, instance, held.version, { says: 'used', outcome, lane, path })
    },
    said: (member, instance, version, statement) => reports.say(member, instance, version, statement),
  }
}

/**
 * Whoever works all the time worked between two steps too. It matters only where nobody but the target tells of it, and so
 * late that the step itself is not heard of yet.
 */
function meanwhile(
  { target, timeline }: World,
  { truth, lastUses }: Member,
  instance: string,
  held: Held,
): void {
  if (truth.observability !== 'provider' || truth.cadence.how !== 'continuous') return
  const atMs = timeline.nowMs() - target.abilities.usageLagMs - minuteMs
  if ((lastUses.get(held.version) ?? atMs) < atMs) target.sighted(truth.id, instance, held.value, atMs)
}

/** The target takes the newest value from everybody but this one: its network, its project, its quota are not on the list. */
function isShutOut(world: World, { truth }: Member, value: string): boolean {
  const { dice, recorded, shutOut } = world
  const newest = recorded.versions().at(-1)?.number
  if (newest === undefined || world.valueOf(newest) !== value) return false
  const known = shutOut.get(truth.id)
  if (known?.version === newest) return known.isOut
  const isOut = dice.strikes('target.shuts-one-out', 0.015)
  shutOut.set(truth.id, { version: newest, isOut })
  return isOut
}

function failed(world: World, member: Member, held: Held): void {
  const { excused } = world
  // It would be accepted: a node of the target erred, and the rotation has nothing to do with it.
  if (world.target.accepts(held.value)) return
  if (member.consumer === null || excused.versions.has(held.version)) return
  // Somebody declared that it does not run.
  if (member.truth.idle !== null) return
  if (excused.consumers.has(member.truth.id)) return
  const { access } = member.truth
  if (access.how === 'indirect' && excused.consumers.has(access.through)) return
  const state = stateOf(world)
  if (state !== null && isUnderway(state) && state.overrides.some(isSweeping)) return
  const there = world.target.find(held.value)?.state ?? 'not there'
  violate(
    world,
    'job-failed',
    `${member.truth.id} was refused with version ${held.version}, which is ${there}`,
  )
}
