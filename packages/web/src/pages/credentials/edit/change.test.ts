import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CredentialView } from '@rekey/wire'
import { changesBetween, inputOf, merged, pathText, valueText, withTheirs } from './change.ts'

const view: CredentialView = {
  id: 'doc',
  name: 'Documents',
  kind: 'http-api',
  provider: 'manual',
  settings: { console: 'room 4', hours: 24 },
  target: 'the API',
  environment: 'production',
  owner: { id: 'docs', name: 'Documents team' },
  sensitivity: 'normal',
  exposure: 'internal',
  writes: true,
  policy: { everyMs: 86_400_000 },
  llm: null,
  lifeMs: null,
  lanes: ['read'],
  currentVersion: 3,
  lastVersion: 3,
  openRotation: null,
  nextRotationMs: 1,
  lastRotationMs: null,
  fingerprint: null,
  issuedAtMs: null,
}
const base = inputOf(view)

test('what Rekey keeps of a credential is no part of a change', () => {
  assert.deepEqual(
    [
      'id',
      'currentVersion',
      'lastVersion',
      'openRotation',
      'nextRotationMs',
      'fingerprint',
      'issuedAtMs',
    ].filter(name => name in base),
    [],
  )
  assert.deepEqual(changesBetween(base, inputOf({ ...view, openRotation: 'r1', currentVersion: 4 })), [])
})

test('two people who change two things both have their way', () => {
  const mine = { ...base, policy: { everyMs: 1_000, approvals: 1 as const } }
  const theirs = { ...base, name: 'Papers', settings: { hours: 24, console: 'room 5' } }
  const { input, clashes } = merged(base, mine, theirs)
  assert.deepEqual(clashes, [])
  assert.deepEqual(input, {
    ...base,
    name: 'Papers',
    settings: { hours: 24, console: 'room 5' },
    policy: { everyMs: 1_000, approvals: 1 },
  })
})

test('where both changed the same thing it is named, with all three values', () => {
  const { input, clashes } = merged(
    base,
    { ...base, policy: { everyMs: 1_000 } },
    { ...base, policy: { everyMs: 2_000 } },
  )
  assert.deepEqual(clashes, [{ path: 'policy.everyMs', was: 86_400_000, is: 2_000, mine: 1_000 }])
  assert.equal(input.policy?.everyMs, 1_000)
  assert.equal(withTheirs(input, clashes[0]!).policy?.everyMs, 2_000)
})

test('what one took away is gone, and what both did alike is no clash', () => {
  const mine = { ...base, policy: {} }
  assert.deepEqual(merged(base, mine, base).input.policy, {})
  assert.deepEqual(merged(base, mine, mine).clashes, [])
  const [clash] = merged(base, mine, { ...base, policy: { everyMs: 5 } }).clashes
  assert.equal(clash?.mine, undefined)
  assert.equal(withTheirs(mine, { path: 'policy.everyMs', was: 1, is: undefined }).policy?.everyMs, undefined)
})

test('settings in another order are the same settings', () => {
  assert.deepEqual(changesBetween(base, { ...base, settings: { hours: 24, console: 'room 4' } }), [])
})

test('a part is named, and its value shown, in words', () => {
  assert.equal(pathText('policy.everyMs'), 'Policy: every')
  assert.equal(pathText('settings.adminSecret'), 'Settings: admin secret')
  assert.equal(valueText('policy.everyMs', 86_400_000), '1 d')
  assert.equal(valueText('owner', null), 'none')
  assert.equal(valueText('owner', base.owner), 'Documents team')
  assert.equal(valueText('writes', true), 'yes')
})
