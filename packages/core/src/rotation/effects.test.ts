import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { hourMs, minuteMs, secondMs } from '../time.ts'
import type { EffectOutcome } from './command.ts'
import { kinds, standingAt } from './fixture-states.ts'
import {
  always,
  answer,
  ask,
  aWalk,
  codes,
  effects,
  ended,
  go,
  intentions,
  problem,
  type Script,
  stepName,
  underway,
} from './fixture-walk.ts'
import { next } from './next.ts'

const failed = (permanent: boolean): EffectOutcome => ({
  is: 'failed',
  problem: problem('failed'),
  permanent,
})
/** These outcomes of a verb in turn, then the truth. */
function first(verb: string, ...outcomes: EffectOutcome[]): Script {
  return { outcome: asked => (asked.verb === verb ? outcomes.shift() : undefined) }
}

describe('an effect that does not go as it should', () => {
  test('it is tried again later and later, under the same key and for the same version', () => {
    const walk = go(aWalk(), first('mint', failed(false), failed(false)))
    const tries = intentions(walk, 'mint')
    assert.equal(ended(walk).ending, 'completed')
    assert.deepEqual(new Set(tries.map(one => `${one.key} ${one.version}`)).size, 1)
    assert.deepEqual(
      tries.slice(1).map((one, at) => one.atMs - tries[at]!.atMs),
      [10 * secondMs, 20 * secondMs],
    )
    assert.equal([...walk.target.keys()].length, 2)
  })

  test('nothing is tried before its back-off has passed, and the back-off has a cap', () => {
    const retries = { maxAttempts: 9, backoffMs: 10 * secondMs, backoffCapMs: minuteMs }
    const walk = aWalk({ with: { retries } })
    go(
      walk,
      always('mint', failed(false)),
      one => stepName(one.state) === 'running mint ready' && one.keys > 3,
    )
    assert.deepEqual(codes(ask(walk, { do: 'intend' })), ['too-early'])
    go(walk, always('mint', failed(false)), one => one.state.phase === 'stuck')
    const tries = intentions(walk, 'mint')
    assert.equal(tries.length, 9)
    assert.equal(tries[8]!.atMs - tries[7]!.atMs, minuteMs)
  })

  test('a probe is not repeated before the target can have heard of the change', () => {
    const walk = aWalk({ abilities: { propagationMs: 90 * secondMs } })
    go(walk, first('probe', { is: 'refused' }), one => effects(one).length > 1)
    const tries = intentions(walk, 'probe')
    assert.equal(tries[1]!.atMs - tries[0]!.atMs, 90 * secondMs)
  })

  test('when its attempts are used up it is stuck: it escalates, retries what may pass, and goes on', () => {
    const walk = go(aWalk(), always('disable', failed(false)), one => one.state.phase === 'stuck')
    assert.equal(intentions(walk, 'disable').length, 3)
    assert.deepEqual(next(walk.state, walk.nowMs), { do: 'escalate' })
    ask(walk, { do: 'escalate' })
    assert.deepEqual(next(walk.state, walk.nowMs), { do: 'wait', untilMs: walk.nowMs + 15 * minuteMs })
    assert.deepEqual(next(walk.state, walk.nowMs + 15 * minuteMs), { do: 'retry' })
    const { key } = intentions(walk, 'disable')[0]!
    assert.equal(ended(go(walk)).ending, 'completed')
    assert.ok(intentions(walk, 'disable').every(one => one.key === key))
  })

  test('what cannot pass by itself waits for a person, who is told again after 1, 4 and 9 hours', () => {
    const walk = go(
      aWalk(),
      always('disable', { ...failed(true), problem: problem('forbidden') } as EffectOutcome),
    )
    assert.equal(walk.state.phase, 'stuck')
    const told = walk.events.filter(event => event.type === 'rotationEscalated').map(event => event.atMs)
    const stuckMs = walk.events.find(event => event.type === 'rotationStuck')!.atMs
    assert.deepEqual(
      told.slice(0, 4).map(atMs => atMs - stuckMs),
      [0, hourMs, 4 * hourMs, 9 * hourMs],
    )
    assert.deepEqual(codes(ask(walk, { do: 'retry', reason: '' })), ['needs-reason'])
    assert.ok(ask(walk, { do: 'retry', reason: 'the right was granted' }).ok)
    assert.equal(ended(go(walk)).ending, 'completed')
  })

  test('no answer is never taken for a refusal, however often it comes', () => {
    for (const is of ['ambiguous', 'unreachable'] as const) {
      for (const [name, side] of [
        ['running probe new ready', 'new'],
        ['running probe old ready', 'old'],
      ] as const) {
        const walk = standingAt(name)
        const life = underway(walk)[side]?.life
        go(walk, always('probe', { is, problem: problem(is) }), one => one.state.phase === 'stuck')
        assert.equal(walk.state.phase, 'stuck', `${is} ${name}`)
        assert.equal(underway(walk)[side]?.life, life)
        assert.equal(underway(walk).progress.ending, 'completed')
      }
    }
  })

  test('an answer of another kind than the question is refused, and changes nothing', () => {
    const wrong: EffectOutcome = { is: 'refused' }
    const walk = standingAt('running destroy old intended')
    const step = underway(walk).progress.step
    const key = step.kind === 'effect' ? step.effect.key! : ''
    assert.deepEqual(codes(ask(walk, { do: 'record', key, outcome: wrong })), ['wrong-answer'])
    assert.deepEqual(codes(ask(walk, { do: 'record', key, outcome: { is: 'lost', handle: 'h' } })), [
      'wrong-answer',
    ])
    assert.equal(underway(walk).old?.life, 'destroyed')
    assert.deepEqual(codes(ask(walk, { do: 'record', key: 'old', outcome: { is: 'done' } })), [
      'not-intended',
    ])
  })

  test('an outcome is recorded once', () => {
    const walk = standingAt('running mint intended')
    const todo = next(walk.state, walk.nowMs)
    assert.ok(todo.do === 'resolve')
    const record = { do: 'record', key: todo.key, outcome: answer(walk, todo) } as const
    assert.ok(ask(walk, record).ok)
    assert.deepEqual(codes(ask(walk, record)), ['not-intended'])
  })

  test('while it is held or contained a bad outcome is noted, and the machine turns nowhere by itself', () => {
    for (const [command, phase] of [
      [{ do: 'hold', reason: 'freeze' }, 'held'],
      [{ do: 'contain', cause: 'errors' }, 'contained'],
    ] as const) {
      for (const outcome of [
        failed(true),
        failed(false),
        { is: 'unreachable', problem: problem('x') },
      ] as const) {
        const walk = aWalk({ with: { retries: { maxAttempts: 1, backoffMs: 1, backoffCapMs: 1 } } })
        go(walk, {}, one => stepName(one.state) === 'running mint intended')
        ask(walk, command)
        go(walk, always('mint', outcome))
        assert.equal(stepName(walk.state), `${phase} mint ready`, outcome.is)
      }
    }
  })
})

