// One step of the fleet, with what deployments do to it meanwhile.
import { hourMs, type StepName, stepOf } from '@rekey/core'
import { mayUse } from '../kills/crowd.ts'
import { isStormy, stateOf, type World } from '../world.ts'
import { goAway, live, restart, type Surroundings, signal, startFromOldImage } from './live.ts'
import type { Instance, Member } from './member.ts'

export function fleet(world: World, surroundings: Surroundings): void {
  const state = stateOf(world)
  const step = state !== null && state.phase === 'running' ? stepOf(state).do : null
  for (const member of world.members) {
    if (member.truth.cadence.how === 'continuous') deployed(world, member, step, surroundings)
    live(member, surroundings)
  }
}

/** What deployments do to whoever runs all the time: signals arrive or not, instances start anew, scale away, come back old. */
function deployed(world: World, member: Member, step: StepName | null, surroundings: Surroundings): void {
  const { dice, timeline } = world
  const strikes = (fault: string, chance: number) => isStormy(world) && dice.strikes(fault, chance)
  const { reload } = member.truth
  const due = surroundings.read(member)?.version
  const behind = member.instances.some(one => one.held !== null && one.held.version !== due)
  if (reload.how === 'signal' && behind) {
    // A signal that is lost is sent again with the next heartbeat, an hour or a day later.
    if (!strikes('fleet.signal-lost', 0.1) && dice.happens('fleet.signal', 0.7)) signal(member, surroundings)
  }
  if (reload.how !== 'restart') return
  if (dice.happens('fleet.deployed', 0.01)) {
    for (const instance of member.instances) restart(member, instance, surroundings)
  }
  // Only while the old version is still there for it: an image that is older than that is nobody's runtime.
  if (step !== 'move' && step !== 'observe') return
  if (strikes('fleet.old-image', 0.15)) {
    const lives = ({ image, name }: Instance) =>
      image !== null && world.target.accepts(image.value) && mayUse(world, member, name, image.version)
    for (const instance of member.instances.filter(lives))
      startFromOldImage(instance, dice.happens('fleet.dormant', 0.5))
  }
  if (strikes('fleet.scaled-away', 0.02)) {
    goAway(member, timeline.nowMs() + dice.between('fleet.away', 1, 12) * hourMs, surroundings)
  }
}
