// A step that a person carries out at the target, in the vendor's own console, and reports.

import { isUnderway, next, type Rotation } from '@rekey/core'
import { aContext } from '@rekey/providers/fixtures'
import { ask } from '@rekey/server'
import { endingAt } from '../invariants/retirement.ts'
import { asked, person, type World } from '../world.ts'

export async function byHand(world: World, state: Rotation): Promise<void> {
  if (!isUnderway(state)) return
  const step = next(state, world.timeline.nowMs())
  if (step.do !== 'resolve' || !step.byHand) return
  const handle = (step.side === 'old' ? state.old : state.new)?.handle
  const act = step.verb === 'disable' ? world.target.plain.disable : undefined
  if (handle == null || act === undefined || !world.dice.happens('people.by-hand', 0.5)) return
  endingAt(world, 'disable', handle)
  world.trace.say(`a person does ${step.verb} by hand`)
  // Who finds nothing there has nothing to do, and says that it is done.
  await act(aContext({ signal: world.timeline.within(1_000) }), handle).catch(() =>
    world.trace.say('there is nothing to do by hand'),
  )
  const command = { do: 'record', key: step.key, outcome: { is: 'done' } } as const
  await asked(world, ground => ask(ground, state.id, command, person('alice')))
}
