import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type About, aboutDraft, readAbout } from './about-draft.ts'

const about: About = {
  name: 'Documents API',
  kind: 'llm-key',
  target: 'the API',
  environment: 'production',
  owner: { id: 'docs', name: 'Documents' },
  sensitivity: 'critical',
  exposure: 'public',
  writes: false,
  lanes: ['read', 'write'],
  lifeMs: 7_776_000_000,
  llm: { account: 'a', project: 'p', tier: null, spendLimitUsd: 500, allowedAddresses: ['10.0.0.1'] },
}

test('a credential goes into the form and comes out as it was', () => {
  assert.deepEqual(readAbout(aboutDraft(about)), { about, faults: {} })
})

test('an empty form names everything that is needed at once', () => {
  assert.deepEqual(Object.keys(readAbout(aboutDraft()).faults).sort(), [
    'environment',
    'kind',
    'name',
    'target',
  ])
})

test('the account of a language model is asked for as a whole or not at all, and of nothing else', () => {
  const half = { ...aboutDraft(about), project: '', spendLimit: 'much' }
  assert.deepEqual(Object.keys(readAbout(half).faults).sort(), ['project', 'spendLimit'])
  assert.equal(readAbout({ ...aboutDraft(about), kind: 'database' }).about.llm, null)
})

test('an environment is plain, for it stands in addresses', () => {
  for (const environment of ['Production', 'a b', '-a', 'a/b'])
    assert.ok(readAbout({ ...aboutDraft(about), environment }).faults.environment, environment)
})
