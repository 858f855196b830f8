// decide(state, command, facts): what a command brings about, or every reason why not. Pure: the world comes in as facts.
//
// The table `allowed` answers for every phase and command; a command that is allowed goes on to its own function, which
// looks at the step. Nothing here calls anything: an effect on a target is only ever intended, and then recorded.
import type { Command, CommandName, Decision, Facts, Refusal } from './command.ts'
import * as care from './decide-care.ts'
import * as effect from './decide-effect.ts'
import * as move from './decide-move.ts'
import { revoke } from './decide-revoke.ts'
import * as turn from './decide-turn.ts'
import { no, refusal, yes } from './decision.ts'
import type { Phase, Rotation, Underway } from './state.ts'
import { isUnderway, revocationDue } from './state.ts'

/** In which phases a command means something. */
export const allowed: Record<CommandName, readonly Phase[]> = {
  start: ['planned'],
  intend: ['running'],
  // What a call brought about is true whatever phase it finds the rotation in.
  record: ['running', 'held', 'contained', 'stuck'],
  move: ['running'],
  settle: ['running'],
  retire: ['running'],
  passWatch: ['running'],
  reinstate: ['running', 'held', 'contained', 'stuck'],
  override: ['running', 'held', 'contained', 'stuck'],
  moveConsumer: ['running', 'held', 'contained', 'stuck'],
  join: ['running', 'held', 'contained', 'stuck'],
  hold: ['running'],
  release: ['held'],
  contain: ['running', 'held', 'stuck'],
  restrict: ['contained'],
  lift: ['running', 'held', 'contained', 'stuck'],
  resume: ['contained'],
  rollBack: ['running', 'held', 'contained', 'stuck'],
  abort: ['planned', 'running', 'held', 'contained', 'stuck'],
  revokeNow: ['running', 'held', 'contained', 'stuck'],
  retry: ['stuck'],
  escalate: ['running', 'held', 'contained', 'stuck'],
  alarm: ['running', 'held', 'contained', 'stuck'],
}

export function decide(state: Rotation, command: Command, facts: Facts): Decision {
  if (!allowed[command.do].includes(state.phase)) return no(wrongPhase(state, command.do))
  if (state.phase === 'planned') {
    return command.do === 'abort' ? turn.cancel(state, command, facts) : turn.start(state, facts)
  }
  if (!isUnderway(state)) return no(wrongPhase(state, command.do))
  const due = meanwhile.has(command.do) ? [] : revocationDue(state, facts.compromised ?? [])
  if (due.length > 0) return no(killedFirst(due))
  return underway(state, command, facts)
}

/**
 * What may be asked although a version was killed and nothing has begun to end it: what a call brought about, what people say, and the
 * revocation itself. Everything else was meant for a rotation in which both versions were sound.
 */
const meanwhile = new Set<CommandName>([
  'record',
  'revokeNow',
  'override',
  'join',
  'hold',
  'release',
  'contain',
  'restrict',
  'lift',
  'retry',
  'escalate',
  'alarm',
])

const killedFirst = (due: readonly number[]): Refusal =>
  refusal(
    'killed-first',
    `a kill order names version ${due.join(' and ')}: before anything else its end is begun`,
    'ask again in a moment, if it still makes sense then',
  )

function underway(state: Underway, command: Command, facts: Facts): Decision {
  switch (command.do) {
    case 'intend':
      return effect.intend(state, facts)
    case 'record':
      return effect.record(state, command, facts)
    case 'move':
      return move.moveWave(state, facts)
    case 'settle':
      return move.settle(state, facts)
    case 'moveConsumer':
      return move.moveConsumer(state, command, facts)
    case 'join':
      return move.join(state, command, facts)
    case 'retire':
      return turn.retire(state, facts)
    case 'passWatch':
      return turn.passWatch(state, facts)
    case 'reinstate':
      return turn.reinstate(state, command, facts)
    case 'rollBack':
      return turn.rollBack(state, command, facts)
    case 'abort':
      return turn.abort(state, command, facts)
    case 'revokeNow':
      return revoke(state, command, facts)
    case 'override':
      return care.override(state, command, facts)
    case 'hold':
      return care.hold(command, facts)
    case 'release':
      return yes({ type: 'rotationReleased', atMs: facts.nowMs, by: facts.by })
    case 'contain':
      return care.contain(command, facts)
    case 'restrict':
      return care.restrict(state, command, facts)
    case 'lift':
      return care.lift(state, command, facts)
    case 'resume':
      return care.resume(state, facts)
    case 'retry':
      return care.retry(state, command, facts)
    case 'escalate':
      return care.escalate(state, facts)
    case 'alarm':
      return care.alarm(state, facts)
    case 'start':
      return no(wrongPhase(state, command.do))
  }
}

function wrongPhase(state: Rotation, command: CommandName): Refusal {
  const where = state.phase === 'ended' ? `has ended (${state.ending})` : `is ${state.phase}`
  return refusal(
    'wrong-phase',
    `${command} means nothing while the rotation ${where}`,
    `it can be asked while the rotation is ${allowed[command].join(', ')}`,
  )
}
