import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { credentialKinds } from './kind.ts'
import type { PolicyFacts } from './policy.ts'
import { checkPolicy } from './policy-check.ts'
import { policyFor } from './policy-defaults.ts'
import { dayMs, hourMs, minuteMs } from './time.ts'

const facts = (over: Partial<PolicyFacts> = {}): PolicyFacts => ({
  kind: 'llm-key',
  sensitivity: 'normal',
  exposure: 'internal',
  writes: false,
  lifeMs: null,
  ...over,
})
const days = (over: Partial<PolicyFacts>) => policyFor(facts(over)).everyMs / dayMs

test('each kind rotates at the rhythm that the requirements name', () => {
  assert.equal(days({ kind: 'llm-key' }), 30)
  assert.equal(days({ kind: 'oauth-refresh-token' }), 7)
  assert.equal(days({ kind: 'cloud-key' }), 30)
  assert.equal(days({ kind: 'database' }), 30)
  assert.equal(days({ kind: 'certificate' }), 30)
  assert.equal(days({ kind: 'signing-key' }), 1)
  assert.equal(days({ kind: 'agent-token' }), 7)
  assert.equal(days({ kind: 'vector-store' }), 30)
})

test('an OAuth refresh token is spent by one use', () => {
  assert.equal(policyFor(facts({ kind: 'oauth-refresh-token' })).usesLimit, 1)
  assert.equal(policyFor(facts({ kind: 'llm-key' })).usesLimit, null)
})

test('a static cloud key carries advice to do without it', () => {
  assert.match(policyFor(facts({ kind: 'cloud-key' })).advice ?? '', /workload identity/)
  assert.equal(policyFor(facts({ kind: 'llm-key' })).advice, null)
})

test('who writes to sensitive tables rotates every 7 days, and that already counts the sensitivity', () => {
  assert.equal(days({ kind: 'database', writes: true }), 30)
  assert.equal(days({ kind: 'database', writes: true, sensitivity: 'sensitive' }), 7)
  assert.equal(days({ kind: 'database', writes: true, sensitivity: 'critical' }), 3.5)
})

test('who writes to a vector store rotates every 14 days', () => {
  assert.equal(days({ kind: 'vector-store', writes: true }), 14)
})

test('a short-lived certificate is renewed daily; a long one monthly, with an alarm under 14 days', () => {
  assert.equal(days({ kind: 'certificate', lifeMs: 7 * dayMs }), 1)
  assert.equal(policyFor(facts({ kind: 'certificate', lifeMs: dayMs })).alertBeforeMs, null)
  const long = policyFor(facts({ kind: 'certificate', lifeMs: 90 * dayMs }))
  assert.equal(long.everyMs, 30 * dayMs)
  assert.equal(long.alertBeforeMs, 14 * dayMs)
})

test('a certificate of a month is renewed before its alarm would ring', () => {
  const policy = policyFor(facts({ kind: 'certificate', lifeMs: 30 * dayMs }))
  assert.equal(policy.alertBeforeMs, 14 * dayMs)
  assert.ok(policy.everyMs <= 16 * dayMs)
})

test('sensitivity and exposure raise the frequency by the stated factors', () => {
  assert.equal(days({ sensitivity: 'sensitive' }), 15)
  assert.equal(days({ sensitivity: 'critical' }), 7.5)
  assert.equal(days({ exposure: 'partner' }), 22.5)
  assert.equal(days({ exposure: 'public' }), 15)
  assert.equal(days({ exposure: 'public', sensitivity: 'critical' }), 3.75)
})

test('factors alone make no cycle shorter than 6 hours', () => {
  const facts6 = facts({ kind: 'signing-key', exposure: 'public', sensitivity: 'critical' })
  assert.equal(policyFor(facts6).everyMs, 6 * hourMs)
})

test('the more sensitive, the more people decide', () => {
  assert.equal(policyFor(facts()).approvals, 0)
  assert.equal(policyFor(facts({ sensitivity: 'sensitive' })).approvals, 1)
  assert.equal(policyFor(facts({ sensitivity: 'critical' })).approvals, 2)
})

test('a monthly credential starts 24 to 48 h before its deadline, jitter included', () => {
  const { leadMs, jitterMs } = policyFor(facts())
  assert.equal(leadMs - jitterMs, 24 * hourMs)
  assert.equal(leadMs + jitterMs, 48 * hourMs)
})

test('a hard failure is contained, and errors are compared over 15 minutes', () => {
  const policy = policyFor(facts())
  assert.equal(policy.onFailure, 'contain')
  assert.equal(policy.errorWindowMs, 15 * minuteMs)
})

test('an override wins, and what is left to the default follows from it', () => {
  const policy = policyFor(facts(), { everyMs: 4 * hourMs, approvals: 2 })
  assert.equal(policy.approvals, 2)
  assert.ok(policy.leadMs + policy.jitterMs <= hourMs)
})

test('every default is itself a policy without fault, begins in the last quarter of its cycle and ends before the value does', () => {
  fc.assert(
    fc.property(
      fc.record({
        kind: fc.constantFrom(...credentialKinds),
        sensitivity: fc.constantFrom('normal' as const, 'sensitive' as const, 'critical' as const),
        exposure: fc.constantFrom('internal' as const, 'partner' as const, 'public' as const),
        writes: fc.boolean(),
        lifeMs: fc.option(fc.integer({ min: hourMs, max: 400 * dayMs })),
      }),
      given => {
        const policy = policyFor(given)
        assert.deepEqual(checkPolicy(policy, given), [])
        assert.ok(policy.leadMs + policy.jitterMs <= policy.everyMs / 4)
        assert.ok(given.lifeMs === null || policy.everyMs <= given.lifeMs)
        assert.ok(policy.quietMs > 0 && policy.quietMs < policy.everyMs)
      },
    ),
  )
})
