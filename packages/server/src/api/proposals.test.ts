import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { dayMs, isUnderway, stepOf } from '@rekey/core'
import { routes } from '@rekey/wire'
import { bench } from '../fixtures.ts'
import { decisionHandlers } from './decisions.ts'
import { answering, callAs, fits, type OpenPlane, personAs, planeOn, problemIn } from './fixtures.ts'
import { proposalHandlers } from './proposals.ts'

const [alice, bob, carol] = ['alice', 'bob', 'carol'].map(id => personAs(id, 'approver', 'production'))
const reason = 'the nightly run is off this week'
const over = { gate: 'quiet', consumer: null, reason }

async function known(plane: OpenPlane, id: string, roles: Record<string, 'approver' | 'viewer'>) {
  const record = { name: id, roles, password: null, passkeys: [], signOn: [], addedMs: 0, endedMs: null }
  const by = { kind: 'system', id: 'test' } as const
  const event = { type: 'rolesChanged', person: id, roles, atMs: 0, by } as const
  await plane.keep.put('person', id, record, { event })
}

/** A rotation at its look, in an environment where overriding a gate needs two. */
async function begun(t: { after(end: () => Promise<void>): void }) {
  const b = await bench()
  const plane = await planeOn(b)
  t.after(() => plane.stop())
  for (const { id } of [alice!, bob!, carol!]) await known(plane, id, { production: 'approver' })
  await plane.keep.put('rules', 'rules', { twoPerson: { production: ['override'] } })
  const { rotation } = await b.open()
  await b.until(rotation, state => isUnderway(state) && stepOf(state).do === 'observe')
  const { override } = decisionHandlers(plane)
  const { agree, decline, list } = answering(proposalHandlers(plane))
  const ask = (who = alice!, body: object = over, headers = {}) =>
    problemIn(override(callAs(who, { params: { id: rotation }, body, headers })))
  const propose = async (who = alice!, body: object = over) => {
    const { code, more } = await ask(who, body)
    assert.equal(code, 'needs-second-person')
    return more.id!
  }
  return {
    b,
    plane,
    rotation,
    ask,
    propose,
    agree: (id: string, who = bob!) => agree(callAs(who, { params: { id } })),
    decline: (id: string, who = bob!) => decline(callAs(who, { params: { id }, body: { reason } })),
    list: async (who = bob!) => fits(routes.proposals.list, await list(callAs(who))).items,
    overrides: async () => {
      const state = await b.state(rotation)
      return isUnderway(state) ? state.overrides.map(one => [one.gate, one.by]) : []
    },
    events: async (id: string) =>
      (await b.store.stream(`proposal/${id}`, 0, 10)).map(({ type, by, data }) => ({
        type,
        by,
        ...JSON.parse(data),
      })),
  }
}

