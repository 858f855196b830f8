import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ask, ok, pause, type Town, until } from '../http/fixtures.ts'
import { receiver as listening } from '../webhooks/fixtures.ts'
import { caep, push, SignalTown, ssf } from './fixtures.ts'

let s: SignalTown
let t: Town
let admin: string
before(async () => {
  s = await SignalTown.open()
  t = s.t
  admin = s.admin
})
after(() => s.stop())

describe('a stream that is pushed', () => {
  test('brings a kill to the receiver at once, as two events of one transaction that an independent library verifies', async context => {
    const { receiver } = await s.pushed(context, await s.enrolled('pushed'))
    const credential = await s.credentialIn('production')
    await t.site.plane.status.settled()
    const began = performance.now()
    const { id } = await s.kill(credential)
    await until(
      () => receiver.heard.length,
      count => count === 2,
    )
    assert.ok(receiver.heard[0]!.atMs - began < 1_000)
    const { issuer } = await s.discovered()
    const order = t.site.plane.orders.book.of(credential)[0]!
    const [change, session] = [`${caep}/credential-change`, `${caep}/session-revoked`].map(
      event => receiver.heard.find(one => one.event === event)!,
    )
    for (const one of [change!, session!]) {
      assert.equal(one.txn, id)
      assert.deepEqual(one.sub_id, { format: 'iss_sub', iss: issuer, sub: `cred/${credential}/v/1` })
      assert.deepEqual(one.said['reason_admin'], { en: 'seen in a public repository' })
      assert.equal(one.said['initiating_entity'], 'admin')
      assert.equal(one.said['event_timestamp'], Math.floor(order.atMs / 1_000))
    }
    assert.equal(change!.said['change_type'], 'revoke')
    assert.equal(typeof change!.said['credential_type'], 'string')
    assert.equal(change!.said['x_revocation_epoch'], order.epoch)
    assert.ok((change!.said['x_status'] as { uri: string }).uri.startsWith(issuer))
    assert.equal(receiver.authorization, 'Bearer of-the-receiver')
    await pause(100)
    assert.equal(receiver.requests, 2)
  })

  test('is verified with the state that was asked for', async context => {
    const as = await s.enrolled('verified')
    const { receiver, stream } = await s.pushed(context, as)
    const body = { stream_id: stream.stream_id, state: 'a state of ours' }
    assert.equal((await ask(t.site, 'POST', '/ssf/verify', { as, body })).status, 204)
    const [heard] = await until(
      () => receiver.heard,
      some => some.length === 1,
    )
    assert.equal(heard!.event, `${ssf}/verification`)
    assert.deepEqual(heard!.said, { state: 'a state of ours' })
    assert.deepEqual(heard!.sub_id, { format: 'opaque', id: stream.stream_id })
  })

  test('waits for a receiver that is down, and brings what it missed', async context => {
    const { receiver } = await s.pushed(context, await s.enrolled('down'))
    receiver.instead = { status: 503 }
    const credential = await s.credentialIn('production')
    await s.kill(credential)
    await until(
      () => receiver.requests,
      count => count > 0,
    )
    const view = () => ok(t.site, 'GET', '/receivers/down', { as: admin })
    const { streams } = await until(view, one => one.streams[0].failing !== null)
    assert.equal(streams[0].failing.why, 'it answered 503')
    // A 400 that says nothing is not the receiver's word.
    receiver.instead = { status: 400, body: 'no' }
    t.b.clock.nowMs += 1_000
    await until(view, one => one.streams[0].failing?.attempts === 2)
    receiver.instead = null
    t.b.clock.nowMs += 2_000
    await until(
      () => receiver.heard.length,
      count => count === 2,
    )
    await until(view, one => one.streams[0].failing === null)
  })

  test('does not bring again what the receiver says is wrong, and it is written down', async context => {
    const { receiver } = await s.pushed(context, await s.enrolled('picky'), {
      events_requested: [`${caep}/credential-change`],
    })
    receiver.instead = {
      status: 400,
      body: JSON.stringify({ err: 'invalid_key', description: 'a long <story>' }),
    }
    await s.kill(await s.credentialIn('production'))
    const view = () => ok(t.site, 'GET', '/receivers/picky', { as: admin })
    const { streams } = await until(view, one => one.streams[0].refused.length === 1)
    assert.equal(streams[0].refused[0].err, 'invalid_key')
    assert.equal(streams[0].failing, null)
    receiver.instead = null
    await s.kill(await s.credentialIn('production'))
    await until(
      () => receiver.heard.length,
      count => count === 1,
    )
    assert.equal(receiver.requests, 2)
  })

  test('holds what happens while it is paused, and not what happens while it is disabled', async context => {
    const as = await s.enrolled('paused')
    const { receiver, stream } = await s.pushed(context, as, {
      events_requested: [`${caep}/credential-change`],
    })
    const status = (status: string) =>
      ok(t.site, 'POST', '/ssf/status', { as, body: { stream_id: stream.stream_id, status } })
    await status('paused')
    const held = await s.credentialIn('production')
    await s.kill(held)
    await pause(100)
    assert.equal(receiver.requests, 0)
    await status('enabled')
    await until(
      () => receiver.heard.length,
      count => count === 1,
    )
    await status('disabled')
    await s.kill(await s.credentialIn('production'))
    await status('enabled')
    const last = await s.credentialIn('production')
    await s.kill(last)
    const heard = await until(
      () => receiver.heard,
      some => some.length === 2,
    )
    assert.deepEqual(
      heard.map(one => one.sub_id['sub']),
      [`cred/${held}/v/1`, `cred/${last}/v/1`],
    )
  })

  test('is served by one of several control planes at a time, whichever gave the order', async context => {
    const { receiver } = await s.pushed(context, await s.enrolled('twice'), {
      events_requested: [`${caep}/credential-change`],
    })
    const credentials = []
    for (let nth = 0; nth < 10; nth++) credentials.push(await s.credentialIn('production'))
    await Promise.all(credentials.map((one, nth) => s.kill(one, nth % 2)))
    await until(
      () => receiver.heard.length,
      count => count === 10,
    )
    const waited = t.b.clock
    for (let nth = 0; nth < 10; nth++) {
      waited.nowMs += 1_000
      await pause(30)
    }
    assert.deepEqual(
      receiver.heard.map(one => one.sub_id['sub']).sort(),
      credentials.map(one => `cred/${one}/v/1`).sort(),
    )
    assert.equal(receiver.requests, 10)
  })

  test('goes on after a restart where it was', async context => {
    const { receiver } = await s.pushed(context, await s.enrolled('restarted'))
    await s.stopLoops()
    const credential = await s.credentialIn('production')
    await s.kill(credential)
    await pause(50)
    assert.equal(receiver.requests, 0)
    s.startLoops()
    const heard = await until(
      () => receiver.heard,
      some => some.length === 2,
    )
    assert.ok(heard.every(one => one.sub_id['sub'] === `cred/${credential}/v/1`))
  })

  test('holds up no kill, though its receiver never answers', async context => {
    const port = await listening(context, () => undefined)
    const delivery = { method: push, endpoint_url: `http://127.0.0.1:${port}/events` }
    await s.create(await s.enrolled('silent'), { delivery })
    const other = await s.pushed(context, await s.enrolled('prompt'))
    const credential = await s.credentialIn('production')
    const began = performance.now()
    await s.kill(credential)
    await until(
      () => other.receiver.heard.length,
      count => count === 2,
    )
    // The silent one is given up after two seconds.
    assert.ok(performance.now() - began < 1_500)
    await ok(t.site, 'DELETE', '/receivers/silent', { as: admin })
  })

  test('is signed with the stand-by from when that takes over, and is verified as before', async context => {
    const { receiver } = await s.pushed(context, await s.enrolled('anew'))
    const { keys: before } = await ok(t.site, 'GET', '/ssf/jwks')
    const body = { reason: 'the key was copied', of: 'shared-signals' }
    const { active } = await ok(t.site, 'POST', '/order-keys/replace', { as: admin, body })
    assert.equal(active, before[1].kid)
    await until(
      () => t.sites[1]!.plane.shared.keys.known()?.active.kid,
      kid => kid === active,
    )
    await s.kill(await s.credentialIn('production'))
    await until(
      () => receiver.heard.length,
      count => count === 2,
    )
    const { keys } = await ok(t.site, 'GET', '/ssf/jwks')
    assert.equal(keys[0].kid, active)
    assert.ok(!keys.some((one: { kid: string }) => one.kid === before[0].kid))
  })

  test('hears of the environments it was given, and of nothing else', async context => {
    const staging = await s.pushed(context, await s.enrolled('staging', { environments: ['staging'] }))
    const all = await s.pushed(context, await s.enrolled('all', { environments: ['*'] }))
    const [here, there] = [await s.credentialIn('production'), await s.credentialIn('staging')]
    await s.kill(here)
    await s.kill(there)
    await until(
      () => all.receiver.heard.length,
      count => count === 4,
    )
    await until(
      () => staging.receiver.heard.length,
      count => count === 2,
    )
    await pause(100)
    assert.ok(staging.receiver.heard.every(one => one.sub_id['sub'] === `cred/${there}/v/1`))
  })
})

test('nothing went wrong meanwhile, and no secret is in the record or the log', () => s.clean())
