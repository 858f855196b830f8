import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compare, type Row, tried } from './compare.ts'
import { rekey } from './rekey.ts'
import { strategies } from './strategies.ts'
import { type StrategyName, strategyNames } from './strategy.ts'

const rows = await compare([6, 11, 12])
const row = (name: StrategyName): Row => {
  const found = rows.find(one => one.strategy === name)
  assert.ok(found, `there is no row of ${name}`)
  return found
}

test('every strategy is tried and says what it assumes and which document it follows', () => {
  assert.deepEqual(
    rows.map(one => one.strategy),
    [...strategyNames],
  )
  for (const { assumptions, follows } of strategies) {
    assert.ok(assumptions.length > 0)
    assert.notEqual(follows, '')
  }
})

test('Rekey fails no job and leaves no consumer behind', () => {
  const { failedJobs, degradedJobs, strandedConsumers } = row('rekey')
  assert.deepEqual([failedJobs, degradedJobs, strandedConsumers], [0, 0, 0])
})

test('what revokes without looking fails jobs on the same fleets', () => {
  assert.ok(row('atomic').failedJobs > 0)
})

test('staging labels and two slots keep two values valid for a whole cycle', () => {
  for (const name of ['staging-labels', 'two-slot'] as const) {
    const { overlapHours } = row(name)
    assert.ok(overlapHours > 719 && overlapHours < 721, `${name}: ${overlapHours} h`)
  }
})

test('an atomic replacement has no overlap and a fixed one has that of its window', () => {
  assert.ok(row('atomic').overlapHours < 0.01)
  assert.ok(Math.abs(row('fixed-overlap').overlapHours - 24) < 0.1)
})

test('the same seed gives the same outcome', async () => {
  for (const strategy of strategies) {
    assert.deepEqual(await tried(strategy, 12), await tried(strategy, 12))
  }
})

test('Rekey blocks on a user that nobody registered until somebody claims it', async () => {
  const outcome = await tried(rekey, withGhost)
  assert.deepEqual([outcome.failedJobs, outcome.strandedConsumers], [0, 0])
  assert.ok(outcome.peopleMinutes >= 30, 'nobody claimed it')
})

/** A fleet with a job every six hours that nobody registered. */
const withGhost = 35
