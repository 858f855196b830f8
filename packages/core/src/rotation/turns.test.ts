import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { minuteMs } from '../time.ts'
import { everyState, kinds, standingAt, twoPeople } from './fixture-states.ts'
import { ask, codes, ended, fork, go, stepName, type Walk } from './fixture-walk.ts'
import { theOld } from './fixtures.ts'
import { isUnderway, owedOf, stepOf } from './state.ts'

const { 'by alias': _alias, 'atomic with two live': _atomic, ...distinct } = kinds

/** What a careful operator does: release, prove, lift, move whoever was left behind, retry. */
function finish(walk: Walk): Walk {
  const people = twoPeople()
  for (let rounds = 0; rounds < 20 && isUnderway(walk.state); rounds++) {
    const { phase, restricted, progress, assignments } = walk.state
    walk.nowMs += minuteMs
    for (const consumer of restricted) ask(walk, { do: 'lift', consumer, reason: 'proved' })
    if (phase === 'held') ask(walk, { do: 'release' })
    if (phase === 'contained') ask(walk, { do: 'resume' })
    if (phase === 'stuck') ask(walk, { do: 'retry', reason: 'mended' })
    if (stepOf(walk.state).do === 'observe') {
      const to = progress.ending === 'completed' ? 'new' : 'old'
      for (const owed of owedOf(walk.state)) {
        if (assignments[owed.consumer]?.side !== to) {
          ask(walk, { do: 'moveConsumer', consumer: owed.consumer, to, reason: 'left behind' })
        }
      }
    }
    const rests = (one: Walk) => one.nowMs > walk.nowMs && stepName(one.state).includes('observe')
    go(walk, people, rests)
  }
  return walk
}

const sides = (walk: Walk) =>
  'assignments' in walk.state ? Object.values(walk.state.assignments).map(one => one.side) : []
describe('going back', () => {
  for (const [kind, wishes] of Object.entries(distinct)) {
    test(`${kind}: from every state, going back is refused with a reason or puts everyone on a living version`, () => {
      let went = 0
      for (const start of everyState(wishes)) {
        const walk = fork(start)
        const answer = ask(walk, { do: 'rollBack', reason: 'it differs' })
        const where = stepName(start.state)
        if (!answer.ok) {
          assert.ok(answer.refusals.length > 0, where)
          continue
        }
        went++
        finish(walk)
        if (kind === 'atomic with one live' && walk.target.get(theOld.version) === 'gone') {
          // The one value had been replaced before anybody heard of it: what was begun is found, and gone on with.
          assert.equal(ended(walk).ending, 'completed', where)
          assert.ok(
            sides(walk).every(side => side === 'new'),
            where,
          )
          continue
        }
        assert.ok(walk.state.phase === 'ended', `${where} ends at ${stepName(walk.state)}`)
        assert.ok(['rolled-back', 'aborted'].includes(walk.state.ending), where)
        assert.ok(walk.state.because !== null, where)
        assert.ok(
          sides(walk).every(side => side === 'old'),
          where,
        )
        if (!wishes.first) {
          assert.equal(walk.state.old?.life, 'active', where)
          assert.equal(walk.target.get(theOld.version), 'live', where)
        }
        const life = walk.state.new?.life
        assert.ok(life === undefined || life === 'dead' || life === 'void', `${where}: new is ${life}`)
      }
      if (wishes.order !== 'revoke-first' && !wishes.first) assert.ok(went > 3, `only ${went} went back`)
      else assert.equal(went, 0)
    })

    test(`${kind}: from every state, giving up is refused or leaves everyone where they were and nothing behind`, () => {
      let left = 0
      for (const start of everyState(wishes)) {
        const walk = fork(start)
        if (start.state.phase === 'planned' || !ask(walk, { do: 'abort', reason: 'no need' }).ok) continue
        left++
        finish(walk)
        const where = stepName(start.state)
        // Where the one value had been replaced already, there is nothing to stay with.
        if (kind === 'atomic with one live' && walk.target.get(theOld.version) === 'gone') continue
        assert.ok(walk.state.phase === 'ended' && walk.state.ending === 'aborted', where)
        assert.ok(
          sides(walk).every(side => side === 'old'),
          where,
        )
        for (const [version, is] of walk.target) {
          assert.equal(is, version === theOld.version ? 'live' : 'gone', `${where}: version ${version}`)
        }
      }
      if (wishes.order === 'revoke-first') assert.equal(left, 0)
      else assert.ok(left > 0)
    })

    test(`${kind}: from every state, revoking is refused or ends with the old version dead and everyone on the new`, () => {
      let revoked = 0
      for (const start of everyState(wishes)) {
        const walk = fork(start)
        if (!ask(walk, { do: 'revokeNow', reason: 'it leaked' }).ok) continue
        revoked++
        finish(walk)
        const where = `${stepName(start.state)} (${'new' in start.state ? start.state.new?.life : ''})`
        assert.ok(walk.state.phase === 'ended', `${where} ends at ${stepName(walk.state)}`)
        assert.equal(walk.state.ending, 'completed', where)
        assert.equal(walk.state.old?.life, 'dead', where)
        assert.equal(walk.state.new?.life, 'active', where)
        assert.ok(
          sides(walk).every(side => side === 'new'),
          where,
        )
        const live = [...walk.target].filter(([, is]) => is !== 'gone').map(([version]) => version)
        assert.deepEqual(live, [walk.state.new.version], where)
      }
      if (wishes.first) assert.equal(revoked, 0)
      else assert.ok(revoked > 5)
    })
  }

  test('nobody goes back to a version that is being revoked, nor is anyone moved there', () => {
    const walk = standingAt('running observe')
    assert.ok(ask(walk, { do: 'revokeNow', reason: 'it leaked' }).ok)
    assert.equal(stepName(walk.state), 'running disable old ready')
    const back = { do: 'moveConsumer', consumer: 'web', to: 'old', reason: 'r' } as const
    for (const command of [{ do: 'rollBack', reason: 'r' }, { do: 'abort', reason: 'r' }, back] as const) {
      assert.ok(codes(ask(walk, command)).includes('compromised'), command.do)
    }
  })

  test('nobody turns while a call to the target is under way', () => {
    const walk = standingAt('running mint intended')
    for (const command of [
      { do: 'rollBack', reason: 'r' },
      { do: 'abort', reason: 'r' },
      { do: 'revokeNow', reason: 'r' },
    ] as const) {
      assert.ok(codes(ask(walk, command)).includes('call-under-way'), command.do)
    }
  })

  test('revoking is for a person, and needs a reason', () => {
    const walk = standingAt('running observe')
    const by = { kind: 'agent', id: 'a' } as const
    assert.deepEqual(codes(ask(walk, { do: 'revokeNow', reason: ' ' }, { by })), [
      'needs-reason',
      'needs-person',
    ])
  })
})
