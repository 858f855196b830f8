import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Consumer } from '../consumer.ts'
import { aConsumer, aCredential, fixtureNowMs, someAbilities } from '../fixtures.ts'
import type { Policy } from '../policy.ts'
import { policyFor } from '../policy-defaults.ts'
import { hourMs } from '../time.ts'
import { type PlanRequest, plan } from './planner.ts'

const policy: Policy = policyFor({
  kind: 'llm-key',
  sensitivity: 'sensitive',
  exposure: 'internal',
  writes: false,
  lifeMs: null,
})
const request = (over: Partial<PlanRequest> = {}): PlanRequest => ({
  credential: aCredential(),
  consumers: [aConsumer()],
  abilities: someAbilities(),
  policy,
  nowMs: fixtureNowMs,
  trigger: { why: 'time' },
  firstVersion: false,
  ...over,
})
const gaps = (over: Partial<PlanRequest>) => plan(request(over)).gaps.map(gap => gap.code)
const gapsWith = (...consumers: Partial<Consumer>[]) => gaps({ consumers: consumers.map(aConsumer) })
const steps = (over: Partial<PlanRequest>) => plan(request(over)).course.map(step => step.do)

test('a complete plan has no gaps, an owner, a way back and a course', () => {
  const made = plan(request())
  assert.deepEqual(made.gaps, [])
  assert.deepEqual(made.rollback, { how: 'reassign' })
  assert.equal(made.owner?.id, 'team-platform')
  assert.deepEqual(made.decision, { owner: made.owner, approvals: 1 })
  assert.equal(made.inFlight, 'finish')
  assert.equal(made.course[0]?.do, 'mint')
  assert.ok(made.reasons[0]?.code === 'trigger-time')
})

test('the course has one move for each wave', () => {
  const consumers = [aConsumer(), aConsumer({ id: 'app', reload: { how: 'restart', documented: true } })]
  const made = plan(request({ consumers }))
  const moves = made.course.filter(step => step.do === 'move')
  assert.deepEqual(
    moves.map(step => step.wave),
    made.waves.map((_, index) => index),
  )
})

test('every gap names what is missing and what to do', () => {
  const cases: [string, string[]][] = [
    ['owner-missing', gaps({ credential: aCredential({ owner: null }) })],
    ['consumers-missing', gaps({ consumers: [] })],
    ['consumer-owner-missing', gapsWith({ owner: null })],
    ['reload-unknown', gapsWith({ reload: { how: 'unknown' } })],
    ['restart-undocumented', gapsWith({ reload: { how: 'restart', documented: false } })],
    ['restart-undocumented', gapsWith({ reload: { how: 'by-hand', documented: false } })],
    ['consumer-unobservable', gapsWith({ observability: 'none' })],
    ['exception-path-missing', gapsWith({ behaviour: 'replay-script' })],
    ['exception-path-missing', gapsWith({ fallback: { how: 'same-credential', to: 'nightly' } })],
    ['through-missing', gapsWith({}, { id: 'x', access: { how: 'indirect', through: 'nobody' } })],
    ['cadence-unknown', gapsWith({ cadence: { how: 'every', everyMs: 0 } })],
    ['lane-unproved', gaps({ credential: aCredential({ lanes: ['replay'] }) })],
    ['rollback-missing', gaps({ abilities: someAbilities({ maxLive: 1, byHand: ['mint'] }) })],
    ['wish-refused', gaps({ abilities: someAbilities({ maxLive: 1 }), wish: 'dual' })],
  ]
  for (const [code, found] of cases) assert.deepEqual(found, [code])
})

test('a target that tells nothing is a gap only where somebody cannot be seen otherwise', () => {
  const abilities = someAbilities({ usage: 'none' })
  assert.deepEqual(gaps({ abilities }), [])
  const consumers = [aConsumer({ observability: 'provider' })]
  assert.deepEqual(gaps({ abilities, consumers }), ['consumer-unobservable', 'usage-unseen'])
})

test('parents that go round in a circle hold no credential, and neither does who depends on them', () => {
  const through = (id: string, parent: string) =>
    aConsumer({ id, access: { how: 'indirect', through: parent } })
  const consumers = [
    aConsumer(),
    through('a', 'b'),
    through('b', 'a'),
    through('c', 'a'),
    through('d', 'web'),
  ]
  const gap = plan(request({ consumers })).gaps.find(gap => gap.code === 'through-loop')
  assert.match(gap?.text ?? '', /^a, b and c go /)
})

test('a missing parent is found whatever the order in which consumers are read', () => {
  const consumers = [
    aConsumer(),
    aConsumer({ id: 'a-child', access: { how: 'indirect', through: 'b-lost' } }),
    aConsumer({ id: 'b-lost', access: { how: 'indirect', through: 'nobody' } }),
  ]
  const made = plan(request({ consumers }))
  assert.match(made.gaps.find(gap => gap.code === 'through-missing')?.text ?? '', /^b-lost goes/)
})

test('an indirect consumer without an owner is no gap: its parent answers for it', () => {
  assert.deepEqual(gapsWith({}, { id: 'sub', owner: null, access: { how: 'indirect', through: 'web' } }), [])
})

