// Nothing is ended while somebody may still come with it. Asked of the world itself, not of the record, in the moment in which
// the target is about to be told.
import { isRevoking, isUnderway, maybeAccepted, type Underway } from '@rekey/core'
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
  if (state.old?.version === number) rights(world, state)
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

/** The target lets us compare what the two may do: nobody is left with less than he had, unless a person said so. */
function rights(world: World, state: Underway): void {
  const { abilities, world: there } = world.target
  if (state.progress.ending !== 'completed' || !abilities.canCompareRights || abilities.maxLive < 2) return
  const [old, fresh] = [state.old, state.new].map(held =>
    there.versions.find(one => one.handle === held?.handle),
  )
  if (old === undefined || fresh === undefined || state.overrides.some(one => one.gate === 'rights')) return
  if (old.rights.join() === fresh.rights.join()) return
  violate(
    world,
    'rights',
    `version ${state.old?.version} is ended though its successor may do something else`,
  )
}

export function numberOf(world: World, handle: string | null): number | null {
  const versions = world.recorded.versions()
  return versions.find(one => one.handle === handle && maybeAccepted(one))?.number ?? null
}
