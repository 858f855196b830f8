// Somebody asks for what makes no sense just now, or asks for it by mistake. Whatever is asked: what is refused does no harm,
// and what is granted is that person's word.
import { type Command, commandNames, type Rotation } from '@rekey/core'
import { ask } from '@rekey/server'
import { asked, isStormy, person, stateOf, type World } from '../world.ts'
import { deploy } from './registering.ts'

/** In a nervous world, at any place in which a control plane may be: the button is pressed while something else goes on. */
export function pressBetween(world: World): void {
  if (!world.isNervous || !isStormy(world) || !world.dice.strikes('people.in-between', 0.012)) return
  const state = stateOf(world)
  if (state !== null) void wrongButton(world, state)
}

/** What makes others possible: nothing is asked of a held rotation where nobody holds one. */
const opening = ['hold', 'contain', 'reinstate', 'rollBack'] as const

export async function wrongButton(world: World, state: Rotation): Promise<void> {
  const { dice } = world
  const likely = world.isNervous && dice.happens('button.likely', 0.3)
  const name = likely ? dice.pick('button.opening', opening) : dice.pick('button.which', commandNames)
  await press(world, state, name)
}

export async function press(world: World, state: Rotation, name: Command['do']): Promise<void> {
  // Nobody has a button for that: a consumer that is deployed then and there joins by itself.
  if (name === 'join' && world.isRough) deploy(world)
  const { dice, members, excused } = world
  const member = members[dice.between('button.consumer', 0, members.length - 1)]
  const consumer = member === undefined || dice.happens('button.nobody', 0.1) ? 'nobody' : member.truth.id
  const command = commandOf(name, consumer, world, state)
  const by = dice.happens('button.system', world.isRough ? 0.35 : 0.1)
    ? ({ kind: 'system', id: 'script' } as const)
    : person('mallory')
  const answer = await asked(world, ground => ask(ground, state.id, command, by))
  world.trace.say(
    `somebody presses ${name}: ${answer === null ? 'no answer' : answer.ok ? 'granted' : 'refused'}`,
  )
  if (answer?.ok === false) return
  // What a named person takes upon himself is not the engine's doing.
  if (name === 'override') excused.consumers.set(consumer, 'override')
  if (name === 'restrict') excused.consumers.set(consumer, 'restricted')
}

function commandOf(name: Command['do'], consumer: string, { dice }: World, state: Rotation): Command {
  const reason = dice.happens('button.silent', 0.1) ? '' : 'clicked'
  switch (name) {
    case 'record':
      return { do: 'record', key: 'no-such-key', outcome: { is: 'done' } }
    case 'reinstate':
      return { do: 'reinstate', because: reason }
    case 'override': {
      const gate = dice.pick('button.gate', ['quiet', 'rarePaths', 'plan', 'moved', 'refreshed'] as const)
      return { do: 'override', gate, consumer, reason }
    }
    case 'moveConsumer':
      return { do: 'moveConsumer', consumer, to: dice.pick('button.side', ['old', 'new'] as const), reason }
    case 'join': {
      const [owed] = state.plan.owed
      // A consumer that is part of it already; whoever is registered joins by himself.
      return owed === undefined ? { do: 'settle' } : { do: 'join', owed }
    }
    case 'contain':
      return { do: 'contain', cause: reason }
    case 'restrict':
    case 'lift':
      return { do: name, consumer, reason }
    case 'hold':
    case 'rollBack':
    case 'abort':
    case 'revokeNow':
    case 'retry':
      return { do: name, reason }
    default:
      return { do: name }
  }
}
