import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { isUnderway } from '@rekey/core'
import { importJWK, jwtVerify } from 'jose'
import type { Enrolled } from '../access/software-agent.ts'
import { listenTo, type Message } from '../feed/ear.ts'
import { allEvents, firstValue, isEnded } from '../fixtures.ts'
import {
  agentOn,
  ask,
  codeOf,
  ok,
  type Site,
  sharedName,
  signedInAs,
  type Town,
  town,
  until,
  withToken,
} from '../http/fixtures.ts'

const revocation = 'https://schemas.openid.net/secevent/caep/event-type/credential-change'

// biome-ignore lint/suspicious/noExplicitAny: of any answer; whoever looks knows which.
type Any = any

let w: Town
let here: Site
let there: Site
let admin = ''
let robot: Enrolled
before(async () => {
  w = await town({ planes: 2, bus: true })
  sharedName(w.sites)
  ;[here, there] = w.sites as [Site, Site]
  admin = await signedInAs(here, 'alice', { '*': 'admin' })
  robot = await agentOn(here, admin, 'robot', [{ credential: w.b.credential, consumer: 'web' }])
})
after(() => w.stop())

const scope = (version: number) => ({ of: 'version', credential: w.b.credential, version })
const kills = (messages: readonly Message[]) =>
  messages.map(one => one.data).filter(one => one.type === 'kill')
const stream = (epoch = 0, instance = 'p-1') => `/agent/stream?epoch=${epoch}&serial=0&instance=${instance}`

