// Who shares the credential and is not in the record yet: users that turn up at the target, and what is deployed in the middle of
// a rotation.
import { claimGhost, dismissGhost, registerConsumer } from '@rekey/server'
import type { Member } from '../fleet/member.ts'
import { ghostId, newcomer } from '../fleet/muster.ts'
import { asked, isStormy, person, type World } from '../world.ts'

/** Each user that nobody registered is claimed by whoever runs it, or dismissed by somebody who thinks he knows better. */
export async function lookAtGhosts(world: World): Promise<void> {
  for (const ghost of world.engine.ledger(world.credential.id).ghosts) {
    if (ghost.state !== 'open') continue
    const member = world.members.find(one => one.consumer === null && ghost.seenAs.endsWith(one.truth.id))
    const wrongly = isStormy(world) && world.dice.strikes('people.dismiss', 0.3)
    if (member === undefined || wrongly) {
      if (member !== undefined) world.excused.consumers.set(member.truth.id, 'dismissed by a person')
      await asked(world, ground => dismissGhost(ground, ghost, 'known', person('alice')))
      continue
    }
    await asked(world, ground => claimGhost(ground, ghost, member.truth, person('alice')))
    learn(world, member)
  }
}

const mostMembers = 8

/** In the middle of a rotation somebody deploys and registers one consumer more. */
export function deploy(world: World): void {
  const { members, dice, credential, timeline } = world
  if (members.length >= mostMembers) return
  const member = newcomer(dice, credential.id, `new-${members.length + 1}`, timeline.nowMs())
  members.push({ ...member, consumer: null })
}

/** Whoever deployed something registers it, until it stands in the record. */
export async function introduce(world: World): Promise<void> {
  for (const member of world.members) {
    if (member.consumer !== null || member.truth.id === ghostId) continue
    learn(world, member)
    if (member.consumer === null) await register(world, member)
  }
}

export async function register(world: World, member: Member): Promise<void> {
  await asked(world, ground => registerConsumer(ground, member.truth, person('alice')))
  learn(world, member)
}

/** Whether or not the answer was heard: from when it stands in the record, it gets what it is assigned. */
function learn(world: World, member: Member): void {
  const known = world.engine.consumers(world.credential.id).some(one => one.id === member.truth.id)
  if (!known || member.consumer !== null) return
  member.consumer = member.truth
  // What he had may have died long before anybody knew of him.
  const { truth, instances } = member
  const isLate = instances.some(({ held }) => held !== null && !world.target.accepts(held.value))
  if (isLate) world.excused.consumers.set(truth.id, 'found too late')
}
