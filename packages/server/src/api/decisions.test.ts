import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isUnderway, type Rotation, stepOf } from '@rekey/core'
import { ProviderError } from '@rekey/providers'
import { type AnswerOf, routes } from '@rekey/wire'
import { allEvents, type BenchOptions, bench, isEnded } from '../fixtures.ts'
import { decisionHandlers } from './decisions.ts'
import { answering, callAs, fits, personAs, planeOn, problemIn } from './fixtures.ts'

type View = AnswerOf<typeof routes.decisions.start>
type Name = keyof typeof routes.decisions

const alice = personAs('alice', 'approver', 'production')
const reason = 'the month ends'

async function begun(t: { after(end: () => Promise<void>): void }, options: BenchOptions = {}) {
  const b = await bench(options)
  const plane = await planeOn(b)
  t.after(() => plane.stop())
  const { rotation } = await b.open()
  const api = answering(decisionHandlers(plane))
  const params = { id: rotation }
  const say = async (name: Name, body: object = {}, who = alice, headers = {}): Promise<View> => {
    const view = await api[name](callAs(who, { params, body, headers }))
    return fits(routes.decisions[name], view)
  }
  const refusal = (name: Name, body: object = {}, who = alice, headers = {}) =>
    problemIn(say(name, body, who, headers))
  const at = (done: (state: Rotation) => boolean) => b.until(rotation, done)
  const codes = async (name: Name, body: object = {}) =>
    ((await refusal(name, body)).more.faults ?? []).map(fault => fault.code)
  return { b, plane, rotation, api, say, refusal, codes, at }
}

const observes = (state: Rotation) => isUnderway(state) && stepOf(state).do === 'observe'

describe('a decision', () => {
  test('is done in the name of the person, and answers with what is then', async t => {
    const { b, rotation, say } = await begun(t)
    const view = await say('start')
    assert.equal(view.phase, 'running')
    const [last] = (await b.store.stream(`rotation/${rotation}`, 1, 1)).map(one => [one.type, one.by])
    assert.deepEqual(last, ['rotationStarted', 'person:alice'])
    assert.equal(view.seq, 2)
  })

  test('that means nothing now is refused with its reason', async t => {
    const { refusal, codes, at } = await begun(t)
    const all: [Name, object][] = [
      ['hold', { reason }],
      ['release', {}],
      ['contain', { cause: reason }],
      ['restrict', { consumer: 'web', reason }],
      ['lift', { consumer: 'web', reason }],
      ['resume', {}],
      ['retry', { reason }],
      ['rollBack', { reason }],
      ['retire', {}],
      ['moveConsumer', { consumer: 'web', to: 'new', reason }],
      ['override', { gate: 'quiet', consumer: null, reason }],
    ]
    for (const [name, body] of all) {
      assert.deepEqual(await codes(name, body), ['wrong-phase'], name)
      assert.equal((await refusal(name, body)).code, 'refused')
    }
    await at(isEnded)
    for (const [name, body] of [
      ['start', {}],
      ['abort', { reason }],
    ] as [Name, object][]) {
      assert.deepEqual(await codes(name, body), ['wrong-phase'], name)
    }
  })

  test('hold and release let it wait and go on', async t => {
    const { say, at } = await begun(t)
    await at(observes)
    const held = await say('hold', { reason })
    assert.deepEqual([held.phase, held.heldBecause], ['held', reason])
    assert.equal((await say('release')).phase, 'running')
  })

  test('a consumer is moved back and forth, and one that is not there is not found', async t => {
    const { say, refusal, at } = await begun(t)
    await at(observes)
    const view = await say('moveConsumer', { consumer: 'web', to: 'old', reason })
    assert.equal(view.assignments.find(one => one.consumer === 'web')?.side, 'old')
    const again = await say('moveConsumer', { consumer: 'web', to: 'new', reason })
    assert.equal(again.assignments.find(one => one.consumer === 'web')?.side, 'new')
    assert.equal((await refusal('moveConsumer', { consumer: 'who', to: 'new', reason })).code, 'not-found')
  })

  test('what is contained is restricted, lifted and resumed only once everyone has proved itself', async t => {
    const { b, say, refusal, at } = await begun(t)
    await at(observes)
    b.clock.nowMs += 1_000
    assert.equal((await say('contain', { cause: 'invoices fail' })).phase, 'contained')
    assert.deepEqual((await say('restrict', { consumer: 'web', reason })).restricted, ['web'])
    const unproved = await refusal('resume')
    const missing = unproved.more.faults?.[0]?.missing
    assert.deepEqual(
      missing?.map(one => [one.consumer, one.what]),
      [['queue', 'no-success']],
    )
    assert.ok(missing?.[0]?.how)
    await b.work()
    assert.equal((await say('resume')).phase, 'running')
    assert.deepEqual((await say('lift', { consumer: 'web', reason })).restricted, [])
  })

  test('what is stuck is tried again', async t => {
    const { say, at } = await begun(t, {
      wrap: provider => ({
        ...provider,
        disable: () => Promise.reject(new ProviderError('denied', 'we may not do that')),
      }),
    })
    await at(state => state.phase === 'stuck')
    const view = await say('retry', { reason })
    assert.deepEqual([view.phase, view.step?.do], ['running', 'disable'])
  })

  test('it goes back, or is given up, and never both', async t => {
    const { say, codes, at } = await begun(t)
    await at(observes)
    assert.ok((await codes('abort', { reason })).includes('somebody-moved'))
    const view = await say('rollBack', { reason })
    assert.equal(view.turnedBecause, reason)
    assert.ok((await codes('rollBack', { reason })).includes('already-back'))
    const done = await at(isEnded)
    assert.equal(done.phase === 'ended' && done.ending, 'rolled-back')
  })

  test('what is planned is given up at once', async t => {
    const { say } = await begun(t)
    const view = await say('abort', { reason })
    assert.deepEqual([view.phase, view.ending, view.because], ['ended', 'aborted', reason])
  })

  test('a gate is overridden in the name of who decided', async t => {
    const { say, codes, at } = await begun(t)
    await at(observes)
    const view = await say('override', { gate: 'quiet', consumer: 'web', reason })
    assert.deepEqual(
      view.overrides.map(one => [one.gate, one.consumer, one.by]),
      [['quiet', 'web', 'alice']],
    )
    assert.deepEqual(await codes('override', { gate: 'plan', consumer: null, reason }), ['not-overridable'])
  })

  test('retiring needs two people where the plan says so, and one person twice is one', async t => {
    const { b, say, codes, at, refusal } = await begun(t, { credential: { policy: { approvals: 2 } } })
    await at(observes)
    assert.ok((await codes('retire')).includes('observing'))
    await at(
      state => isUnderway(state) && b.clock.nowMs >= state.progress.enteredMs + state.plan.windows.observeMs,
    )
    const first = await say('retire')
    assert.deepEqual([first.step?.do, first.approvals.map(one => one.by)], ['observe', ['alice']])
    const token = personAs('alice', 'admin', '*', { rights: ['decide', 'read'], environments: ['*'] })
    const twice = await refusal('retire', {}, token)
    assert.deepEqual(
      twice.more.faults?.map(fault => fault.code),
      ['gate-decision'],
    )
    const view = await say('retire', {}, personAs('bob', 'approver'))
    assert.deepEqual(
      view.approvals.map(one => one.by),
      ['alice', 'bob'],
    )
    assert.equal(view.step?.do, 'disable')
  })
})

