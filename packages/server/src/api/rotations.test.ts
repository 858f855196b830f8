import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { hourMs, isUnderway, next, type Rotation } from '@rekey/core'
import { aConsumer } from '@rekey/core/fixtures'
import { manual } from '@rekey/providers/all'
import { routes } from '@rekey/wire'
import { type BenchOptions, bench, isEnded } from '../fixtures.ts'
import { taken } from '../http/call.ts'
import { answering, callAs, fits, personAs, planeOn, problemIn } from './fixtures.ts'
import { rotationHandlers } from './rotations.ts'

const { rotations: paths } = routes
const alice = personAs('alice', 'approver')
const reason = 'it is time'

async function begun(t: { after(end: () => Promise<void>): void }, options: BenchOptions = {}) {
  const b = await bench(options)
  const plane = await planeOn(b)
  t.after(() => plane.stop())
  return { b, plane, raw: rotationHandlers(plane), api: answering(rotationHandlers(plane)) }
}

const unowned = [aConsumer({ id: 'web' }), aConsumer({ id: 'queue', owner: null })]
const waitsForHand = (state: Rotation) => isUnderway(state) && next(state, 0).do === 'resolve'

describe('planning and opening', () => {
  test('a plan is shown and nothing is written', async t => {
    const { b, api } = await begun(t)
    const plan = await api.plan(callAs(personAs('vera', 'viewer'), { params: { id: b.credential } }))
    fits(paths.plan, plan)
    assert.deepEqual(plan.owed.map(one => one.consumer).sort(), ['queue', 'web'])
    assert.equal(plan.course[0], 'mint')
    assert.equal((await b.store.credential(b.credential))?.openRotation, null)
    const atOnce = await api.plan(callAs(alice, { params: { id: b.credential }, body: { wish: 'atomic' } }))
    assert.equal(atOnce.model, 'atomic')
  })

  test('a rotation is opened in the name of the person, and a second one is refused with the id of the first', async t => {
    const { b, api } = await begun(t)
    const params = { id: b.credential }
    const call = callAs(personAs('oscar', 'operator'), { params, body: { reason } })
    const view = fits(paths.open, await api.open(call))
    assert.deepEqual(
      [view.phase, view.openedBy, view.trigger],
      ['planned', 'person:oscar', 'asked for by oscar: it is time'],
    )
    assert.equal(call.sent.headers['etag'], '"1"')
    const again = await problemIn(api.open(callAs(alice, { params, body: { reason } })))
    assert.deepEqual([again.code, again.more.id], ['already-exists', view.id])
  })

  test('a start in the future is waited for', async t => {
    const { b, api } = await begun(t)
    const startAtMs = b.clock.nowMs + hourMs
    const view = await api.open(callAs(alice, { params: { id: b.credential }, body: { reason, startAtMs } }))
    assert.equal(view.startAtMs, startAtMs)
    assert.equal(view.step?.waitsFor, `its time: ${new Date(startAtMs).toISOString()}`)
  })

  test('a gap is overridden only by who may decide, and under their name', async t => {
    const { b, api } = await begun(t, { consumers: unowned })
    const params = { id: b.credential }
    const body = {
      reason,
      overrides: [{ code: 'consumer-owner-missing', reason: 'the team is being formed' }],
    }
    const refusal = await problemIn(api.open(callAs(personAs('oscar', 'operator'), { params, body })))
    assert.equal(refusal.code, 'no-right')
    const view = await api.open(callAs(alice, { params, body }))
    assert.deepEqual(view.plan.overrides, [
      { code: 'consumer-owner-missing', by: 'alice', reason: 'the team is being formed' },
    ])
    assert.deepEqual(view.plan.gaps, [])
  })

  test('a plan with a gap is opened all the same, and says what it waits for', async t => {
    const { b, api } = await begun(t, { consumers: unowned })
    const view = await api.open(callAs(alice, { params: { id: b.credential }, body: { reason } }))
    assert.match(view.step?.waitsFor ?? '', /what the plan still needs: queue has no owner/)
    const gates = fits(paths.gates, await api.gates(callAs(alice, { params: { id: view.id } })))
    assert.equal(gates.open, false)
    assert.match(gates.gates[0]!.missing[0]!.text, /queue has no owner/)
  })

  test('where overriding needs two people, no plan is overridden by one', async t => {
    const { b, plane, api } = await begun(t, { consumers: unowned })
    await plane.keep.put('rules', 'rules', { twoPerson: { production: ['override'] } })
    const overrides = [{ code: 'consumer-owner-missing', reason: 'the team is being formed' }]
    const call = (body: object) => callAs(alice, { params: { id: b.credential }, body })
    const refusal = await problemIn(api.open(call({ reason, overrides })))
    assert.equal(refusal.code, 'refused')
    assert.equal((await api.open(call({ reason }))).plan.gaps.length, 1)
  })

  test('where retiring needs two people, the plan asks for two, whoever opens it', async t => {
    const { b, plane, api } = await begun(t)
    const plan = () => api.plan(callAs(alice, { params: { id: b.credential } }))
    const before = (await plan()).approvals
    await plane.keep.put('rules', 'rules', { twoPerson: { staging: ['retire'] } })
    assert.equal((await plan()).approvals, before)
    await plane.keep.put('rules', 'rules', { twoPerson: { '*': ['retire'] } })
    assert.equal((await plan()).approvals, 2)
    const { plan: opened } = await b.open({ trigger: { why: 'time' }, by: { kind: 'system', id: 'runner' } })
    assert.equal(opened.decision.approvals, 2)
    assert.ok(before < 2)
  })

  test('a credential without its provider, or with settings that are not good, is refused with the fault', async t => {
    const { b, plane, api } = await begun(t)
    const open = () => problemIn(api.open(callAs(alice, { params: { id: b.credential }, body: { reason } })))
    const known = plane.ground.providers
    plane.ground.providers = new Map()
    assert.deepEqual(
      (await open()).more.faults?.map(fault => fault.code),
      ['no-provider'],
    )
    plane.ground.providers = new Map([['fake', manual]])
    assert.deepEqual(
      (await open()).more.faults?.map(fault => fault.code),
      ['settings-invalid'],
    )
    plane.ground.providers = known
    const nowhere = callAs(alice, { params: { id: 'nowhere' }, body: { reason } })
    assert.equal((await problemIn(api.open(nowhere))).code, 'not-found')
  })
})

