import assert from 'node:assert/strict'
import { test } from 'node:test'
import { issuerDraft, readIssuer } from './issuer-draft.ts'
import { personDraft, readPerson } from './person-draft.ts'
import { readSignalSource, signalSourceDraft } from './signal-source-draft.ts'
import { readSource, sourceDraft } from './source-draft.ts'

const password = 'a few unrelated words'

test('a person is added with a password or with a subject, and never with both', () => {
  const draft = { ...personDraft, id: 'bob', name: ' Bob ' }
  const byPassword = readPerson(draft, password)
  assert.deepEqual(byPassword.faults, {})
  assert.deepEqual(byPassword.body, { id: 'bob', name: 'Bob', roles: { '*': 'viewer' }, password })
  const bySignOn = readPerson({ ...draft, how: 'sign-on', provider: 'corp', subject: 'b@x' }, password)
  assert.deepEqual(bySignOn.body.signOn, { provider: 'corp', subject: 'b@x' })
  assert.equal('password' in bySignOn.body, false)
})

test('what a person lacks is said at its field, all at once', () => {
  const { faults } = readPerson({ ...personDraft, roles: { '*': '' } }, 'short')
  assert.deepEqual(Object.keys(faults).sort(), ['id', 'name', 'password', 'roles'])
  assert.deepEqual(
    Object.keys(readPerson({ ...personDraft, id: 'B', name: 'B', how: 'sign-on' }, '').faults).sort(),
    ['id', 'provider', 'subject'],
  )
})

test('a source goes through its form unchanged', () => {
  const one = {
    id: 'otel',
    kind: 'telemetry' as const,
    bindings: [{ credential: 'db', consumer: 'web' }],
    lagMs: 90_000,
    complete: true,
    services: { checkout: { credential: 'db', consumer: 'web' } },
    madeMs: 1,
    heardMs: null,
  }
  const { madeMs: _, heardMs: __, id, ...body } = one
  const read = readSource(sourceDraft(one))
  assert.deepEqual(read, { id, body, faults: {} })
})

test('of a source each kind takes what is its own, and no more', () => {
  const draft = { ...sourceDraft(), id: 's', bindings: [{ credential: 'db', consumer: 'web' }] }
  assert.deepEqual(Object.keys(readSource(draft).body).sort(), ['bindings', 'complete', 'kind', 'lagMs'])
  const metrics = readSource({ ...draft, kind: 'metrics' })
  assert.deepEqual(Object.keys(metrics.faults).sort(), ['errors', 'url', 'uses'])
  const whole = readSource({ ...draft, kind: 'metrics', url: 'https://p.example', errors: 'e', uses: 'u' })
  assert.deepEqual(whole.body.prometheus, { url: 'https://p.example', errors: 'e', uses: 'u' })
  const stray = { ...draft, kind: 'telemetry' as const, services: [{ service: 'x', binding: 'other db' }] }
  assert.ok(readSource(stray).faults.services)
  assert.deepEqual(Object.keys(readSource({ ...sourceDraft(), lag: 'soon' }).faults).sort(), [
    'bindings',
    'id',
    'lag',
  ])
})

test('a source of signals goes through its form unchanged, whatever its kind', () => {
  const shared = { id: 's', environments: ['production'], madeMs: 1, heardMs: null }
  for (const one of [
    { ...shared, kind: 'github' as const, github: { api: 'https://api.github.com', secret: 'gh' } },
    { ...shared, kind: 'github-partner' as const, keys: { url: 'https://x.example/keys', secret: 'k' } },
    { ...shared, kind: 'standard' as const, as: 'leak' as const },
    {
      ...shared,
      kind: 'gitguardian' as const,
      known: { openai: { credential: 'llm' }, 'h ash': { credential: 'db', version: 3 } },
    },
    {
      ...shared,
      kind: 'siem' as const,
      siem: {
        signed: false,
        header: 'x-sig',
        prefix: '',
        fields: { handle: '$.user', summary: '$.rule.name' },
      },
    },
  ]) {
    const { madeMs: _, heardMs: __, id, ...body } = one
    assert.deepEqual(readSignalSource(signalSourceDraft(one)), { id, body, faults: {} }, one.kind)
  }
})

test('what a source of signals lacks is said at its field', () => {
  const draft = { ...signalSourceDraft(), id: 's' }
  assert.deepEqual(Object.keys(readSignalSource(draft).faults), ['secret'])
  assert.deepEqual(Object.keys(readSignalSource({ ...draft, kind: 'siem' }).faults), ['fields'])
  const siem = { ...draft, kind: 'siem' as const, header: 'X Y', fields: { value: 'a.b' } }
  assert.deepEqual(Object.keys(readSignalSource(siem).faults).sort(), ['field-value', 'fields', 'header'])
  assert.ok(readSignalSource({ ...draft, kind: 'gitguardian', known: 'nonsense' }).faults.known)
  assert.ok(readSignalSource({ ...draft, environments: [] }).faults.environments)
})

test('an issuer goes through its form unchanged', () => {
  const one = {
    id: 'cluster',
    kind: 'kubernetes' as const,
    issuer: 'https://kubernetes.example',
    audience: 'rekey',
    jwks: { keys: [{ kty: 'OKP' }] },
    rules: [
      { agent: 'web', subject: 'system:serviceaccount:shop:web' },
      { agent: 'job', claims: { 'kubernetes.io.namespace': 'shop', x: 'a = b' } },
    ],
  }
  const { id, ...body } = one
  assert.deepEqual(readIssuer(issuerDraft(one)), { id, body, faults: {} })
})

test('a rule that says nothing, keys that are no keys, and SPIFFE without keys are refused before they are sent', () => {
  const draft = { ...issuerDraft(), id: 'i', issuer: 'https://x.example', audience: 'rekey' }
  assert.deepEqual(readIssuer(draft).faults, {})
  const rule = { agent: 'web', subject: '', claims: '' }
  assert.ok(readIssuer({ ...draft, rules: [rule] }).faults.rules)
  assert.ok(readIssuer({ ...draft, rules: [{ ...rule, agent: '', subject: 's' }] }).faults.rules)
  assert.ok(readIssuer({ ...draft, rules: [{ ...rule, claims: 'nonsense' }] }).faults.rules)
  for (const jwks of ['x', '{}', '{"keys":1}', '[]'])
    assert.ok(readIssuer({ ...draft, jwks }).faults.jwks, jwks)
  assert.ok(readIssuer({ ...draft, kind: 'spiffe' }).faults.jwksUrl)
  assert.ok(readIssuer({ ...draft, jwksUrl: 'nowhere' }).faults.jwksUrl)
})
