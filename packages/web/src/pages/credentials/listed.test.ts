import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countsOf, environmentsOf, isLate, known, states } from './listed.ts'

const nowMs = 1_000
const row = (over: object = {}) => ({
  environment: 'production',
  nextRotationMs: 2_000,
  openRotation: null,
  currentVersion: 1,
  lastVersion: 1,
  owner: { id: 'a', name: 'A' },
  ...over,
})

test('a credential is late when its day has come and nobody rotates it', () => {
  assert.equal(isLate(row({ nextRotationMs: 999 }), nowMs), true)
  assert.equal(isLate(row({ nextRotationMs: 999, openRotation: 'r1' }), nowMs), false)
  assert.equal(isLate(row({ nextRotationMs: null }), nowMs), false)
  assert.equal(isLate(row(), nowMs), false)
})

test('each state is counted over all of them', () => {
  const rows = [
    row(),
    row({ nextRotationMs: 0 }),
    row({ openRotation: 'r', currentVersion: null }),
    row({ owner: null, environment: 'staging' }),
  ]
  assert.deepEqual(countsOf(rows, nowMs), {
    all: 4,
    late: 1,
    rotating: 1,
    'no-version': 1,
    'no-owner': 1,
  })
  assert.deepEqual(environmentsOf(rows), ['production', 'staging'])
})

test('a state that the address makes up is none', () => {
  assert.equal(known(states, 'late'), 'late')
  assert.equal(known(states, 'constructor'), null)
  assert.equal(known(states, null), null)
})
