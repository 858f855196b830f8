import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Consumer } from '../consumer.ts'
import { aConsumer, aCredential, someAbilities } from '../fixtures.ts'
import { type AdviceInput, advise } from './advice.ts'

const advice = (consumers: Consumer[], over: Partial<AdviceInput> = {}) =>
  advise({ credential: aCredential(), consumers, abilities: someAbilities(), ...over }).map(one => [
    one.code,
    one.advice,
  ])

test('a credential with nothing against it gets no advice', () => {
  assert.deepEqual(advice([aConsumer()]), [])
})

test('each reason to split or to slow down is told with its name', () => {
  const behaviours = [
    'web-request',
    'background-job',
    'webhook-handler',
    'data-export',
    'admin-tool',
  ] as const
  assert.deepEqual(advice(behaviours.map(behaviour => aConsumer({ id: behaviour, behaviour }))), [
    ['many-runtime-classes', 'split'],
  ])
  assert.deepEqual(advice([aConsumer({ observability: 'none' })]), [['unobservable', 'slow-down']])
  assert.deepEqual(advice([aConsumer({ pathClass: 'exception', critical: true })]), [
    ['critical-rare-path', 'slow-down'],
  ])
  assert.deepEqual(advice([aConsumer({ fallback: { how: 'degrades', to: 'x', canBeDisabled: false } })]), [
    ['hidden-degradation', 'slow-down'],
  ])
  assert.deepEqual(advice([aConsumer({ owner: null })]), [['consumer-without-owner', 'slow-down']])
})

test('agents that share a credential should each have their own', () => {
  const agents = ['a', 'b', 'c'].map(id => aConsumer({ id, behaviour: 'agent' }))
  assert.deepEqual(advice(agents), [['many-agents', 'split']])
  assert.deepEqual(advice(agents.slice(1)), [])
})

test('a kind that policy discourages is to be replaced', () => {
  assert.deepEqual(advice([aConsumer()], { policyAdvice: 'Use workload identity.' }), [
    ['static-discouraged', 'replace'],
  ])
})