describe('who may', () => {
  test('decide is told by the role in the environment of the credential', async t => {
    const { refusal, say, at } = await begun(t)
    await at(observes)
    const viewer = personAs('vera', 'viewer', 'production')
    const operator = personAs('oscar', 'operator', 'production')
    const elsewhere = personAs('eve', 'admin', 'staging')
    const over = { gate: 'quiet', consumer: null, reason }
    assert.equal((await refusal('hold', { reason }, viewer)).code, 'no-right')
    assert.equal((await refusal('hold', { reason }, elsewhere)).code, 'not-found')
    assert.equal((await refusal('override', over, operator)).code, 'no-right')
    assert.equal((await refusal('retire', {}, operator)).code, 'no-right')
    assert.equal((await say('hold', { reason }, operator)).phase, 'held')
    const narrow = personAs('alice', 'admin', '*', { rights: ['read'], environments: ['*'] })
    assert.equal((await refusal('release', {}, narrow)).code, 'no-right')
  })

  test('a decision on a state that has passed is not taken', async t => {
    const { b, rotation, say, refusal, at } = await begun(t)
    const state = await at(observes)
    assert.equal(state.phase, 'running')
    const { seq } = (await b.store.rotation(rotation))!
    const named = (tag: string) => ({ 'if-match': tag })
    assert.equal((await refusal('hold', { reason }, alice, named(`"${seq - 1}"`))).code, 'stale-etag')
    assert.equal((await say('hold', { reason }, alice, named(`"${seq}"`))).phase, 'held')
    assert.equal((await refusal('release', {}, alice, named(`"${seq}"`))).code, 'stale-etag')
    assert.equal((await say('release', {}, alice, named('*'))).phase, 'running')
    const wrong = await refusal('release', {}, alice, named(`"${seq + 2}"`))
    assert.deepEqual([wrong.code, wrong.more.faults?.[0]?.code], ['refused', 'wrong-phase'])
  })

  test('of two who decide on the same state at once, one is told that it has passed', async t => {
    const { b, rotation, api, at } = await begun(t)
    await at(observes)
    const { seq } = (await b.store.rotation(rotation))!
    const move = (consumer: string) =>
      api
        .moveConsumer(
          callAs(alice, {
            params: { id: rotation },
            body: { consumer, to: 'old', reason },
            headers: { 'if-match': `"${seq}"` },
          }),
        )
        .then(
          () => 'done',
          error => error.code,
        )
    const said = await Promise.all([move('web'), move('queue')])
    assert.deepEqual(said.sort(), ['done', 'stale-etag'])
    const moved = (await allEvents(b.store)).match(/"consumerMoved"/g)
    assert.equal(moved?.length, 1)
  })
})