describe('a new version that does not come to life', () => {
  test('refused until its attempts are used up, it is destroyed and proved dead; nobody was moved', () => {
    const walk = aWalk()
    const end = ended(go(walk, always('probe', { is: 'refused' })))
    assert.deepEqual(effects(walk), ['mint new', 'destroy new', 'probe new refused'])
    assert.equal(intentions(walk, 'probe').length, 4)
    assert.deepEqual([end.ending, end.new?.life, end.old?.life], ['aborted', 'dead', 'active'])
    assert.match(end.because ?? '', /refuses version 8/)
  })

  test('that cannot be minted, it is looked for and cleared away, and the rotation is given up', () => {
    const walk = aWalk()
    const end = ended(go(walk, always('mint', failed(true))))
    assert.deepEqual([end.ending, end.new?.life, end.old?.life], ['aborted', 'void', 'active'])
    assert.deepEqual(effects(walk), ['destroy new'])
    assert.equal(end.because, 'it is failed')
  })

  test('with one live version, or while revoking, there is nothing to return to: a person must look', () => {
    for (const kind of ['atomic with one live', 'revoke-first']) {
      const walk = go(aWalk(kinds[kind]), always('mint', failed(true)), one => one.state.phase === 'stuck')
      assert.equal(walk.state.phase, 'stuck', kind)
    }
    const walk = standingAt('running mint ready')
    ask(walk, { do: 'revokeNow', reason: 'it leaked' })
    go(walk, always('mint', failed(true)), one => one.state.phase === 'stuck')
    assert.equal(stepName(walk.state), 'stuck mint ready')
    assert.equal(underway(walk).progress.ending, 'completed')
  })

  test('whose value was lost, it is void: the next has another number and another key', () => {
    const walk = go(aWalk(), first('mint', { is: 'lost', handle: 'h-8' }))
    const tries = intentions(walk, 'mint')
    assert.deepEqual(
      tries.map(one => one.version),
      [8, 9],
    )
    assert.notEqual(tries[0]!.key, tries[1]!.key)
    assert.equal(ended(walk).new?.version, 9)
    assert.ok(
      walk.events.some(event => event.type === 'valueLost' && event.version === 8 && event.handle === 'h-8'),
    )
  })

  test('whose value is lost again and again leaves the rotation stuck, and no number is used twice', () => {
    const walk = go(aWalk(), always('mint', { is: 'lost', handle: 'h' }), one => one.state.phase === 'stuck')
    assert.ok(walk.state.phase === 'stuck' && walk.state.problem.code === 'value-lost')
    ask(walk, { do: 'retry', reason: 'mended' })
    assert.equal(ended(go(walk)).new?.version, 11)
    assert.deepEqual(
      intentions(walk, 'mint').map(one => one.version),
      [8, 9, 10, 11],
    )
  })

  test('whose value is lost where the target holds one version, it has taken the old one with it', () => {
    const walk = standingAt('running mint ready', kinds['atomic with one live'])
    go(walk, first('mint', { is: 'lost', handle: 'h' }), one => one.events.at(-1)!.type === 'valueLost')
    assert.equal(underway(walk).old?.life, 'destroyed')
    assert.deepEqual(codes(ask(walk, { do: 'abort', reason: 'r' })), ['old-is-gone'])
  })

  test('that was begun before a turn is found under its key, not minted twice', () => {
    const walk = standingAt('running mint ready')
    const lost: Script = {
      outcome: (asked, now) => {
        answer(now, asked)
        return { is: 'unreachable', problem: problem('unreachable') }
      },
    }
    go(
      walk,
      lost,
      one => intentions(one, 'mint').length === 1 && stepName(one.state) === 'running mint ready',
    )
    ask(walk, { do: 'revokeNow', reason: 'it leaked' })
    go(walk)
    assert.equal(ended(walk).new?.version, 8)
    assert.equal(new Set(intentions(walk, 'mint').map(one => one.key)).size, 1)
  })
})

