// Somebody opens a rotation, having read what the plan has to say, and plans again where it could not begin.
import { hourMs, type Model, type Plan, type PlanOverride, type Rotation } from '@rekey/core'
import { ask, openRotation } from '@rekey/server'
import { asked, person, stateOf, type World } from '../world.ts'

/** What a careful operator accepts, with his name. */
export const accepted = [
  'atomic-unsafe',
  'cadence-unknown',
  'consumer-owner-missing',
  'consumer-unobservable',
  'exception-path-missing',
  'lane-unproved',
  'reload-unknown',
  'restart-undocumented',
  'rollback-missing',
  'usage-unseen',
]

const models: [Model, ...Model[]] = ['waves', 'dual', 'alias', 'atomic']

/** The rotation that is open then: this one, or the one that the calendar opened before. */
export async function open(world: World, order: Plan['order'] = 'prove-first'): Promise<Rotation | null> {
  const { dice, credential } = world
  const by = person('alice')
  const overrides: PlanOverride[] = accepted.map(code => ({ code, by: by.id, reason: 'accepted' }))
  await asked(world, ground =>
    openRotation(ground, {
      credential: credential.id,
      trigger: { why: 'person', by: by.id, reason: 'due' },
      by,
      order,
      overrides,
      ...(dice.happens('world.wish', 0.2) && { wish: dice.pick('world.model', models) }),
    }),
  )
  world.rotation = world.recorded.credential()?.openRotation ?? null
  if (world.rotation === null) return null
  const sinceMs = world.timeline.nowMs() - 72 * hourMs
  world.heard = world.heard.filter(one => one.atMs >= sinceMs)
  return stateOf(world)
}

/** A plan with gaps waits: what the calendar opened has nobody's word for what a person may accept. */
export async function planAgain(world: World, state: Rotation): Promise<void> {
  if (state.plan.gaps.length === 0) return
  const command = { do: 'abort', reason: 'planned again' } as const
  await asked(world, ground => ask(ground, state.id, command, person('alice')))
  await open(world, state.plan.order)
}
