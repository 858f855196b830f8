// Nothing is ended while somebody may still come with it. Asked of the world itself, not of the record, in the moment in which
// the target is about to be told.
import { isRevoking, isUnderway, maybeAccepted } from '@rekey/core'
import { mayUse } from '../fleet/member.ts'
import type { Changing } from '../target/faulty.ts'
import { isSweeping, stateOf, violate, type World } from '../world.ts'

export function endingAt(world: World, verb: Changing, handle: string | null): void {
  const version = world.target.world.versions.find(one => one.handle === handle)
  if (version === undefined || version.state !== 'enabled') return
  if (verb !== 'disable' && verb !== 'destroy') return
  const number = numberOf(world, handle)
  // What bears our mark and no version owns is an orphan: nobody was ever given its value.
  if (number === null) return
  const state = stateOf(world)
  if (state === null || !isUnderway(state)) return
  if (isRevoking(state) && state.old?.version === number) {
    world.excused.versions.add(number)
    return
  }
  const overridden = state.overrides.some(isSweeping)
  if (overridden) world.excused.versions.add(number)
  for (const member of world.members) {
    if (member.consumer === null || member.truth.idle !== null || world.excused.versions.has(number)) continue
    const { id } = member.truth
    if (world.excused.consumers.has(id) || state.overrides.some(one => one.consumer === id)) continue
    if (mayUse(member, world.timeline.nowMs()).has(number)) {
      violate(world, 'retired-in-use', `${verb} of version ${number} while ${id} may still use it`)
    }
  }
}

export function numberOf(world: World, handle: string | null): number | null {
  const versions = world.recorded.versions()
  return versions.find(one => one.handle === handle && maybeAccepted(one))?.number ?? null
}
