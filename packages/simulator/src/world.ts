// A world: one store, one target, one or two credentials with their fleets and people, one or two control planes, and all
// the bad luck that the seed has for them. Everything in it is reached from here.
import type { Actor, Credential, GateOverride, Observation, Rotation } from '@rekey/core'
import type { Ground } from '@rekey/server'
import type { SqliteEngine, Store } from '@rekey/store'
import type { Coverage } from './coverage.ts'
import type { Dice } from './dice.ts'
import type { Member } from './fleet/member.ts'
import type { Leases } from './invariants/acting.ts'
import type { Kills } from './kills/kills.ts'
import type { Wish } from './people/wish.ts'
import type { Plane } from './plane/plane.ts'
import type { Recorded } from './recorded.ts'
import type { Target } from './target/target.ts'
import type { Timeline } from './timeline.ts'
import type { Trace } from './trace.ts'

export interface Violation {
  invariant: string
  text: string
}

/**
 * From this seed on worlds are rough: larger fleets, shorter steps, more misfortune. They show more, and take longer: what
 * mutants are tried in, and what a night is for.
 */
export const firstRoughSeed = 1_000_000

export interface World {
  seed: number
  isRough: boolean
  dice: Dice
  timeline: Timeline
  trace: Trace
  coverage: Coverage
  engine: SqliteEngine
  recorded: Recorded
  /** The engine as it is: what the world knows of it without asking a control plane. */
  plain: Store
  target: Target
  credential: Credential
  members: Member[]
  wish: Wish | null
  /** Somebody in this world presses buttons all the time, in the middle of everything. */
  isNervous: boolean
  /** How often its target fails, against the usual. */
  hostility: number
  planes: Plane[]
  /** Faults strike until then; afterwards everything works, people take care, and every rotation has to end. */
  stormUntilMs: number
  /** The rotation that is watched now. */
  rotation: string | null
  /** The faults that struck, in order. */
  struck: string[]
  violations: Violation[]
  /** What the target said to the last probe; null: it did not answer. */
  lastProbe: string | null
  excused: Excuses
  /** What the control planes took in, as a plain list. */
  heard: Observation[]
  leases: Leases
  /** Whom the target refuses with one version only. */
  shutOut: Map<string, { version: number; isOut: boolean }>
  /** Handles that the target said were gone, and keys for which it named a handle that is nowhere. */
  liedAbout: Set<string>
  /** When the target told who used what. */
  usageTold: number[]
  /** For how many steps something that asks for an answer has had none. */
  unheeded: Map<string, number>
  /** null: nobody kills in this world. */
  kills: Kills | null
  /** The value of a version, as the fleet gets it. */
  valueOf: (version: number) => string | null
}

/** Reasons why a consumer may fail without the engine being to blame. */
export interface Excuses {
  /** A version that was revoked, or where the target holds only one: whoever still has it fails, as was said. */
  versions: Set<number>
  /** Consumers for which a named person overrode a gate, or whose registered facts are wrong, or that were dismissed. */
  consumers: Map<string, string>
}

export function violate(world: World, invariant: string, text: string): void {
  if (world.violations.some(one => one.invariant === invariant && one.text === text)) return
  world.violations.push({ invariant, text })
  world.trace.say(`VIOLATION ${invariant}: ${text}`)
}

export const isStormy = (world: World) => world.timeline.nowMs() < world.stormUntilMs

/** The state of the rotation that is watched, as recorded. */
export function stateOf(world: World): Rotation | null {
  const rotation = world.recorded.credential()?.openRotation ?? world.rotation
  return rotation === null ? null : (world.recorded.rotation(rotation)?.state ?? null)
}

export async function asked<T>(world: World, ask: (ground: Ground) => Promise<T>): Promise<T | null> {
  const living = world.planes.filter(plane => !plane.dead)
  if (living.length === 0) return null
  const plane = living[world.dice.between('people.which-plane', 0, living.length - 1)]!
  return plane.serve(ask)
}

/** A named person opened a gate for everybody; two of them say nothing about who still uses what. */
export const isSweeping = ({ gate, consumer }: GateOverride) =>
  consumer === null && gate !== 'rights' && gate !== 'exceptionPath'

/** One round of every control plane. */
export async function rounds({ planes, timeline }: World): Promise<void> {
  for (const plane of planes) plane.round()
  await timeline.settle()
}

export const person = (id: string): Actor => ({ kind: 'person', id })
