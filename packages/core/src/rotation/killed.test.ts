import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { kinds, standingAt } from './fixture-states.ts'
import { ask, codes, ended, go, type Script, stepName, underway } from './fixture-walk.ts'
import { isUnderway, type Rotation } from './state.ts'

const kill = (...versions: number[]) => ({ do: 'revokeNow', reason: 'it leaked', versions }) as const
const failing = (verb: string, code: string): Script => ({
  outcome: asked =>
    asked.verb === verb
      ? { is: 'failed', permanent: true, problem: { code, text: 'it will not' } }
      : undefined,
})

describe('a version that was killed', () => {
  test('goes before anything else that is asked of its rotation', () => {
    const walk = standingAt('running observe')
    const refused = (command: Parameters<typeof ask>[1]) => codes(ask(walk, command, { compromised: [8] }))
    for (const command of [
      { do: 'retire' },
      { do: 'rollBack', reason: 'r' },
      { do: 'abort', reason: 'r' },
      { do: 'moveConsumer', consumer: 'web', to: 'old', reason: 'r' },
      { do: 'reinstate', because: 'r' },
    ] as const)
      assert.deepEqual(refused(command), ['killed-first'], command.do)
    assert.ok(ask(walk, { do: 'hold', reason: 'wait' }, { compromised: [8] }).ok, 'people may stop it')
    assert.ok(ask(walk, kill(8), { compromised: [8] }).ok)
    assert.ok(!refused({ do: 'retire' }).includes('killed-first'), 'its end is begun')
  })

  test('is destroyed where it cannot be disabled: somebody has deleted it by hand already', () => {
    for (const code of ['rejected', 'denied']) {
      const walk = standingAt('running observe', kinds['dual-valid'])
      assert.ok(ask(walk, kill(7)).ok)
      go(walk, failing('disable', code), one => !isUnderway(one.state) || one.state.old?.life === 'dead')
      assert.equal(underway(walk).old?.life, 'dead', code)
      assert.equal(walk.target.get(7), 'gone', code)
    }
  })

  test('is not left half dead where its sessions cannot be ended, unless there is nothing to end', () => {
    const left = (code: string): Rotation => {
      const walk = standingAt('running observe', kinds['dual-valid'])
      assert.ok(ask(walk, kill(7)).ok)
      const isDone = (one: Rotation) => !isUnderway(one) || one.phase === 'stuck' || one.old?.life === 'dead'
      return go(walk, failing('endSessions', code), one => isDone(one.state)).state
    }
    assert.equal(stepName(left('denied')), 'stuck endSessions old ready')
    assert.equal((left('rejected') as { old: { life: string } | null }).old?.life, 'dead')
  })

  test('is destroyed once more when it is accepted all the same, also where nobody could be logged out of it', () => {
    const walk = standingAt('running observe', kinds['dual-valid'])
    assert.ok(ask(walk, kill(7)).ok)
    const destroyed: number[] = []
    const lying: Script = {
      outcome: asked => {
        if (asked.verb === 'destroy') destroyed.push(asked.version)
        if (asked.verb === 'disable' || asked.verb === 'endSessions')
          return {
            is: 'failed',
            permanent: true,
            problem: { code: 'rejected', text: 'there is no such login' },
          }
        const isBelieved = destroyed.length > 1 || asked.verb !== 'probe' || asked.version !== 7
        return isBelieved ? undefined : { is: 'accepted' }
      },
    }
    go(walk, lying, one => one.state.phase === 'stuck')
    assert.equal(stepName(walk.state), 'stuck probe old ready')
    assert.ok(ask(walk, { do: 'retry', reason: 'it is still accepted' }).ok)
    go(walk, lying, one => !isUnderway(one.state) || one.state.old?.life === 'dead')
    assert.deepEqual(destroyed, [7, 7])
  })

  test('is nothing to stay with when a step of the revocation is denied for good', () => {
    const walk = standingAt('running probe new ready', kinds['dual-valid'])
    assert.ok(ask(walk, kill(7, 8)).ok)
    go(walk, failing('probe', 'denied'), one => one.state.phase !== 'running')
    assert.equal(walk.state.phase, 'stuck')
    assert.equal(underway(walk).progress.ending, 'completed')
  })
})

test('what replaces a killed version and is refused for good is discarded, also after others had been moved', () => {
  const walk = standingAt('running observe', kinds['dual-valid'])
  assert.ok(ask(walk, kill(7, 8)).ok)
  const refusing: Script = {
    outcome: asked => (asked.verb === 'probe' && asked.version === 9 ? { is: 'refused' } : undefined),
  }
  go(walk, refusing, one => one.state.phase === 'stuck')
  assert.equal(stepName(walk.state), 'stuck probe new ready')
  assert.ok(ask(walk, { do: 'retry', reason: 'it never came to be' }).ok)
  assert.equal(underway(walk).new, null)
  const end = ended(go(walk))
  assert.deepEqual([end.ending, end.new?.version, end.old?.life], ['completed', 10, 'dead'])
})
