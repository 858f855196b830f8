// One step of the world, as far as kills go: control planes read on, forgers and the thief throw, holders hear and answer, people
// kill and change keys.
import { count } from '../coverage.ts'
import { cheatsSeen } from '../invariants/after-kill.ts'
import { everyHolder } from '../invariants/holders.ts'
import { waits } from '../invariants/kills.ts'
import type { World } from '../world.ts'
import { crowd } from './crowd.ts'
import { deskOf } from './desk.ts'
import { forge, thieve } from './forger.ts'
import { keys } from './keys.ts'
import { desks, killNow } from './killer.ts'
import type { Kills } from './kills.ts'

export async function killRound(world: World): Promise<void> {
  const { kills, timeline } = world
  if (kills === null) return
  listen(world)
  await timeline.settle()
  if (kills.pins === null) await firstRing(world, kills)
  forge(world, kills)
  thieve(world, kills)
  await crowd(world, kills)
  await keys(world, kills)
  await killNow(world)
  everyHolder(world, kills)
  waits(world, kills)
  cheatsSeen(world, kills)
}

/** Whoever was started has to read the book of orders first, and may die over it. */
function listen(world: World): void {
  for (const plane of world.planes) {
    if (plane.dead) continue
    plane.desk?.hear()
    if (plane.desk !== null || plane.isOpening) continue
    plane.isOpening = true
    deskOf(plane.ground, world.timeline)
      .then(desk => {
        plane.desk = desk
      })
      .catch(error => plane.ground.journal.trouble?.('a desk', error))
      .finally(() => {
        plane.isOpening = false
      })
  }
}

async function firstRing(world: World, kills: Kills): Promise<void> {
  const [open] = desks(world)
  if (open === undefined) return
  const ring = await open.serve(() => open.desk.plane.orders.keys.ring())
  if (ring === null) return
  kills.pins = [ring.active.kid, ring.standBy.kid]
  count(world.coverage.kills, 'worlds')
}
