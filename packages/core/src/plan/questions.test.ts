import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aConsumer } from '../fixtures.ts'
import { hourMs } from '../time.ts'
import { fiveQuestions } from './questions.ts'

const ids = (list: readonly { consumer: string }[]) => list.map(one => one.consumer)

test('who authenticates is answered directly and through whom, up to the target', () => {
  const { authenticates } = fiveQuestions([
    aConsumer({ id: 'orchestrator' }),
    aConsumer({ id: 'agent', access: { how: 'indirect', through: 'orchestrator' } }),
    aConsumer({ id: 'sub', access: { how: 'indirect', through: 'agent' } }),
    aConsumer({ id: 'lost', access: { how: 'indirect', through: 'gone' } }),
    aConsumer({ id: 'round', access: { how: 'indirect', through: 'round' } }),
  ])
  assert.deepEqual(ids(authenticates.direct), ['orchestrator'])
  assert.deepEqual(
    authenticates.indirect.map(one => [one.consumer, one.through, one.reachesTarget]),
    [
      ['agent', ['orchestrator'], true],
      ['lost', ['gone'], false],
      ['round', [], false],
      ['sub', ['agent', 'orchestrator'], true],
    ],
  )
})

test('who refreshes only on restart says whether the way is written down', () => {
  const { refreshesOnlyOnRestart } = fiveQuestions([
    aConsumer({ id: 'a', reload: { how: 'restart', documented: false } }),
    aConsumer({ id: 'b', reload: { how: 'each-launch' } }),
    aConsumer({ id: 'c' }),
  ])
  assert.deepEqual(
    refreshesOnlyOnRestart.map(one => [one.consumer, one.documented]),
    [
      ['a', false],
      ['b', null],
    ],
  )
})

test('sessions are listed with the longest first, exception paths before other rare ones', () => {
  const answers = fiveQuestions([
    aConsumer({ id: 'a', sessionMs: hourMs, cadence: { how: 'on-demand' } }),
    aConsumer({ id: 'b', sessionMs: 2 * hourMs, pathClass: 'exception' }),
  ])
  assert.deepEqual(ids(answers.keepsSessions), ['b', 'a'])
  assert.deepEqual(ids(answers.rareOrEmergency), ['b', 'a'])
})

test('boundaries are told apart by whether they bear two versions', () => {
  const { boundaries } = fiveQuestions([aConsumer({ id: 'a' }), aConsumer({ id: 'b', toleratesTwo: false })])
  assert.deepEqual(ids(boundaries.tolerateTwo), ['a'])
  assert.deepEqual(ids(boundaries.onlyOne), ['b'])
})

test('what nobody knows is an answer too', () => {
  const { unknown } = fiveQuestions([
    aConsumer({
      id: 'a',
      owner: null,
      reload: { how: 'unknown' },
      access: { how: 'indirect', through: 'gone' },
      pathClass: 'exception',
      lastExercisedAtMs: null,
      observability: 'none',
    }),
  ])
  assert.deepEqual(
    unknown.map(one => one.what),
    ['owner', 'reload', 'parent', 'last-exercise', 'observation'],
  )
})
