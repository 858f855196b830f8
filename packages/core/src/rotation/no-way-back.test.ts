import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { minuteMs } from '../time.ts'
import { kinds, standingAt } from './fixture-states.ts'
import {
  always,
  answer,
  ask,
  aWalk,
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

describe('a new version that the target refuses, where there is no way back', () => {
  const withoutWayBack = ['atomic with one live', 'revoke-first', 'revoke-first with one live']
  const refused = (kind: string) => {
    const refusing: Script = {
      outcome: asked =>
        asked.verb === 'probe' && asked.side === 'new' && asked.version === 8 ? { is: 'refused' } : undefined,
    }
    const walk = go(aWalk(kinds[kind]), refusing, one => one.state.phase === 'stuck')
    assert.equal(stepName(walk.state), 'stuck probe new ready', kind)
    assert.ok(walk.state.phase === 'stuck' && walk.state.problem.code === 'probe-refused', kind)
    return walk
  }

  test('is discarded when a person tries again, and another is made under a number and a key of its own', () => {
    for (const kind of withoutWayBack) {
      const walk = refused(kind)
      ask(walk, { do: 'escalate' })
      assert.equal(next(walk.state, walk.nowMs + 15 * minuteMs).do, 'wait', 'no machine discards it')
      const retried = ask(walk, { do: 'retry', reason: 'it will not be accepted any more' })
      assert.ok(retried.ok, kind)
      assert.deepEqual(
        retried.events.map(event => event.type),
        ['rotationRetried', 'versionDiscarded'],
      )
      const discarded = walk.events.at(-1)!
      assert.ok(discarded.type === 'versionDiscarded')
      assert.deepEqual([discarded.version, discarded.handle], [8, 'handle-8'])
      assert.equal(underway(walk).new, null)
      const end = ended(go(walk))
      assert.deepEqual(
        [end.ending, end.new?.version, end.new?.life, end.old?.life],
        ['completed', 9, 'active', 'dead'],
      )
      const mints = intentions(walk, 'mint')
      assert.deepEqual(
        mints.map(one => one.version),
        [8, 9],
      )
      assert.equal(new Set(mints.map(one => one.key)).size, 2)
    }
  })

  test('never came to be where the one live version is still the old one: it is discarded, and made anew', () => {
    let mints = 0
    const unheard: Script = {
      outcome: asked => {
        // The first mint changed nothing at the target, whatever it said.
        if (asked.verb === 'mint' && ++mints === 1)
          return { is: 'minted', handle: 'handle-8', fingerprint: 'fp-8' }
        return undefined
      },
    }
    const walk = go(aWalk(kinds['revoke-first with one live']), unheard, one => one.state.phase === 'stuck')
    assert.equal(stepName(walk.state), 'stuck probe old ready')
    assert.ok(ask(walk, { do: 'retry', reason: 'r' }).ok)
    const end = ended(go(walk, unheard))
    assert.deepEqual([end.ending, end.new?.version, end.old?.life], ['completed', 9, 'dead'])
  })

  test('is not discarded once the target has accepted it, whatever else the target still accepts', () => {
    const walk = standingAt('running move', kinds['atomic with one live'])
    assert.ok(ask(walk, { do: 'revokeNow', reason: 'it leaked' }).ok)
    const both: Script = { outcome: asked => (asked.verb === 'probe' ? { is: 'accepted' } : undefined) }
    go(walk, both, one => one.state.phase === 'stuck')
    assert.equal(stepName(walk.state), 'stuck probe old ready')
    assert.equal(underway(walk).new?.life, 'active')
    const retried = ask(walk, { do: 'retry', reason: 'r' })
    assert.ok(retried.ok)
    assert.deepEqual(
      retried.events.map(event => event.type),
      ['rotationRetried'],
    )
  })

  test('is kept where nobody knows whether it would be refused', () => {
    const unreachable = always('probe', { is: 'unreachable', problem: problem('unreachable') })
    const kind = kinds['revoke-first with one live']!
    const walk = standingAt('running probe new ready', kind)
    go(walk, unreachable, one => one.state.phase === 'stuck')
    assert.equal(stepName(walk.state), 'stuck probe new ready')
    assert.ok(ask(walk, { do: 'retry', reason: 'the target is back' }).ok)
    assert.equal(ended(go(walk)).new?.version, 8)
  })

  test('a refused version is discarded each time anew, and no number is used twice', () => {
    const walk = refused('atomic with one live')
    const refusing: Script = {
      outcome: asked => (asked.verb === 'probe' && asked.version === 9 ? { is: 'refused' } : undefined),
    }
    ask(walk, { do: 'retry', reason: 'r' })
    go(walk, refusing, one => one.state.phase === 'stuck')
    assert.ok(ask(walk, { do: 'retry', reason: 'r' }).ok)
    assert.equal(ended(go(walk)).new?.version, 10)
  })
})

describe('giving up where the target holds one version', () => {
  const begun = (happened: boolean) => {
    const walk = standingAt('running mint ready', kinds['atomic with one live'])
    const lost: Script = {
      outcome: (asked, now) => {
        if (happened) answer(now, asked)
        return { is: 'unreachable', problem: problem('unreachable') }
      },
    }
    go(
      walk,
      lost,
      one => intentions(one, 'mint').length === 1 && stepName(one.state) === 'running mint ready',
    )
    assert.ok(ask(walk, { do: 'abort', reason: 'no need' }).ok)
    assert.equal(stepName(walk.state), 'running probe old ready')
    return go(walk, {}, one => effects(one).length > 0 || one.state.phase === 'ended')
  }

  test('turns forward when the old one turns out to be replaced, and finds what was begun', () => {
    const walk = go(begun(true))
    const end = ended(walk)
    assert.deepEqual(
      [end.ending, end.new?.version, end.new?.life, end.old?.life],
      ['completed', 8, 'active', 'dead'],
    )
    const mints = intentions(walk, 'mint')
    assert.ok(mints.length > 1)
    assert.deepEqual(new Set(mints.map(one => `${one.version} ${one.key}`)).size, 1)
    const turned = walk.events.filter(event => event.type === 'courseChanged').map(event => event.to)
    assert.deepEqual(turned, ['aborted', 'completed'])
    assert.ok(Object.values(end.assignments).every(one => one.side === 'new'))
  })

  test('ends it where the old one is still accepted: what was intended never came to be', () => {
    const end = ended(go(begun(false)))
    assert.deepEqual([end.ending, end.new?.life, end.old?.life], ['aborted', 'void', 'active'])
  })
})

test('a version that was to be cleared away is ended before another is made, whoever revokes in between', () => {
  const walk = standingAt('running probe new ready')
  assert.ok(ask(walk, { do: 'abort', reason: 'no need' }).ok)
  assert.equal(stepName(walk.state), 'running destroy new ready')
  go(
    walk,
    always('destroy', { is: 'unreachable', problem: problem('unreachable') }),
    one => one.state.phase === 'stuck',
  )
  assert.equal(underway(walk).new?.life, 'destroyed')
  assert.ok(ask(walk, { do: 'revokeNow', reason: 'it leaked' }).ok)
  const course = underway(walk).progress.course.map(step =>
    'side' in step ? `${step.do} ${step.side}` : step.do,
  )
  const mint = course.indexOf('mint')
  assert.ok(
    mint > 0 && course.slice(0, mint).includes('destroy new') && course.slice(0, mint).includes('probe new'),
  )
  assert.equal(ended(go(walk)).ending, 'completed')
})
