import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Side } from './course.ts'
import { everyState, kinds, standingAt, twoPeople } from './fixture-states.ts'
import { ask, fork, go, stepName, type Walk } from './fixture-walk.ts'
import { aPerson, theClock } from './fixtures.ts'
import { held, isUnderway, revocationDue, stepOf } from './state.ts'

/** One of each way in which a version ends. */
const distinct = [
  'in waves',
  'without disabling',
  'atomic with one live',
  'a first version with one live',
] as const

/** What the target still accepts. */
const live = ({ target }: Walk) =>
  [...target].filter(([, state]) => state === 'live').map(([version]) => version)

describe('a kill order in the middle of a rotation', () => {
  for (const kind of distinct) {
    test(`${kind}: in every state the killed versions die, and everybody ends on another one`, () => {
      let killed = 0
      for (const walk of everyState(kinds[kind]!)) {
        if (!isUnderway(walk.state)) continue
        for (const sides of [['old'], ['new'], ['old', 'new']] as Side[][]) {
          const one = fork(walk)
          const { state } = one
          if (!isUnderway(state)) continue
          const versions = sides.flatMap(side => held(state, side)?.version ?? [])
          const decision = ask(one, { do: 'revokeNow', reason: 'killed', versions }, { by: theClock })
          if (!decision.ok) {
            const codes = new Set(decision.refusals.map(refusal => refusal.code))
            // A call whose end is not known yet, or nothing that anybody could hold.
            for (const code of codes) assert.ok(code === 'call-under-way' || code === 'no-version', code)
            continue
          }
          killed++
          // Whoever people have set aside is theirs to bring back.
          for (const consumer of state.restricted) ask(one, { do: 'lift', consumer, reason: 'r' })
          go(one, twoPeople())
          const where: string = `${sides.join(' and ')} at ${stepName(walk.state)}, ${walk.state.turnedBecause ?? 'on course'}`
          const after = one.state
          assert.equal(after.phase, 'ended', `${where}: it stands at ${stepName(after)}`)
          const dead = versions.filter(version => !isVoid(walk, version))
          for (const version of dead) assert.ok(!live(one).includes(version), `${where}: ${version} lives`)
          if (after.phase !== 'ended') continue
          for (const [consumer, { side }] of Object.entries(after.assignments)) {
            const version = (side === 'old' ? after.old : after.new)?.version
            assert.ok(
              version !== undefined && !dead.includes(version),
              `${where}: ${consumer} is on ${version}`,
            )
            assert.ok(live(one).includes(version), `${where}: ${consumer} is on ${version}, which is dead`)
          }
        }
      }
      assert.ok(killed > 0)
    })
  }

  test('needs no person where versions are named, and one where none are', () => {
    const walk = standingAt('running observe')
    assert.ok(!ask(fork(walk), { do: 'revokeNow', reason: 'r' }, { by: theClock }).ok)
    assert.ok(ask(fork(walk), { do: 'revokeNow', reason: 'r', versions: [7] }, { by: theClock }).ok)
    assert.ok(ask(fork(walk), { do: 'revokeNow', reason: 'r' }, { by: aPerson }).ok)
  })

  test('is due once for each version that it can end, and not again once it has turned the rotation round', () => {
    const walk = standingAt('running observe')
    assert.deepEqual(revocationDue(walk.state, [6, 7, 8]), [7, 8])
    ask(walk, { do: 'revokeNow', reason: 'r', versions: [7] }, { by: theClock })
    assert.deepEqual(revocationDue(walk.state, [7]), [])
    assert.deepEqual(revocationDue(walk.state, [7, 8]), [8])
  })

  test('leaves nobody a way back to what it killed', () => {
    const walk = standingAt('running observe')
    ask(walk, { do: 'revokeNow', reason: 'r', versions: [8] }, { by: theClock })
    const decision = ask(walk, { do: 'moveConsumer', consumer: 'web', to: 'new', reason: 'r' })
    assert.ok(!decision.ok && decision.refusals.some(one => one.code === 'compromised'))
    go(walk, twoPeople(), one => isUnderway(one.state) && stepOf(one.state).do === 'observe')
    const again = ask(walk, { do: 'rollBack', reason: 'r' })
    assert.ok(!again.ok)
  })
})

/** Of what was only intended nobody can hold the value: it is not killed, but goes on to be made, or is cleared. */
function isVoid({ state }: Walk, version: number): boolean {
  if (!isUnderway(state)) return false
  return [state.old, state.new].some(
    one => one?.version === version && (one.life === 'intended' || one.life === 'void'),
  )
}
