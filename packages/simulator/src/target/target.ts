// The target of a world: the product's own target in memory, with what it tells about itself only to us: who is accepted
// now, which values are alive, and when each of them changed.
import type { Abilities } from '@rekey/core'
import {
  type AutomaticProvider,
  authenticate,
  type MemoryVersion,
  type MemoryWorld,
  memory,
  memoryWorld,
} from '@rekey/providers'
import type { Held } from '../fleet/member.ts'

/** What somebody made at the target by hand: it bears no mark of ours, and is nobody's business here. */
export const foreignHandle = 'made-by-hand'

export interface Target {
  abilities: Abilities
  world: MemoryWorld
  /** Does what it is told at once and always: faults are put around it. */
  plain: AutomaticProvider
  find(value: string): MemoryVersion | null
  accepts(value: string): boolean
  sighted(seenAs: string, instance: string, value: string, atMs: number): void
  openSession(held: Held, name: string): void
  hasSession(held: Held, name: string): boolean
}

const sightingsKept = 3_000

export function targetOf(abilities: Abilities, nowMs: () => number, newValue: () => string): Target {
  const world = memoryWorld(nowMs())
  const plain = memory(world, { abilities, nowMs, random: newValue })
  const find = (value: string) => world.versions.find(one => one.value === value) ?? null
  return {
    abilities,
    world,
    plain,
    find,
    accepts: value => authenticate(world, value)?.accepted === true,
    sighted(seenAs, instance, value, atMs) {
      const version = find(value)
      if (version === null || abilities.usage === 'none') return
      const outcome = version.state === 'enabled' ? 'success' : 'auth-failure'
      const { handle } = version
      world.sightings.push({ handle, seenAs, instance, outcome, atMs })
      if (world.sightings.length > sightingsKept) world.sightings.splice(0, sightingsKept / 2)
    },
    openSession(held, name) {
      find(held.value)?.sessions.push(name)
    },
    hasSession(held, name) {
      const version = find(held.value)
      return version !== null && version.state !== 'gone' && version.sessions.includes(name)
    },
  }
}
