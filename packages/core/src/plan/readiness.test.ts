import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aConsumer, aCredential, fixtureNowMs, someAbilities } from '../fixtures.ts'
import { policyFor } from '../policy-defaults.ts'
import { dayMs } from '../time.ts'
import { type ReadinessCheck, type ReadinessInput, readiness } from './readiness.ts'

const input = (over: Partial<ReadinessInput> = {}): ReadinessInput => ({
  credential: aCredential(),
  consumers: [aConsumer()],
  abilities: someAbilities(),
  policy: policyFor(aCredential()),
  nowMs: fixtureNowMs,
  rollbackRehearsedAtMs: fixtureNowMs - dayMs,
  ...over,
})
const failing = (over: Partial<ReadinessInput>) =>
  readiness(input(over))
    .items.filter(item => !item.ok)
    .map(item => item.check)

test('with everything known, documented, exercised and rehearsed it is ready', () => {
  const report = readiness(input())
  assert.equal(report.verdict, 'ready')
  assert.equal(report.items.length, 7)
})

test('each thing that is missing fails its own check', () => {
  const cases: [ReadinessCheck, Partial<ReadinessInput>][] = [
    ['owners-known', { credential: aCredential({ owner: null }) }],
    ['owners-known', { consumers: [aConsumer({ owner: null })] }],
    ['reload-known', { consumers: [aConsumer({ reload: { how: 'unknown' } })] }],
    ['restarts-documented', { consumers: [aConsumer({ reload: { how: 'restart', documented: false } })] }],
    ['rare-paths-exercised', { consumers: [aConsumer({ pathClass: 'exception', lastExercisedAtMs: null })] }],
    ['observable', { consumers: [aConsumer({ observability: 'none' })] }],
    ['consumers-known', { consumers: [] }],
  ]
  for (const [check, over] of cases) {
    assert.deepEqual(failing(over), [check])
    assert.equal(readiness(input(over)).verdict, 'not-ready')
  }
})

test('an exercise long ago, a way back never tried and a silent target are warnings', () => {
  const old = aConsumer({ pathClass: 'exception', lastExercisedAtMs: fixtureNowMs - 200 * dayMs })
  for (const over of [
    { consumers: [old] },
    { rollbackRehearsedAtMs: null },
    { rollbackRehearsedAtMs: fixtureNowMs - 400 * dayMs },
    { abilities: someAbilities({ usage: 'none' }) },
  ] as const) {
    assert.equal(readiness(input(over)).verdict, 'ready-with-warnings')
  }
})

test('for a critical credential the way back must have been tried', () => {
  const over = { rollbackRehearsedAtMs: null, credential: aCredential({ sensitivity: 'critical' }) }
  assert.equal(readiness(input(over)).verdict, 'not-ready')
})

test('rare paths are listed with their age, those never exercised first', () => {
  const consumers = [
    aConsumer({ id: 'a', pathClass: 'exception', lastExercisedAtMs: fixtureNowMs - dayMs }),
    aConsumer({ id: 'b', pathClass: 'exception', lastExercisedAtMs: null }),
    aConsumer({ id: 'c' }),
  ]
  assert.deepEqual(
    readiness(input({ consumers })).rarePaths.map(path => [path.consumer, path.ageMs]),
    [
      ['b', null],
      ['a', dayMs],
    ],
  )
})

test('what is declared idle need not have been exercised', () => {
  const idle = { by: 'ann', atMs: 0, reason: 'paused' }
  const consumers = [
    aConsumer(),
    aConsumer({ id: 'r', pathClass: 'exception', lastExercisedAtMs: null, idle }),
  ]
  assert.deepEqual(failing({ consumers }), [])
})
