import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Overrides, policyDraft, readPolicy } from './policy-draft.ts'

const whole: Overrides = {
  everyMs: 2_592_000_000,
  usesLimit: 5,
  bytesLimit: null,
  operationsLimit: 4_294_967_296,
  onEvents: ['leak-found'],
  leadMs: 129_600_000,
  jitterMs: 0,
  windows: [{ weekday: 6, startMinute: 150, lengthMs: 7_200_000 }],
  alertBeforeMs: null,
  deferForSessionsMs: 1,
  advice: 'replace it',
  approvals: 0,
  maxAttempts: 3,
  backoffMs: 30_000,
  backoffCapMs: 900_000,
  quietMs: 900_000,
  errorWindowMs: 900_000,
  onFailure: 'roll-back',
  inFlight: 'requeue',
  withoutContactMs: 60_000,
}

test('a policy goes into the form and comes out as it was', () => {
  assert.deepEqual(readPolicy(policyDraft(whole)), { policy: whole, faults: {} })
})

test('what is left empty is left to the default', () => {
  assert.deepEqual(readPolicy(policyDraft({})), { policy: {}, faults: {} })
})

test('no limit and the default limit are two things', () => {
  const draft = policyDraft({ usesLimit: null })
  assert.equal(draft.usesLimit, 'none')
  assert.deepEqual(readPolicy({ ...draft, usesLimit: '' }).policy, {})
})

test('all that is wrong is said at once', () => {
  const { faults } = readPolicy({
    ...policyDraft(whole),
    everyMs: 'often',
    alertBeforeMs: 'soon',
    usesLimit: '0',
    maxAttempts: '1.5',
    windows: [
      { weekday: '0', start: '25:00', length: '' },
      { weekday: '1', start: '02:30', length: '1 h' },
    ],
  })
  assert.deepEqual(Object.keys(faults).sort(), [
    'alertBeforeMs',
    'everyMs',
    'maxAttempts',
    'usesLimit',
    'windows[0].lengthMs',
    'windows[0].startMinute',
  ])
})
