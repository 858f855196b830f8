import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ask, codeOf, ok, type Town } from '../http/fixtures.ts'
import { caep, pollBy, push, SignalTown, type Stream } from './fixtures.ts'

let s: SignalTown
let t: Town
before(async () => {
  s = await SignalTown.open()
  t = s.t
})
after(() => s.stop())

describe('a stream', () => {
  test('lives as the framework has it: made, read, changed, replaced, paused and deleted by its receiver', async () => {
    const as = await s.enrolled('life')
    const stream = await s.create(as, {
      events_requested: [`${caep}/credential-change`, `${caep}/unknown`],
      description: 'first',
    })
    const { issuer } = await s.discovered()
    const { stream_id, ...said } = stream as Stream & Record<string, unknown>
    assert.deepEqual(said, {
      iss: issuer,
      aud: `${issuer}/receivers/life`,
      events_supported: [`${caep}/credential-change`, `${caep}/session-revoked`],
      events_requested: [`${caep}/credential-change`, `${caep}/unknown`],
      events_delivered: [`${caep}/credential-change`],
      delivery: { method: pollBy, endpoint_url: `${issuer}/api/v1/ssf/poll/${stream_id}` },
      description: 'first',
    })
    assert.deepEqual(await ok(t.site, 'GET', `/ssf/streams?stream_id=${stream_id}`, { as }), stream)
    assert.deepEqual(await ok(t.site, 'GET', '/ssf/streams', { as }), [stream])

    const delivery = {
      method: push,
      endpoint_url: 'https://receiver.example/events',
      authorization_header: 'Bearer x',
    }
    const patched = await ok(t.site, 'PATCH', '/ssf/streams', {
      as,
      body: { stream_id, delivery, iss: issuer },
    })
    assert.deepEqual(patched.delivery, { method: push, endpoint_url: delivery.endpoint_url })
    assert.equal(patched.description, 'first')
    const replaced = await ok(t.site, 'PUT', '/ssf/streams', { as, body: { stream_id } })
    assert.deepEqual(
      [replaced.delivery.method, replaced.description, replaced.events_requested],
      [pollBy, undefined, undefined],
    )
    assert.deepEqual(replaced.events_delivered, replaced.events_supported)

    for (const status of ['paused', 'disabled', 'enabled']) {
      const body = { stream_id, status, reason: `it is ${status}` }
      assert.deepEqual(await ok(t.site, 'POST', '/ssf/status', { as, body }, 200), body)
      assert.deepEqual(await ok(t.site, 'GET', `/ssf/status?stream_id=${stream_id}`, { as }), body)
    }
    assert.equal((await ask(t.site, 'DELETE', `/ssf/streams?stream_id=${stream_id}`, { as })).status, 204)
    assert.equal((await ask(t.site, 'GET', `/ssf/streams?stream_id=${stream_id}`, { as })).status, 404)
  })

  test('is refused what cannot be: another way, another issuer, an address that nothing is sent to', async () => {
    const as = await s.enrolled('refused')
    const { stream_id } = await s.create(as)
    for (const body of [
      { delivery: { method: 'urn:example:other' } },
      { delivery: { method: push } },
      { delivery: { method: push, endpoint_url: 'ftp://receiver.example' } },
      { delivery: { method: push, endpoint_url: 'https://receiver.example', authorization_header: 'a\nb' } },
      { aud: 'https://somebody.else' },
      { iss: 'https://somebody.else' },
    ])
      assert.equal(
        await codeOf(t.site, 'PATCH', '/ssf/streams', { as, body: { stream_id, ...body } }),
        'invalid-request',
      )
    for (let nth = 1; nth < 8; nth++) await s.create(as)
    assert.equal((await ask(t.site, 'POST', '/ssf/streams', { as, body: {} })).status, 409)
  })

  test('of another receiver is as if it were not there', async () => {
    const mine = await s.create(await s.enrolled('mine'))
    const as = await s.enrolled('theirs')
    const { stream_id } = mine
    const asked: [string, string, object?][] = [
      ['GET', `/ssf/streams?stream_id=${stream_id}`],
      ['PATCH', '/ssf/streams', { stream_id }],
      ['PUT', '/ssf/streams', { stream_id }],
      ['DELETE', `/ssf/streams?stream_id=${stream_id}`],
      ['GET', `/ssf/status?stream_id=${stream_id}`],
      ['POST', '/ssf/status', { stream_id, status: 'disabled' }],
      ['POST', '/ssf/verify', { stream_id }],
      ['POST', '/ssf/subjects/add', { stream_id, subject: { format: 'opaque', id: 'x' } }],
      ['POST', `/ssf/poll/${stream_id}`, { returnImmediately: true }],
    ]
    for (const [method, path, body] of asked)
      assert.equal(await codeOf(t.site, method, path, { as, ...(body && { body }) }), 'not-found', path)
  })
})

test('nothing went wrong meanwhile, and no secret is in the record or the log', () => s.clean())
