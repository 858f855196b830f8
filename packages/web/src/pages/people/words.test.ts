import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pairsOf, readRing } from './key-pairs.ts'
import { partAt, parts } from './places.ts'
import { type Proposal, told, whyNot } from './proposal-text.ts'
import { isEnvironment, rolesChange, rolesOf, rolesText } from './roles.ts'
import { isAskedBy, rulesChange, rulesOf, toggled } from './rules-draft.ts'
import {
  inherited,
  killsByItself,
  kinds,
  placesOf,
  policyChange,
  policyDraft,
  reactionsTo,
  readPolicy,
  withReaction,
} from './signal-policy-draft.ts'

test('every part has an address of its own, and the first is the list of people', () => {
  assert.equal(new Set(parts.map(one => one.at)).size, parts.length)
  assert.equal(partAt(undefined)?.at, 'people')
  assert.equal(partAt('nowhere'), undefined)
})

test('roles are told from everywhere to the single environment, and what changes is said', () => {
  const roles = rolesOf({ staging: 'viewer', '*': 'operator', production: '', odd: 'king' })
  assert.deepEqual(roles, { staging: 'viewer', '*': 'operator' })
  assert.equal(rolesText(roles), 'Operator everywhere, Viewer in staging')
  assert.match(rolesText({}), /sees nothing/)
  assert.deepEqual(rolesChange(roles, { '*': 'admin', production: 'viewer' }), [
    'Admin instead of Operator everywhere',
    'Viewer in production',
    'No longer Viewer in staging',
  ])
  assert.deepEqual(rolesChange(roles, roles), [])
  assert.ok(isEnvironment('eu-1') && !isEnvironment('EU') && !isEnvironment('*') && !isEnvironment(''))
})

test('a rule for all environments holds in each, and what changes is said in words', () => {
  const before = { '*': ['retire'], production: ['kill'] } as const
  assert.equal(isAskedBy(before, 'production', 'retire'), 'all')
  assert.equal(isAskedBy(before, 'production', 'kill'), 'own')
  assert.equal(isAskedBy(before, 'staging', 'kill'), null)
  const after = toggled(toggled(before, 'production', 'kill', false), '*', 'override', true)
  assert.deepEqual(rulesOf(after), { twoPerson: { '*': ['retire', 'override'] } })
  assert.deepEqual(rulesChange(before, after), [
    'Override a gate in all environments: two people from now on',
    'Kill in production: one person is enough from now on',
  ])
})

const policy = {
  reactions: { '*': { leak: 'rotate' as const }, staging: { 'public-leak': 'page' as const } },
  killsPerHour: { '*': 3 },
  groupMs: 3_600_000,
  usual: { leak: 'suspend', 'public-leak': 'kill', alert: 'page' },
}

test('a policy goes through its form unchanged, and what is not said is as for the others', () => {
  const draft = policyDraft(policy)
  const { usual: _, ...body } = policy
  assert.deepEqual(readPolicy(draft).body, body)
  assert.deepEqual(placesOf(draft), ['*', 'staging'])
  assert.deepEqual(inherited(draft, policy.usual, 'staging', 'leak'), { reaction: 'rotate', from: 'all' })
  assert.deepEqual(inherited(draft, policy.usual, 'staging', 'alert'), { reaction: 'page', from: 'usual' })
  assert.deepEqual(inherited(draft, policy.usual, '*', 'leak'), { reaction: 'suspend', from: 'usual' })
})

test('what our own detectors see can never be set to kill', () => {
  assert.ok(reactionsTo('leak').includes('kill'))
  for (const kind of kinds.filter(one => /unusual|ghost|dead|outside/.test(one)))
    assert.ok(!reactionsTo(kind).includes('kill'), kind)
})

test('a policy that cannot be is refused at its field, and what changes is said in words', () => {
  const draft = policyDraft(policy)
  const bad = readPolicy({ ...draft, killsPerHour: { '*': 'many', staging: '99999' }, group: '1 s' })
  assert.ok(
    bad.isFaulty && bad.faults.killsPerHour['*'] && bad.faults.killsPerHour['staging'] && bad.faults.group,
  )
  const next = readPolicy({
    ...withReaction(draft, '*', 'leak', 'kill'),
    killsPerHour: { '*': '', eu: '0' },
    group: '2 h',
  })
  assert.equal(next.isFaulty, false)
  assert.deepEqual(policyChange(readPolicy(draft).body, next.body), [
    'In all environments, Leak: kill',
    'In all environments: no limit of its own on automatic kills an hour',
    'In eu: 0 automatic kills an hour',
    'Signals about the same within 2 h are one',
  ])
  assert.ok(killsByItself(next.body) && !killsByItself(readPolicy(draft).body))
})

const proposal: Proposal = {
  id: 'p',
  what: 'override',
  rotation: 'r',
  credential: 'db',
  environment: 'production',
  body: { gate: 'quiet', consumer: 'web', reason: 'it is gone' },
  by: 'alice',
  madeMs: 1,
  expiresMs: 2,
}

test('a proposal says what, about what and why, and whatever is in it a sentence comes out', () => {
  assert.deepEqual(told(proposal), {
    what: 'Override the gate “Quiet”',
    about: 'for web, in the rotation of db',
    why: 'it is gone',
    scope: null,
  })
  const scope = { of: 'version', credential: 'db', version: 3 }
  const kill = told({ ...proposal, what: 'kill', body: { scope, reason: 'leak' } })
  assert.equal(`${kill.what} ${kill.about}: ${kill.why}`, 'Kill version 3 of db: leak')
  for (const body of [null, 'x', [], { scope: 3 }, { gate: {} }])
    for (const what of ['kill', 'override', 'retire'] as const) {
      const text = Object.values(told({ ...proposal, what, body })).join(' ')
      assert.ok(!/undefined|\[object/.test(text), text)
    }
})

test('nobody agrees to their own proposal, nor without the right', () => {
  assert.match(whyNot(proposal, 'alice', true) ?? '', /yourself/)
  assert.match(whyNot(proposal, 'bob', false) ?? '', /decide in production/)
  assert.equal(whyNot(proposal, 'bob', true), null)
})

test('the pairs of keys are told apart by what signs them, in whatever order they come', () => {
  const key = (x: string, alg = 'Ed25519') => ({ x, alg, kid: `kid-${x}` })
  const body = JSON.stringify({ serial: 2, active: { x: 'c' }, standBy: { x: 'd' } })
  const ring = `h.${Buffer.from(body).toString('base64url')}.s`
  const [orders, status, shared] = [
    [key('c'), key('d')],
    [key('a'), key('b')],
    [key('e', 'RS256'), key('f', 'RS256')],
  ]
  const pairs = pairsOf([...status!, ...orders!, ...shared!], ring)
  assert.deepEqual(
    pairs.map(one => [one.of, one.active['kid'], one.standBy['kid']]),
    [
      ['status', 'kid-a', 'kid-b'],
      ['orders', 'kid-c', 'kid-d'],
      ['shared-signals', 'kid-e', 'kid-f'],
    ],
  )
  assert.deepEqual(readRing(ring), { serial: 2, active: 'c', standBy: 'd' })
  assert.equal(readRing('x'), null)
  assert.equal(pairsOf([...orders!, ...status!], undefined)[0]?.of, 'orders')
})
