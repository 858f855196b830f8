import assert from 'node:assert/strict'
import { test } from 'node:test'
import { killsAllowed, reactionTo, signalPolicyFaults, usualReactions, usualSignalPolicy } from './policy.ts'
import { detectedKinds, signalKinds } from './signal.ts'

test('what is said of an environment goes before what is said of all, and that before the defaults', () => {
  const policy = {
    ...usualSignalPolicy,
    reactions: { '*': { leak: 'rotate' }, staging: { leak: 'note' } } as const,
    killsPerHour: { '*': 1, staging: 20 },
  }
  assert.equal(reactionTo(policy, 'leak', 'staging'), 'note')
  assert.equal(reactionTo(policy, 'leak', 'production'), 'rotate')
  assert.equal(reactionTo(policy, 'alert', 'staging'), 'page')
  assert.equal(reactionTo(policy, 'leak', null), 'rotate')
  assert.equal(reactionTo(policy, 'leak', 'constructor'), 'rotate')
  assert.deepEqual(
    ['staging', 'production'].map(one => killsAllowed(policy, one)),
    [20, 1],
  )
})

test('by default nothing that our own detectors see does more than page', () => {
  for (const kind of signalKinds)
    if (detectedKinds.has(kind)) assert.ok(['note', 'page'].includes(usualReactions[kind]), kind)
})

test('a policy that lets a detector kill is refused', () => {
  for (const kind of signalKinds) {
    const reactions = { production: { [kind]: 'kill' } }
    const faults = signalPolicyFaults({ ...usualSignalPolicy, reactions })
    assert.equal(faults.length, detectedKinds.has(kind) ? 1 : 0, kind)
  }
  assert.equal(signalPolicyFaults({ ...usualSignalPolicy, groupMs: 1 })[0]?.at, '/body/groupMs')
})
