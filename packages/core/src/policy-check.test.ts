import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PolicyOverrides } from './policy.ts'
import { checkPolicy } from './policy-check.ts'
import { dayMs, hourMs } from './time.ts'

const paths = (overrides: unknown) => checkPolicy(overrides as PolicyOverrides).map(fault => fault.path)

test('an empty override and a sensible one are let through', () => {
  assert.deepEqual(checkPolicy({}), [])
  assert.deepEqual(
    checkPolicy({
      everyMs: dayMs,
      windows: [{ weekday: 6, startMinute: 60, lengthMs: hourMs }],
      usesLimit: null,
    }),
    [],
  )
})

test('all faults are told at once, each with what to do', () => {
  const faults = checkPolicy({
    everyMs: 0,
    maxAttempts: 0,
    quietMs: 0,
    approvals: 3,
  } as unknown as PolicyOverrides)
  assert.deepEqual(
    faults.map(fault => fault.path),
    ['everyMs', 'maxAttempts', 'quietMs', 'approvals'],
  )
  for (const fault of faults) assert.ok(fault.text.endsWith('.') && fault.how.endsWith('.'))
})

test('no figure, an endless one and a text are refused alike', () => {
  for (const everyMs of [Number.NaN, Number.POSITIVE_INFINITY, -1, '30d', null]) {
    assert.deepEqual(paths({ everyMs }), ['everyMs'])
  }
})

test('a setting that does not exist is refused, even one that every object has', () => {
  assert.deepEqual(paths({ evryMs: dayMs }), ['evryMs'])
  assert.deepEqual(paths({ toString: 1 }), ['toString'])
})

test('a text that was put in the wrong place is not repeated', () => {
  const [fault] = checkPolicy({ everyMs: 'sk-not-to-be-printed' } as unknown as PolicyOverrides)
  assert.doesNotMatch(JSON.stringify(fault), /sk-not/)
})

test('a maintenance window names its weekday, minute and length', () => {
  assert.deepEqual(paths({ windows: [{ weekday: 7, startMinute: 1440, lengthMs: 0 }] }), [
    'windows[0].weekday',
    'windows[0].startMinute',
    'windows[0].lengthMs',
  ])
  assert.deepEqual(paths({ windows: [null] }), ['windows[0]'])
  assert.deepEqual(paths({ windows: 'sunday' }), ['windows'])
})

test('settings that make no sense together are refused', () => {
  assert.deepEqual(paths({ everyMs: dayMs, leadMs: 20 * hourMs }), ['leadMs'])
  assert.deepEqual(paths({ leadMs: hourMs, jitterMs: 2 * hourMs }), ['jitterMs'])
  assert.deepEqual(paths({ everyMs: dayMs, quietMs: dayMs }), ['quietMs'])
  assert.deepEqual(paths({ backoffMs: 1000, backoffCapMs: 500 }), ['backoffCapMs'])
})

test('with the facts of the credential, an override is weighed against the defaults that stay', () => {
  const facts = {
    kind: 'signing-key',
    sensitivity: 'normal',
    exposure: 'internal',
    writes: false,
    lifeMs: null,
  } as const
  assert.deepEqual(checkPolicy({ leadMs: 20 * hourMs }), [])
  assert.deepEqual(
    checkPolicy({ leadMs: 20 * hourMs }, facts).map(fault => fault.path),
    ['leadMs'],
  )
})

test('an unknown event or rule is refused', () => {
  assert.deepEqual(paths({ onEvents: ['full-moon'] }), ['onEvents'])
  assert.deepEqual(paths({ inFlight: 'hope' }), ['inFlight'])
})