describe('looking', () => {
  test('what is of an environment that one may not read is not there', async t => {
    const { b, api } = await begun(t)
    const { rotation } = await b.open()
    const stranger = personAs('stan', 'admin', 'staging')
    const limited = personAs('alice', 'approver', '*', { rights: ['read'], environments: ['staging'] })
    for (const who of [stranger, limited]) {
      const call = () => callAs(who, { params: { id: rotation } })
      for (const look of [api.get, api.ledger, api.gates, api.runbook, api.handStep] as const) {
        assert.equal((await problemIn(look(call()))).code, 'not-found')
      }
      assert.deepEqual(await api.list(callAs(who)), { items: [], next: null })
      const theirs = callAs(who, { query: { credential: b.credential } })
      assert.equal((await problemIn(api.list(theirs))).code, 'not-found')
    }
    const viewer = personAs('vera', 'viewer', 'production')
    assert.equal((await api.get(callAs(viewer, { params: { id: rotation } }))).id, rotation)
    const body = { reason }
    const opening = callAs(viewer, { params: { id: b.credential }, body })
    assert.equal((await problemIn(api.open(opening))).code, 'no-right')
  })

  test('a rotation bears its length as its tag, and is not sent again to who has seen it', async t => {
    const { b, raw, api } = await begun(t)
    const { rotation } = await b.open()
    const params = { id: rotation }
    const call = callAs(alice, { params })
    const view = await api.get(call)
    assert.equal(call.sent.headers['etag'], `"${view.seq}"`)
    const seen = callAs(alice, { params, headers: { 'if-none-match': call.sent.headers['etag']! } })
    assert.equal(await raw.get(seen), taken)
    assert.equal(seen.sent.code, 304)
  })

  test('lists go page by page, by credential, environment, and whether they are open', async t => {
    const { b, api } = await begun(t)
    const opened: string[] = []
    for (let n = 0; n < 5; n++) {
      const { rotation } = await b.open()
      opened.push(rotation)
      if (n < 4) {
        await b.until(rotation, isEnded)
      }
    }
    opened.sort()
    const list = async (query: object) => fits(paths.list, await api.list(callAs(alice, { query })))
    const ids = async (query: object) => (await list(query)).items.map(one => one.id)
    const seen: string[] = []
    let after: string | null = null
    do {
      const page: { items: { id: string }[]; next: string | null } = await list({
        limit: 2,
        ...(after !== null && { after }),
      })
      seen.push(...page.items.map(one => one.id))
      after = page.next
    } while (after !== null)
    assert.deepEqual(seen, opened)
    const open = (await b.store.credential(b.credential))!.openRotation
    assert.deepEqual(await ids({ open: true }), [open])
    assert.deepEqual(await ids({ open: true, credential: b.credential }), [open])
    assert.equal((await ids({ open: false })).length, 4)
    assert.deepEqual(await ids({ environment: 'staging' }), [])
    assert.deepEqual(await ids({ environment: 'staging', open: true }), [])
    assert.equal((await ids({ environment: 'production', limit: 500 })).length, 5)
  })

  test('plan and runbook are printed together', async t => {
    const { b, api } = await begun(t)
    const { rotation } = await b.open()
    const text = await api.runbook(callAs(alice, { params: { id: rotation } }))
    assert.match(text, /^# Rotation plan: Document API key/)
    assert.match(text, /\n# Runbook: Document API key/)
  })
})

describe('a step by hand', () => {
  const settings = { console: 'the desk', prefix: 'crm', canDisable: true, hours: 4 }
  const value = 'typed-in-by-hand-must-never-show'

  test('is told to who may read, and handed in by who may operate; the value comes back in nothing', async t => {
    const { b, api } = await begun(t, { credential: { settings }, provider: manual })
    const { rotation } = await b.open()
    const params = { id: rotation }
    const early = fits(paths.handStep, await api.handStep(callAs(alice, { params })))
    assert.equal(early.step, null)
    await b.until(rotation, waitsForHand)
    const { step } = fits(paths.handStep, await api.handStep(callAs(alice, { params })))
    assert.equal(step?.verb, 'mint')
    assert.ok(step.steps.length > 0)
    assert.ok(step.asks.includes('value'))
    const view = await api.get(callAs(alice, { params }))
    assert.match(view.step?.waitsFor ?? '', /^a person to mint it by hand, until /)

    const vera = callAs(personAs('vera', 'viewer'), { params, body: { handle: 'crm-2', value } })
    assert.equal((await problemIn(api.handIn(vera))).code, 'no-right')
    const refusal = await problemIn(api.handIn(callAs(alice, { params, body: { handle: 'crm-2' } })))
    assert.deepEqual(
      refusal.more.faults?.map(fault => fault.code),
      ['no-value'],
    )
    const headers = { 'if-match': '"1"' }
    const late = callAs(alice, { params, body: { handle: 'crm-2', value }, headers })
    assert.equal((await problemIn(api.handIn(late))).code, 'stale-etag')

    const done = fits(
      paths.handIn,
      await api.handIn(callAs(alice, { params, body: { handle: 'crm-2', value } })),
    )
    assert.equal(done.new?.handle, 'crm-2')
    assert.ok(!JSON.stringify(done).includes(value))
    assert.equal(b.ground.vault.open((await b.store.sealed(b.credential, 2))!).reveal(), value)
  })
})
