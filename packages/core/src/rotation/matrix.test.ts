import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { gateNames } from '../gates/missing.ts'
import { hourMs } from '../time.ts'
import { type Command, type CommandName, commandNames, type EffectOutcome } from './command.ts'
import { allowed } from './decide.ts'
import { everyState, kinds } from './fixture-states.ts'
import { ask, aWalk, fork, stepName, type Walk } from './fixture-walk.ts'
import { anOwed, theClock } from './fixtures.ts'
import { next } from './next.ts'
import { isUnderway, type Phase, phases } from './state.ts'

const problem = { code: 'x', text: 'x' }
const outcomes: EffectOutcome[] = [
  { is: 'minted', handle: 'h', fingerprint: 'f' },
  { is: 'done' },
  { is: 'accepted' },
  { is: 'refused' },
  { is: 'rights', diff: { missing: [], extra: [] } },
  { is: 'rights', diff: { missing: ['read'], extra: [] } },
  { is: 'lost', handle: 'h' },
  { is: 'ambiguous', problem },
  { is: 'unreachable', problem },
  { is: 'failed', problem, permanent: false },
  { is: 'failed', problem, permanent: true },
]

/** At least one command of each name; all that matter where the answer depends on what is asked. */
function commandsFor(walk: Walk): Command[] {
  const { state } = walk
  const at = isUnderway(state) ? state.progress.step : null
  const key = at?.kind === 'effect' ? (at.effect.key ?? 'none') : 'none'
  const people = ['web', 'nobody']
  return [
    { do: 'start' },
    { do: 'intend' },
    ...outcomes.map(outcome => ({ do: 'record', key, outcome }) as const),
    { do: 'record', key: 'another', outcome: { is: 'done' } },
    { do: 'move' },
    { do: 'settle' },
    { do: 'retire' },
    { do: 'passWatch' },
    { do: 'reinstate', because: 'b' },
    { do: 'reinstate', because: ' ' },
    ...gateNames.map(gate => ({ do: 'override', gate, consumer: null, reason: 'r' }) as const),
    ...people.flatMap(consumer => [
      { do: 'moveConsumer', consumer, to: 'old', reason: 'r' } as const,
      { do: 'moveConsumer', consumer, to: 'new', reason: 'r' } as const,
      { do: 'restrict', consumer, reason: 'r' } as const,
      { do: 'lift', consumer, reason: 'r' } as const,
    ]),
    { do: 'join', owed: anOwed({ consumer: 'late' }) },
    { do: 'join', owed: anOwed() },
    { do: 'hold', reason: 'r' },
    { do: 'release' },
    { do: 'contain', cause: 'c' },
    { do: 'contain', cause: '' },
    { do: 'resume' },
    { do: 'rollBack', reason: 'r' },
    { do: 'abort', reason: 'r' },
    { do: 'abort', reason: '' },
    { do: 'revokeNow', reason: 'r' },
    { do: 'revokeNow', reason: 'r', versions: [7] },
    { do: 'revokeNow', reason: 'r', versions: [8, 9] },
    { do: 'revokeNow', reason: 'r', versions: [] },
    { do: 'retry', reason: 'r' },
    { do: 'escalate' },
    { do: 'alarm' },
  ]
}

const variants = [{}, { by: theClock }, { fenced: true }, { ledger: null }] as const
// The same course under another name adds nothing here.
const { 'by alias': _alias, 'atomic with two live': _atomic, ...distinct } = kinds

describe('every state and every command', () => {
  const reached = new Set<Phase>()
  const answeredYes = new Set<CommandName>()
  for (const [kind, wishes] of Object.entries(distinct)) {
    test(`${kind}: each answer is a decision that can be carried out, or refuses and says why and what to do`, () => {
      for (const walk of everyState(wishes)) {
        reached.add(walk.state.phase)
        for (const command of commandsFor(walk)) {
          for (const facts of variants) {
            const where = `${command.do} at ${stepName(walk.state)}`
            const one = fork(walk)
            // Late enough for whatever only has to be waited for.
            if ('by' in facts) one.nowMs += 4 * hourMs
            // ask() carries every event out: one that cannot follow throws here.
            const decision = ask(one, command, facts)
            const isAllowed = allowed[command.do].includes(walk.state.phase)
            if (decision.ok) {
              assert.ok(isAllowed, `${where} is not allowed in this phase`)
              assert.ok(decision.events.length > 0, `${where} says yes and nothing happened`)
              answeredYes.add(command.do)
              next(one.state, one.nowMs)
              continue
            }
            assert.ok(decision.refusals.length > 0, `${where} refuses without a reason`)
            for (const { code, text, how } of decision.refusals) {
              assert.ok(code.trim() && text.trim() && how.trim(), `${where}: ${code} says too little`)
            }
            assert.equal(decision.refusals[0]!.code === 'wrong-phase', !isAllowed, where)
          }
        }
      }
    })
  }

  test('the matrix reaches every phase, and every command is answered with yes somewhere', () => {
    assert.deepEqual([...reached].sort(), [...phases].sort())
    assert.deepEqual([...answeredYes].sort(), [...commandNames].sort())
  })
})

test('a command that is not in the table of its phase is refused, whatever it asks', () => {
  const walk = aWalk()
  const decision = ask(walk, { do: 'retire' })
  assert.ok(!decision.ok)
  assert.match(decision.refusals[0]!.how, /running/)
})