test('a named person with a reason moves a gap that may be overridden', () => {
  const consumers = [aConsumer({ observability: 'none' })]
  const override = { code: 'consumer-unobservable', by: 'ann', reason: 'I watch its log myself' }
  const made = plan(request({ consumers, overrides: [override] }))
  assert.deepEqual(made.gaps, [])
  assert.deepEqual(made.overrides, [override])
})

test('an override without a reason or a name is not accepted, and none reaches what cannot be overridden', () => {
  const consumers = [aConsumer({ observability: 'none' })]
  const code = 'consumer-unobservable'
  assert.deepEqual(gaps({ consumers, overrides: [{ code, by: 'ann', reason: '  ' }] }), [code])
  assert.deepEqual(gaps({ consumers, overrides: [{ code, by: '', reason: 'yes' }] }), [code])
  const overrides = [{ code: 'consumers-missing', by: 'ann', reason: 'nobody uses it' }]
  assert.deepEqual(gaps({ consumers: [], overrides }), ['consumers-missing'])
})

test('an override that meets no gap is not recorded', () => {
  assert.deepEqual(
    plan(request({ overrides: [{ code: 'reload-unknown', by: 'ann', reason: 'x' }] })).overrides,
    [],
  )
})

test('a kill is blocked by nothing: what is missing becomes a reason', () => {
  const made = plan(
    request({
      order: 'revoke-first',
      credential: aCredential({ owner: null }),
      consumers: [aConsumer({ observability: 'none', reload: { how: 'unknown' } })],
      trigger: { why: 'incident', by: 'ann', reason: 'key on a public page', reference: null },
    }),
  )
  assert.deepEqual(made.gaps, [])
  const codes = made.reasons.map(reason => reason.code)
  for (const code of ['owner-missing', 'reload-unknown', 'consumer-unobservable'])
    assert.ok(codes.includes(code))
})

test('a kill revokes first, moves all at once, waits for no one and never goes back to the old value', () => {
  const consumers = [aConsumer(), aConsumer({ id: 'app', reload: { how: 'restart', documented: true } })]
  const made = plan(request({ order: 'revoke-first', consumers }))
  assert.equal(made.course[0]?.do, 'disable')
  assert.equal(made.waves.length, 1)
  assert.equal(made.waves[0]?.settleMs, 0)
  assert.deepEqual(made.rollback, { how: 'reissue' })
  assert.equal(made.windows.overlapMs, null)
  assert.equal(made.decision.approvals, 0)
  assert.equal(made.inFlight, 'requeue')
})

test('the first version replaces nothing: it retires nothing and asks only for an owner', () => {
  assert.deepEqual(steps({ firstVersion: true }), ['mint', 'probe', 'move'])
  assert.deepEqual(gaps({ firstVersion: true, consumers: [] }), [])
  assert.deepEqual(gaps({ firstVersion: true, credential: aCredential({ owner: null }) }), ['owner-missing'])
  const made = plan(request({ firstVersion: true }))
  assert.equal(made.rollback, null)
  assert.equal(made.windows.overlapMs, null)
})

test('the alias is the way back where the alias is moved, and a new issue where nothing overlaps', () => {
  assert.deepEqual(plan(request({ consumers: [aConsumer({ follows: 'alias' })] })).rollback, {
    how: 'move-alias',
  })
  assert.deepEqual(plan(request({ abilities: someAbilities({ maxLive: 1 }) })).rollback, { how: 'reissue' })
})

test('work in flight cannot finish on a value that an atomic move has ended', () => {
  assert.equal(plan(request({ abilities: someAbilities({ maxLive: 1 }) })).inFlight, 'requeue')
  assert.equal(plan(request({ policy: { ...policy, inFlight: 'fail' } })).inFlight, 'fail')
})

test('lanes are those of the credential and of its consumers, each once', () => {
  const credential = aCredential({ lanes: ['inference', 'replay'] })
  const consumers = [
    aConsumer({ id: 'b', lanes: ['replay', 'export'] }),
    aConsumer({ id: 'a', lanes: ['inference'] }),
  ]
  assert.deepEqual(plan(request({ credential, consumers })).lanes, ['inference', 'replay', 'export'])
})

test('a boundary that bears one version only is told', () => {
  const made = plan(request({ consumers: [aConsumer({ toleratesTwo: false })] }))
  assert.ok(made.reasons.some(reason => reason.code === 'one-version-boundary'))
})

test('ten thousand consumers in one long chain are planned at once', () => {
  const consumers = Array.from({ length: 10_000 }, (_, at) =>
    aConsumer({
      id: `c${String(at).padStart(5, '0')}`,
      access:
        at === 9_999
          ? { how: 'direct' }
          : { how: 'indirect', through: `c${String(at + 1).padStart(5, '0')}` },
      sessionMs: at % 7 === 0 ? hourMs : 0,
    }),
  )
  const started = performance.now()
  const made = plan(request({ consumers }))
  assert.equal(made.waves.flatMap(wave => wave.consumers)[0], 'c09999')
  assert.ok(performance.now() - started < 2_000)
})
