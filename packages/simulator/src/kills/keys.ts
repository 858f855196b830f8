// The key of orders is stolen, and replaced by its stand-by: late, by people who have found out. Of what the thief declared dead
// meanwhile there is no way back, so it is killed for good and another is made.
import { count } from '../coverage.ts'
import { isStormy, type World } from '../world.ts'
import { desks, killer, order } from './killer.ts'
import type { Kills } from './kills.ts'

export async function keys(world: World, kills: Kills): Promise<void> {
  const { dice, coverage } = world
  const { thief } = kills
  const [open] = desks(world)
  if (open === undefined) return
  const { desk } = open
  const known = desk.plane.orders.keys.known()
  if (thief.key === null && kills.hasThief && known !== null && isStormy(world)) {
    if (!dice.strikes('keys.stolen', 0.05)) return
    thief.key = known.active
    count(coverage.kills, 'keys stolen')
  }
  if (thief.key === null) return
  thief.isReplaced ||= known?.revoked.includes(thief.key.kid) === true
  if (!thief.isReplaced) {
    if (isStormy(world) && !dice.happens('keys.found-out', 0.1)) return
    const ring = await open.serve(() => desk.plane.orders.keys.replace('the key was stolen', killer))
    if (ring !== null) count(coverage.kills, 'keys replaced by their stand-by')
    return
  }
  for (const version of thief.declared) {
    const life = world.recorded.versions().find(one => one.number === version)?.state
    // What is only being made cannot be killed so far.
    if (kills.killed.has(version) || thief.undone.has(version) || life === 'intended') continue
    thief.undone.add(version)
    await order(world, { of: 'version', credential: world.credential.id, version })
  }
}