describe('where two people are needed', () => {
  test('a decision waits as a proposal, is done when another person agrees, and both are in the record', async t => {
    const { rotation, propose, agree, overrides, events, list } = await begun(t)
    const id = await propose()
    assert.deepEqual(await overrides(), [])
    const [shown] = await list()
    assert.deepEqual([shown?.id, shown?.by, shown?.body], [id, 'alice', over])
    assert.deepEqual(await agree(id), { ok: true })
    assert.deepEqual(await overrides(), [['quiet', 'alice']])
    const [made, agreed, ...more] = await events(id)
    assert.deepEqual([made.type, made.by, made.rotation], ['proposalMade', 'person:alice', rotation])
    assert.deepEqual([agreed.type, agreed.by, agreed.proposedBy], ['proposalAgreed', 'person:bob', 'alice'])
    assert.deepEqual(more, [])
    assert.deepEqual(await list(), [])
    assert.equal((await problemIn(agree(id))).code, 'not-found')
  })

  test('nobody is their own second person, not with a token either', async t => {
    const { propose, agree, overrides } = await begun(t)
    const id = await propose()
    const token = personAs('alice', 'admin', '*', { rights: ['decide', 'read'], environments: ['*'] })
    for (const who of [alice!, token]) assert.equal((await problemIn(agree(id, who))).code, 'no-right')
    assert.deepEqual(await overrides(), [])
  })

  test('of two who agree at once one is too late, and it is done once', async t => {
    const { b, rotation, propose, agree, events } = await begun(t)
    const id = await propose()
    const said = await Promise.all(
      [bob!, carol!].map(who =>
        agree(id, who).then(
          () => 'done',
          error => error.code,
        ),
      ),
    )
    assert.equal(said.filter(one => one === 'done').length, 1)
    assert.ok(
      said.some(one => one === 'conflict' || one === 'not-found'),
      said.join(),
    )
    const done = (await b.store.stream(`rotation/${rotation}`, 0, 1_000)).filter(
      one => one.type === 'gateOverridden',
    )
    assert.equal(done.length, 1)
    assert.equal((await events(id)).length, 2)
  })

  test('of one who agrees and one who declines at once only one is heard', async t => {
    const { overrides, propose, agree, decline, events } = await begun(t)
    const id = await propose()
    const said = await Promise.allSettled([decline(id, carol!), agree(id)])
    assert.equal(said.filter(one => one.status === 'fulfilled').length, 1)
    const [, answer, ...more] = await events(id)
    assert.deepEqual(more, [])
    assert.equal((await overrides()).length, answer.type === 'proposalAgreed' ? 1 : 0)
  })

  test('what is refused when it comes to be done leaves the proposal, and no word that it was agreed to', async t => {
    const { b, plane, rotation, propose, agree, list, events } = await begun(t)
    const id = await propose()
    await decisionHandlers(plane).rollBack(callAs(alice!, { params: { id: rotation }, body: { reason } }))
    await b.until(rotation, state => state.phase === 'ended')
    const refusal = await problemIn(agree(id))
    assert.deepEqual([refusal.code, refusal.more.faults?.[0]?.code], ['refused', 'wrong-phase'])
    assert.deepEqual(
      (await events(id)).map(one => one.type),
      ['proposalMade'],
    )
    assert.equal((await list()).length, 1)
  })

  test('what would be refused anyway is refused at once and proposed to nobody', async t => {
    const { ask, list } = await begun(t)
    const firm = await ask(alice!, { ...over, gate: 'plan' })
    assert.deepEqual(
      firm.more.faults?.map(fault => fault.code),
      ['not-overridable'],
    )
    assert.equal((await ask(alice!, over, { 'if-match': '"1"' })).code, 'stale-etag')
    assert.equal((await ask(personAs('oscar', 'operator', 'production'))).code, 'no-right')
    assert.deepEqual(await list(), [])
  })

  test('the same asked again by the same person is the same proposal', async t => {
    const { propose, list } = await begun(t)
    const id = await propose()
    assert.equal(await propose(), id)
    assert.notEqual(await propose(bob!), id)
    assert.notEqual(await propose(alice!, { ...over, consumer: 'web' }), id)
    assert.equal((await list()).length, 3)
  })

  test('a proposal lives for a day', async t => {
    const { b, propose, agree, list } = await begun(t)
    const id = await propose()
    b.clock.nowMs += dayMs - 1
    assert.equal((await list()).length, 1)
    b.clock.nowMs += 1
    assert.deepEqual(await list(), [])
    assert.equal((await problemIn(agree(id))).code, 'not-found')
  })

  test('it is seen, agreed to and declined by the role in its environment', async t => {
    const { propose, agree, decline, list } = await begun(t)
    const id = await propose()
    const elsewhere = personAs('eve', 'admin', 'staging')
    const viewer = personAs('vera', 'viewer', 'production')
    assert.deepEqual(await list(elsewhere), [])
    assert.equal((await list(viewer)).length, 1)
    for (const say of [agree, decline]) {
      assert.equal((await problemIn(say(id, elsewhere))).code, 'not-found')
      assert.equal((await problemIn(say(id, viewer))).code, 'no-right')
    }
  })

  test('it is declined by another, or taken back by who made it, and is then gone', async t => {
    const { propose, agree, decline, events, overrides } = await begun(t)
    const id = await propose()
    assert.deepEqual(await decline(id, alice!), { ok: true })
    assert.equal((await problemIn(agree(id))).code, 'not-found')
    const [, declined] = await events(id)
    assert.deepEqual(
      [declined.type, declined.by, declined.reason],
      ['proposalDeclined', 'person:alice', reason],
    )
    assert.deepEqual(await decline(await propose(), bob!), { ok: true })
    assert.deepEqual(await overrides(), [])
  })

  test('the word of somebody who may not decide any more is not one of two', async t => {
    const { plane, propose, agree, overrides } = await begun(t)
    const id = await propose()
    await known(plane, 'alice', { production: 'viewer' })
    assert.equal((await problemIn(agree(id))).code, 'refused')
    assert.deepEqual(await overrides(), [])
    await known(plane, 'alice', { production: 'approver' })
    await agree(id)
    assert.deepEqual(await overrides(), [['quiet', 'alice']])
  })

  test('without the rule one person overrides a gate', async t => {
    const { plane, rotation, overrides } = await begun(t)
    await plane.keep.put('rules', 'rules', { twoPerson: { staging: ['override'], production: ['retire'] } })
    await decisionHandlers(plane).override(callAs(alice!, { params: { id: rotation }, body: over }))
    assert.deepEqual(await overrides(), [['quiet', 'alice']])
  })
})
