import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Version, VersionState } from '@rekey/core'
import { statusOf } from './value.ts'

const version = (number: number, state: VersionState, compromised = false): Version => ({
  credential: 'c',
  number,
  state,
  handle: null,
  fingerprint: null,
  issuedAtMs: null,
  endedAtMs: null,
  compromised,
  operation: 'o',
})

test('each state of a version has its status', () => {
  const alone: Record<VersionState, number> = {
    intended: 0,
    'pre-active': 0,
    active: 0,
    suspended: 2,
    destroyed: 1,
    dead: 1,
    void: 1,
  }
  for (const [state, expected] of Object.entries(alone)) {
    const one = version(1, state as VersionState)
    assert.equal(statusOf(one, 1, [one]), expected, state)
    const killed = { ...one, compromised: true }
    assert.equal(statusOf(killed, 1, [killed]), 1, state)
  }
})

test('what is older than the current version, or than one that lives, is superseded while it is accepted', () => {
  const [first, second] = [version(1, 'active'), version(2, 'active')]
  const both = [first, second]
  assert.equal(statusOf(first, 1, both), 3)
  assert.equal(statusOf(first, 2, both), 3)
  assert.equal(statusOf(second, 1, both), 0)
  assert.equal(statusOf(first, 1, [first, version(2, 'pre-active')]), 0)
  assert.equal(statusOf(first, 1, [first, version(2, 'active', true)]), 0)
  assert.equal(statusOf(first, 2, [first, version(2, 'dead')]), 3)
})
