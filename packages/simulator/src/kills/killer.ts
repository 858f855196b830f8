// Whoever kills: at the place of the rotation that this world wishes for, in the middle of a call, where no rotation is open, of the old
// version, of the new one, of all, of what is not there or was killed before, on two control planes at once, and once more later.
import { isUnderway, type KillScope, minuteMs, stepOf } from '@rekey/core'
import { kill, type killView } from '@rekey/server'
import { count, placeOf } from '../coverage.ts'
import type { Plane } from '../plane/plane.ts'
import { isStormy, person, stateOf, violate, type World } from '../world.ts'
import type { Desk } from './desk.ts'
import type { Kills } from './kills.ts'

export const killer = person('carol')
/** For so long after a kill the world is looked at closely. */
const closelyMs = 20 * minuteMs

export const isJustKilled = ({ kills, timeline }: World) =>
  kills !== null && timeline.nowMs() - kills.lastMs < closelyMs

/** Somewhere in a call of a control plane. */
export function killBetween(world: World): void {
  const { kills } = world
  if (kills === null || kills.isBusy || !isStormy(world)) return
  if (drawn(world, kills, 0.15, 'kill.between', 0.002)) void strike(world)
}

/** Whether the dice say so: at the place that is wished for, or wherever the world is. One less is left then. */
function drawn(world: World, kills: Kills, atPlace: number, name: string, elsewhere: number): boolean {
  const { dice } = world
  if (isAtPlace(world, kills) && dice.happens('kill.at-place', atPlace)) kills.leftAtPlace--
  else if (kills.left > 0 && dice.happens(name, elsewhere)) kills.left--
  else return false
  return true
}

function isAtPlace(world: World, kills: Kills): boolean {
  const state = stateOf(world)
  return kills.leftAtPlace > 0 && state !== null && placeOf(state) === world.wish?.place
}

/** Between two steps of the world. */
export async function killNow(world: World): Promise<void> {
  const { kills } = world
  if (kills === null || kills.isBusy) return
  for (const again of kills.unanswered.splice(0)) if (!(await again())) kills.unanswered.push(again)
  if (!isStormy(world)) return
  const state = stateOf(world)
  const isOpen = state !== null && state.phase !== 'ended'
  if (drawn(world, kills, 0.6, 'kill.now', isOpen ? 0.03 : 0.3)) await strike(world)
}

/** The control planes that are up, and have read the record. */
export const desks = ({ planes }: World) =>
  planes.filter((one): one is Plane & { desk: Desk } => !one.dead && one.desk !== null)

/** What the report of a kill is read with: no fault, and the world's time. null: no control plane is up. */
export function reading(world: World): Parameters<typeof killView>[0] | null {
  const [open] = desks(world)
  if (open === undefined) return null
  const ground = { ...open.ground, store: world.plain, nowMs: world.timeline.nowMs }
  return { ground, keep: open.desk.plane.keep }
}

async function strike(world: World): Promise<void> {
  const { kills, dice } = world
  if (kills === null) return
  kills.isBusy = true
  try {
    const scope = scopeOf(world)
    const isTwice = desks(world).length > 1 && dice.happens('kill.twice', 0.3)
    count(world.coverage.kills, `asked for: ${scope.name}`)
    if (isTwice) count(world.coverage.kills, 'asked for on two control planes at once')
    await Promise.all(Array.from({ length: isTwice ? 2 : 1 }, (_, at) => order(world, scope.of, at)))
  } finally {
    kills.isBusy = false
  }
}

/** Whoever hears no answer asks again, somewhere else. */
export async function order(world: World, scope: KillScope, at = 0): Promise<void> {
  if (!(await asked(world, scope, at))) world.kills?.unanswered.push(() => asked(world, scope, at))
}

async function asked(world: World, scope: KillScope, at: number): Promise<boolean> {
  const open = desks(world)
  if (open.length === 0) return false
  const plane = open[(world.dice.between('kill.which-plane', 0, open.length - 1) + at) % open.length]!
  const request = { scope, reason: 'it leaked', by: killer, cause: { why: 'person' } as const }
  const answer = await plane.serve(() => kill(plane.desk.plane, request))
  const said = answer === null ? 'no answer' : answer.ok ? `${answer.killed.length} versions` : answer.code
  world.trace.say(`a kill of ${JSON.stringify(scope)} at ${plane.name}: ${said}`)
  count(world.coverage.kills, `answered: ${answer === null || !answer.ok ? said : 'given'}`)
  if (answer?.ok && scope.of === 'version' && scope.version > lastVersion(world))
    violate(world, 'killed-nothing', `version ${scope.version}, which is not there, was killed`)
  return answer !== null && (answer.ok || answer.code !== 'busy')
}

const lastVersion = ({ recorded }: World) => recorded.versions().at(-1)?.number ?? 0

function scopeOf(world: World): { name: string; of: KillScope } {
  const { dice, credential, kills } = world
  const state = stateOf(world)
  const isOpen = state !== null && isUnderway(state)
  const of = (name: string, version: number | null | undefined) =>
    version == null ? null : { name, of: { of: 'version', credential: credential.id, version } as const }
  const current = of('the current version', world.recorded.credential()?.currentVersion)
  const old = isOpen ? of('the old version', state.old?.version) : current
  const fresh = isOpen ? of('the new version', state.new?.version) : current
  const whole = { name: 'every version', of: { of: 'credential', credential: credential.id } as const }
  const absent = of('what is not there', lastVersion(world) + 7)
  const again = of('what was killed before', [...(kills?.killed.keys() ?? [])].at(0))
  const step = isOpen ? stepOf(state).do : null
  // Where there is a new version it is the rarer target, and the harder one.
  const likely = step === null || step === 'mint' ? [old, old, old] : [old, old, fresh, fresh]
  return dice.pick('kill.scope', [old, ...likely, fresh, whole, whole, absent, again]) ?? whole
}