describe('a kill', () => {
  test('of what is not there is refused, and of what asks for nothing too', async () => {
    const order = (body: object) =>
      codeOf(here, 'POST', '/kills', { as: admin, body: { reason: 'it leaked', ...body } })
    assert.equal(await order({ scope: { ...scope(1), credential: 'none' } }), 'not-found')
    assert.equal(await order({ scope: scope(9) }), 'not-found')
    assert.equal(await order({ scope: { of: 'query', query: {} } }), 'refused')
    assert.equal(await order({ scope: scope(1), expectVersions: 2 }), 'refused')
    assert.equal(await order({ scope: scope(1), reason: '' }), 'invalid-request')
  })

  test('is for those who may decide in every environment that it reaches', async () => {
    const operator = await signedInAs(here, 'oscar', { production: 'operator' })
    const elsewhere = await signedInAs(here, 'erin', { staging: 'approver' })
    const body = { reason: 'it leaked', scope: scope(1) }
    assert.equal(await codeOf(here, 'POST', '/kills', { as: operator, body }), 'no-right')
    // What is in an environment that they may not look at is not there for them.
    assert.equal(await codeOf(here, 'POST', '/kills', { as: elsewhere, body }), 'not-found')
  })

  test('shows before what it would reach', async () => {
    const elsewhere = { scope: { of: 'target', target: 'orders-db' } }
    assert.equal(await codeOf(here, 'POST', '/kills/preview', { as: admin, body: elsewhere }), 'not-found')
    const one = await ok(here, 'POST', '/kills/preview', { as: admin, body: { scope: scope(1) } })
    assert.deepEqual([one.totals.versions, one.totals.consumers], [1, 2])
    assert.deepEqual(one.credentials[0].agents, ['robot'])
  })

  test('reaches every stream on every control plane as an order that another library verifies, and the target at once', async () => {
    const ears = [
      await listenTo(here, stream(), { as: robot }),
      await listenTo(there, stream(0, 'p-2'), { as: robot }),
    ]
    const view = await ok(
      here,
      'POST',
      '/kills',
      { as: admin, body: { reason: 'it leaked', scope: scope(1) } },
      201,
    )
    assert.equal(view.killed.length, 1)
    for (const ear of ears) {
      const [{ order, credential, version }] = await until(
        () => kills(ear.messages),
        some => some.length > 0,
      )
      assert.deepEqual([credential, version], [w.b.credential, 1])
      const { keys } = await ok(here, 'GET', '/order-keys')
      const header = JSON.parse(Buffer.from(order.split('.')[0], 'base64url').toString())
      const key = await importJWK(
        keys.find((one: { kid: string }) => one.kid === header.kid),
        'Ed25519',
      )
      const { payload } = await jwtVerify(order, key, {
        algorithms: ['Ed25519'],
        typ: 'secevent+jwt',
        issuer: here.url,
        audience: `${here.url}/agents`,
        currentDate: new Date(w.b.clock.nowMs),
      })
      const said = (payload as Record<string, Any>)['events'][revocation]
      assert.deepEqual([said.change_type, said.x_revocation_epoch, payload['txn']], ['revoke', 1, view.id])
      assert.equal((payload['sub_id'] as { sub: string }).sub, `cred/${w.b.credential}/v/1`)
      ear.stop()
    }
    // The target's part has begun by itself: nobody has ticked.
    await until(
      () => w.b.world.versions.find(one => one.value === firstValue)?.state,
      state => state !== 'enabled',
    )
  })

  test('takes the value away from agents, and is not done twice', async () => {
    const { status, body: given } = await ask(here, 'GET', `/agent/credentials/${w.b.credential}`, {
      as: robot,
    })
    assert.ok(status === 410 || (given.version === 2 && !given.accepted.includes(1)))
    const body = { reason: 'it leaked again', scope: scope(1) }
    assert.equal(await codeOf(here, 'POST', '/kills', { as: admin, body }), 'not-found')
  })

  test('says who has not answered, and takes an answer by either way', async () => {
    const { items } = await ok(here, 'GET', '/kills', { as: admin })
    const [{ id }] = items
    const open = await until(
      () => ok(here, 'GET', `/kills/${id}`, { as: admin }),
      view => view.unconfirmed.filter((one: Any) => one.instance !== null).length === 2,
    )
    assert.deepEqual(open.unconfirmed.flatMap((one: Any) => one.instance ?? []).sort(), ['p-1', 'p-2'])
    const answer = (instance: string) => `/agent/orders/1/answer?instance=${instance}&said=applied&held=true`
    assert.equal((await ask(here, 'POST', answer('p-1'), { as: robot })).status, 204)
    // With a body it goes the usual way.
    assert.equal((await ask(there, 'POST', answer('p-2'), { as: robot, raw: '{}' })).status, 204)
    await until(
      () => ok(there, 'GET', `/kills/${id}`, { as: admin }),
      view => view.unconfirmed.every((one: Any) => one.instance === null),
    )
    const never = '/agent/orders/9/answer?instance=p-1&said=applied'
    assert.equal((await ask(here, 'POST', never, { as: robot })).status, 404)
    // Under one of our epochs, by another name: it confirms nothing of ours.
    const other = '/agent/orders/1/answer?instance=p-9&said=applied&jti=another'
    assert.equal((await ask(here, 'POST', other, { as: robot })).status, 404)
    // Somebody gives orders who is not we.
    const { type } = await until(
      async () => (await w.store.stream('strange-order/robot', 0, 10))[0],
      one => one !== undefined,
    ).then(one => one!)
    assert.equal(type, 'strangeOrderApplied')
  })

  test('goes on by itself until another version works everywhere', async () => {
    const row = await w.store.credential(w.b.credential)
    const rotation = row?.openRotation ?? ''
    const ended = await w.b.until(rotation, isEnded)
    assert.ok(ended.phase === 'ended' && ended.ending === 'completed')
    assert.deepEqual([ended.old?.life, ended.new?.life, ended.trigger.why], ['dead', 'active', 'incident'])
    const { items } = await ok(here, 'GET', '/kills', { as: admin })
    const view = await ok(here, 'GET', `/kills/${items[0].id}`, { as: admin })
    assert.deepEqual(view.unconfirmed, [])
    const states = Object.fromEntries(view.killed[0].steps.map((one: Any) => [one.step, one.state]))
    assert.deepEqual(states, {
      revoke: 'confirmed',
      record: 'confirmed',
      halt: 'confirmed',
      mint: 'confirmed',
      probe: 'confirmed',
      publish: 'confirmed',
      resume: 'confirmed',
      notify: 'not-needed',
    })
    const text = (await ask(here, 'GET', `/kills/${items[0].id}/report.md`, { as: admin })).text
    assert.match(text, /Nothing: every known holder has confirmed/)
    assert.match(text, /The same by hand/)
  })

  test('tells whoever connects later what they do not know yet, and believes that what they know they have applied', async () => {
    const late = await listenTo(there, stream(0, 'p-3'), { as: robot })
    assert.equal(
      (
        await until(
          () => kills(late.messages),
          some => some.length > 0,
        )
      ).length,
      1,
    )
    late.stop()
    const knows = await listenTo(there, stream(1, 'p-4'), { as: robot })
    await knows.heard(2)
    assert.equal(kills(knows.messages).length, 0)
    knows.stop()
    const { orders, upTo, keys } = await ok(here, 'GET', '/agent/orders', { as: robot })
    assert.deepEqual([orders.length, upTo, keys.length], [1, 1, 1])
    const { items } = await ok(here, 'GET', '/kills', { as: admin })
    const view = await until(
      () => ok(here, 'GET', `/kills/${items[0].id}`, { as: admin }),
      seen => seen.killed[0].holders.some((one: Any) => one.instance === 'p-4'),
    )
    assert.equal(view.killed[0].holders.find((one: Any) => one.instance === 'p-4').state, 'confirmed')
  })

  test('in the middle of a rotation turns it round, whatever it was about to do', async () => {
    const { rotation } = await w.b.open()
    await w.b.until(rotation, state => isUnderway(state) && state.lastMoveMs !== null)
    const whole = { of: 'credential', credential: w.b.credential }
    const view = await ok(
      there,
      'POST',
      '/kills',
      { as: admin, body: { reason: 'both leaked', scope: whole } },
      201,
    )
    assert.equal(view.killed.length, 2)
    const ended = await w.b.until(rotation, isEnded)
    assert.ok(ended.phase === 'ended')
    const versions = await w.store.versions(w.b.credential)
    const killed = versions.filter(one => one.compromised)
    assert.deepEqual(
      killed.map(one => one.state),
      ['dead', 'dead', 'dead'],
    )
    assert.equal(versions.at(-1)?.state, 'active')
  })

  test('that two give at once is given once, on whichever control plane', async () => {
    const { currentVersion } = await ok(here, 'GET', `/credentials/${w.b.credential}`, { as: admin })
    const body = { reason: 'two saw it', scope: scope(currentVersion) }
    const answers = await Promise.all(
      [here, there].map(site => ask(site, 'POST', '/kills', { as: admin, body })),
    )
    assert.deepEqual(answers.map(one => one.status).sort(), [201, 404])
    const orders = await w.store.stream('orders', 0, 100)
    const about = orders.map(one => JSON.parse(one.data).version)
    assert.equal(new Set(about).size, about.length)
    assert.deepEqual(
      orders.map(one => JSON.parse(one.data).epoch),
      orders.map(one => one.seq),
    )
    const row = await w.store.credential(w.b.credential)
    await w.b.until(row?.openRotation ?? '', isEnded)
  })

  test('that somebody confirms and goes on to use the version is not confirmed, and says so', async () => {
    const { currentVersion } = await ok(here, 'GET', `/credentials/${w.b.credential}`, { as: admin })
    robot = await withToken(here, 'robot', robot.keys)
    for (const one of ['web', 'queue']) await w.b.say(one, null, { says: 'stopped' })
    const liar = await listenTo(here, stream(0, 'liar'), { as: robot })
    await liar.heard(1)
    const body = { reason: 'it leaked', scope: scope(currentVersion) }
    const { id, killed } = await ok(here, 'POST', '/kills', { as: admin, body }, 201)
    const answer = `/agent/orders/${killed[0].epoch}/answer?instance=liar&said=applied`
    assert.equal((await ask(here, 'POST', answer, { as: robot })).status, 204)
    liar.stop()
    w.b.clock.nowMs += 60_000
    const used = { says: 'used', outcome: 'success', lane: null, path: 'usual' } as const
    await w.b.say('web', currentVersion, used, { instance: 'liar' })
    const view = await until(
      () => ok(here, 'GET', `/kills/${id}`, { as: admin }),
      seen =>
        seen.killed[0].holders.length > 0 &&
        seen.killed[0].holders.every((one: Any) => one.state === 'confirmed'),
    )
    assert.equal(view.killed[0].consumers.find((one: Any) => one.consumer === 'web').state, 'unconfirmed')
    assert.match(view.unconfirmed.map((one: Any) => one.what).join(), /was used there since/)
    assert.equal(view.killed[0].lastUseAfterKillMs, 60_000)
    const row = await w.store.credential(w.b.credential)
    await w.b.until(row?.openRotation ?? '', isEnded)
  })

  test('writes no value anywhere', async () => {
    assert.ok(!(await allEvents(w.store)).includes('must-never-show'))
  })
})
