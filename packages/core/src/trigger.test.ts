import assert from 'node:assert/strict'
import { test } from 'node:test'
import { policyFor } from './policy-defaults.ts'
import { dayMs } from './time.ts'
import { type TriggerFacts, triggerDue, triggerText } from './trigger.ts'

const policy = policyFor(
  { kind: 'llm-key', sensitivity: 'normal', exposure: 'internal', writes: false, lifeMs: null },
  { usesLimit: 100, bytesLimit: 1000, operationsLimit: 10 },
)
const facts = (over: Partial<TriggerFacts> = {}): TriggerFacts => ({
  nowMs: dayMs,
  issuedAtMs: 0,
  uses: 0,
  bytes: 0,
  operations: 0,
  events: [],
  ...over,
})

test('nothing is due while time, limits and events are quiet', () => {
  assert.equal(triggerDue(policy, facts()), null)
})

test('time is due from the lead before the deadline on, or when the calendar says', () => {
  const startMs = policy.everyMs - policy.leadMs
  assert.equal(triggerDue(policy, facts({ nowMs: startMs - 1 })), null)
  assert.deepEqual(triggerDue(policy, facts({ nowMs: startMs })), { why: 'time' })
  assert.equal(triggerDue(policy, facts({ nowMs: startMs, startAtMs: startMs + 1 })), null)
})

test('a limit is due when it is reached, not when it is passed', () => {
  assert.equal(triggerDue(policy, facts({ uses: 99 })), null)
  assert.deepEqual(triggerDue(policy, facts({ uses: 100 })), { why: 'usage-count', limit: 100, seen: 100 })
  assert.deepEqual(triggerDue(policy, facts({ bytes: 1000 }))?.why, 'bytes')
  assert.deepEqual(triggerDue(policy, facts({ operations: 10 }))?.why, 'operations')
})

test('of several reasons the gravest is told', () => {
  const events = [
    { event: 'person-left', reference: null },
    { event: 'leak-found', reference: 'scan 7' },
  ] as const
  assert.deepEqual(triggerDue(policy, facts({ uses: 500, events })), {
    why: 'event',
    event: 'leak-found',
    reference: 'scan 7',
  })
})

test('an event that the policy does not name starts nothing', () => {
  assert.equal(triggerDue(policy, facts({ events: [{ event: 'deployment', reference: null }] })), null)
})

test('where there is no version, nothing can be rotated', () => {
  assert.equal(triggerDue(policy, facts({ issuedAtMs: null, uses: 500 })), null)
})

test('each trigger can be told in a sentence', () => {
  assert.equal(triggerText({ why: 'usage-count', limit: 1, seen: 2 }), 'after 2 uses (limit 1)')
  assert.equal(
    triggerText({ why: 'event', event: 'leak-found', reference: 'scan 7' }),
    'after the event leak-found (scan 7)',
  )
})
