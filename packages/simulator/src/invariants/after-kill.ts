// When the storm is over: what was killed is dead, and known to be; everybody works on something else; and the report of each kill says
// of every holder what is true of it.
import { factsOf } from '@rekey/core'
import { killStateOf, killView } from '@rekey/server'
import { count } from '../coverage.ts'
import { isCutOff } from '../fleet/member.ts'
import { type Holder, isOf } from '../kills/holder.ts'
import { reading } from '../kills/killer.ts'
import type { Kills } from '../kills/kills.ts'
import { violate, type World } from '../world.ts'

export async function afterTheStorm(world: World, kills: Kills): Promise<void> {
  dead(world, kills)
  settled(world, kills)
  reached(world, kills)
  await told(world, kills)
}

function dead(world: World, { killed }: Kills): void {
  const versions = new Map(world.recorded.versions().map(one => [one.number, one]))
  for (const number of killed.keys()) {
    const version = versions.get(number)
    const there = world.target.world.versions.find(one => one.handle === version?.handle)
    if (there?.state === 'enabled')
      violate(world, 'killed-lives', `version ${number} was killed and is accepted`)
    if (version?.state !== 'dead' && version?.state !== 'void')
      violate(world, 'killed-lives', `version ${number} was killed and is ${version?.state} in the record`)
    if (version?.compromised !== true)
      violate(world, 'forgotten', `version ${number} was killed and is sound again`)
  }
}

/** Nobody is left with what was killed, and nobody without anything. */
function settled(world: World, { killed }: Kills): void {
  const current = world.recorded.credential()?.currentVersion ?? null
  if (current !== null && killed.has(current))
    violate(world, 'killed-assigned', `version ${current} was killed and is the current one`)
  for (const { consumer, version } of world.recorded.assignments()) {
    if (killed.has(version)) violate(world, 'killed-assigned', `${consumer} is left with version ${version}`)
  }
}

const isThere = ({ instance, member }: Holder, nowMs: number) =>
  instance.awayUntilMs <= nowMs && member.truth.cadence.how === 'continuous'

/** Whoever can be reached knows every order, and holds nothing that was killed. */
function reached(world: World, { holders, killed }: Kills): void {
  const nowMs = world.timeline.nowMs()
  for (const holder of holders) {
    if (isCutOff(holder.member, nowMs) || !isThere(holder, nowMs)) continue
    const { name, receiver, owed, instance } = holder
    if (receiver.upTo < killed.size)
      violate(world, 'never-told', `${name} knows ${receiver.upTo} of ${killed.size} orders`)
    if (owed.size > 0) violate(world, 'never-told', `${name} owes ${[...owed.keys()].join(', ')}`)
    const held = instance.held?.version
    if (held !== undefined && killed.has(held) && !holder.cheats)
      violate(world, 'killed-in-use', `${name} still holds version ${held}`)
  }
}

/** Who is unconfirmed is who is cut off, or is no more: each kill, each holder that is alive. */
async function told(world: World, kills: Kills): Promise<void> {
  const plane = reading(world)
  if (plane === null) return
  const nowMs = world.timeline.nowMs()
  for (const id of new Set([...kills.killed.values()].map(one => one.kill))) {
    const state = await killStateOf(world.plain, id)
    if (state === null) {
      violate(world, 'report', `nothing is known of kill ${id}`)
      continue
    }
    const view = await killView(plane, state)
    for (const { version, holders } of view.killed) {
      for (const { instance, state: confirmed, how } of holders) {
        const holder = kills.holders.find(one => one.name === instance)
        if (holder === undefined || !isThere(holder, nowMs)) continue
        if (confirmed === 'unconfirmed' && !isCutOff(holder.member, nowMs))
          violate(
            world,
            'report',
            `${instance} can be reached, and version ${version} is unconfirmed: ${how}`,
          )
        if (confirmed === 'confirmed' && how.startsWith('it applied') && !hasApplied(holder, version))
          violate(world, 'report', `${instance} is said to have applied the order about version ${version}`)
      }
    }
  }
}

const hasApplied = ({ cheats, applied }: Holder, version: number) => cheats || applied.has(version)

/** Whoever said that he has applied it, and was heard of with it since: the ledger has it, where the report reads it. */
export function cheatsSeen(world: World, { heardOfCheats }: Kills): void {
  if (heardOfCheats.size === 0) return
  const { entries } = world.engine.ledger(world.credential.id)
  for (const { consumer, version, atMs } of heardOfCheats.values()) {
    const entry = entries.find(one => one.consumer === consumer)
    const seenMs = entry === undefined ? null : (factsOf(entry, version)?.lastUseMs ?? null)
    count(world.coverage.kills, 'cheats that were seen')
    if (seenMs === null || seenMs < atMs)
      violate(world, 'report', `${consumer} used version ${version} after the kill, and nobody knows of it`)
  }
  heardOfCheats.clear()
}

/** A use that was heard of, by one of those who say that they have applied it. */
export function heardOfCheat(
  world: World,
  consumer: string,
  instance: string,
  version: number,
  atMs: number,
): void {
  const { kills } = world
  const one = kills?.killed.get(version)
  if (kills === null || one === undefined || atMs <= one.atMs) return
  if (!kills.holders.some(each => each.cheats && isOf(each, instance))) return
  kills.heardOfCheats.set(`${consumer} ${version}`, { consumer, version, atMs })
}