describe('rights that differ', () => {
  const differ = always('compareRights', { is: 'rights', diff: { missing: ['read'], extra: ['drop'] } })
  const stand = () => go(aWalk(), differ, one => one.state.phase === 'stuck')

  test('stop the rotation before anyone was moved, say what differs, and keep the new version to be mended', () => {
    const walk = stand()
    assert.ok(walk.state.phase === 'stuck')
    assert.equal(walk.state.problem.text, 'the new version lacks read, has drop besides')
    assert.ok(!effects(walk).includes('move new'))
    assert.equal(walk.target.get(8), 'live')
    ask(walk, { do: 'escalate' })
    const todo = next(walk.state, walk.nowMs)
    assert.ok(todo.do === 'wait' && todo.untilMs - walk.nowMs >= 59 * minuteMs, 'no machine retries it')
  })

  test('once mended, a retry goes on', () => {
    const walk = stand()
    ask(walk, { do: 'retry', reason: 'granted' })
    assert.equal(ended(go(walk)).ending, 'completed')
  })

  test('overridden as a whole by a named person, a retry goes on; an override for one consumer is not enough', () => {
    const walk = stand()
    const override = { do: 'override', gate: 'rights', reason: 'agreed' } as const
    ask(walk, { ...override, consumer: 'web' })
    ask(walk, { do: 'retry', reason: 'r' })
    go(walk, differ, one => one.state.phase === 'stuck')
    assert.equal(walk.state.phase, 'stuck')
    const clock = { kind: 'system', id: 'c' } as const
    assert.deepEqual(codes(ask(walk, { ...override, consumer: null }, { by: clock })), ['needs-person'])
    ask(walk, { ...override, consumer: null })
    ask(walk, { do: 'retry', reason: 'r' })
    assert.equal(ended(go(walk, differ)).ending, 'completed')
  })
})
