// In the calm, one kill more: somebody pulls one consumer's plug first. Minutes later everybody else has confirmed, and the report names
// as unconfirmed exactly who was cut off; once he is back, nobody.
import { killStateOf, killView } from '@rekey/server'
import { count } from '../coverage.ts'
import type { Member } from '../fleet/member.ts'
import { violate, type World } from '../world.ts'
import type { Holder } from './holder.ts'
import { order, reading } from './killer.ts'

type Step = (steps: number, paceMs: number) => Promise<void>

export async function exam(world: World, step: Step): Promise<void> {
  const { kills, dice, credential, timeline } = world
  const version = world.recorded.credential()?.currentVersion ?? null
  if (kills === null || version === null || kills.killed.has(version)) return
  const holding = kills.holders.filter(one => one.instance.held?.version === version && one.seat !== null)
  const unplugged =
    holding.length === 0 ? null : dice.pick('exam.unplugged', holding as [Holder, ...Holder[]]).member
  if (unplugged !== null) unplugged.cutOffUntilMs = Number.POSITIVE_INFINITY
  await order(world, { of: 'version', credential: credential.id, version })
  await step(3, 30_000)
  const killed = kills.killed.get(version)
  if (killed === undefined) violate(world, 'report', `version ${version} could not be killed in the calm`)
  else {
    count(world.coverage.kills, unplugged === null ? 'exams' : 'exams with somebody unplugged')
    await compared(world, killed.kill, version, holding, unplugged)
  }
  if (unplugged !== null) unplugged.cutOffUntilMs = timeline.nowMs()
  await step(2, 60_000)
}

async function compared(
  world: World,
  kill: string,
  version: number,
  holding: readonly Holder[],
  unplugged: Member | null,
): Promise<void> {
  const plane = reading(world)
  const state = await killStateOf(world.plain, kill)
  if (plane === null || state === null) return
  const view = await killView(plane, state)
  const own = view.killed.find(one => one.version === version)?.holders ?? []
  for (const { name, member } of holding) {
    const said = own.find(one => one.instance === name)?.state
    const wanted = member === unplugged ? 'unconfirmed' : 'confirmed'
    if (said !== wanted)
      violate(
        world,
        'report',
        `${name} is ${said ?? 'not named'} in the report of a kill, and should be ${wanted}`,
      )
  }
}
