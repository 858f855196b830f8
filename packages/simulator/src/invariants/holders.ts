// What must hold of whoever is told of kills: a genuine order is believed, whatever else is thrown at them; what was applied stays so, also
// over a restart; and nobody works on with what he has applied.
import type { KeyRing, RingRefusal, Taken } from '@rekey/sdk/orders'
import { count } from '../coverage.ts'
import type { Member } from '../fleet/member.ts'
import { holderNamed } from '../kills/crowd.ts'
import type { Holder } from '../kills/holder.ts'
import type { Kills } from '../kills/kills.ts'
import type { Message } from '../kills/wire.ts'
import { violate, type World } from '../world.ts'

/** What came of a text that was given to a holder as an order. */
export function judged(
  world: World,
  kills: Kills,
  { name, receiver }: Holder,
  { from, what }: Message,
  { said, order, why }: Taken,
): void {
  const { thief, killed } = kills
  if (from === 'plane') {
    // A stream that was written before a ring is older than what is believed now.
    const isOld = why === 'revoked-key' || why === 'unknown-key' || why === 'not-kept'
    if (said === 'refused' && !isOld)
      violate(world, 'order-refused', `${name} refuses an order of ours: ${why}`)
    return
  }
  // What could not be kept is dead there all the same.
  if (order === null) return
  const isStolen = thief.key !== null && receiver.ring?.revoked.has(thief.key.kid) !== true
  if (from === 'thief' && isStolen) {
    thief.declared.add(order.version)
    count(world.coverage.kills, 'orders of a thief that were believed')
    return
  }
  const isReplay = killed.has(order.version)
  if (!isReplay) violate(world, 'forged-order', `${name} believes an order ${what}`)
}

export function judgedRing(
  world: World,
  { name }: Holder,
  { from, what }: Message,
  before: KeyRing | null,
  taken: KeyRing | RingRefusal,
): void {
  if (from === 'plane' || typeof taken === 'string' || taken === before) return
  violate(world, 'forged-order', `${name} believes a ${what}`)
}

export function everyHolder(world: World, kills: Kills): void {
  for (const holder of kills.holders) {
    const { name, receiver, applied } = holder
    const { ring } = receiver
    if (ring !== null && !kills.rings.includes(ring.text))
      violate(world, 'forged-order', `${name} believes in keys that nobody published`)
    denies(world, kills, holder)
    if (!holder.isReady || holder.cheats) continue
    for (const version of applied) {
      if (!receiver.isDenied(world.credential.id, version))
        violate(world, 'taken-back', `${name} applied the order about version ${version}, and takes it again`)
    }
  }
}

/** Nobody is dead but by an order of ours, or of whoever had the key while it counted. */
function denies(world: World, { killed, thief }: Kills, { name, receiver }: Holder): void {
  const last = world.recorded.versions().at(-1)?.number ?? 0
  for (let version = 1; version <= last; version++) {
    if (!receiver.isDenied(world.credential.id, version)) continue
    if (!killed.has(version) && !thief.declared.has(version))
      violate(world, 'forged-order', `${name} takes version ${version} for dead, and nobody killed it`)
  }
}

/** A piece of work with a version, by whoever may have applied the order about it. */
export function workedWith(world: World, member: Member, instance: string, version: number): void {
  const { kills } = world
  const holder = kills === null ? undefined : holderNamed(kills, member, instance)
  if (holder === undefined) return
  if (holder.cheats) {
    if (kills?.killed.has(version)) count(world.coverage.kills, 'uses of a killed version by a cheat')
    return
  }
  if (holder.applied.has(version))
    violate(
      world,
      'killed-in-use',
      `${instance} applied the order about version ${version}, and works with it`,
    )
}
