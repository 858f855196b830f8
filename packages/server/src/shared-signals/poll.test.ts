import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ask, ok, pause, type Town } from '../http/fixtures.ts'
import { SignalTown, type Stream, ssf } from './fixtures.ts'

let s: SignalTown
let t: Town
let admin: string
before(async () => {
  s = await SignalTown.open()
  t = s.t
  admin = s.admin
})
after(() => s.stop())

describe('a stream that is polled', () => {
  test('gives what is owed, again until it is acknowledged, and the rest later', async () => {
    const as = await s.enrolled('polled', { audience: 'https://gateway.example/' })
    const stream = await s.create(as)
    assert.equal(stream.aud, 'https://gateway.example/')
    assert.deepEqual(await s.pollAt(as, stream), { sets: {}, moreAvailable: false })
    await s.kill(await s.credentialIn('production'))
    await s.kill(await s.credentialIn('production'))
    const first = await s.pollAt(as, stream, { maxEvents: 3 })
    assert.equal(first.moreAvailable, true)
    const heard = await s.heardIn(first.sets, stream)
    assert.equal(heard.length, 3)
    assert.deepEqual(
      Object.keys((await s.pollAt(as, stream, { maxEvents: 3 })).sets),
      Object.keys(first.sets),
    )
    // Out of order, and some of it with an error.
    const [one, two, three] = Object.keys(first.sets) as [string, string, string]
    const setErrs = { [two]: { err: 'invalid_issuer', description: 'no' } }
    const second = await s.pollAt(as, stream, {
      ack: [three, 'not-a-jti', `9999.${'x'.repeat(22)}`],
      setErrs,
    })
    assert.ok(Object.keys(second.sets).includes(one) && Object.keys(second.sets).length === 2)
    assert.deepEqual(await s.pollAt(as, stream, { ack: Object.keys(second.sets), maxEvents: 0 }), {
      sets: {},
      moreAvailable: false,
    })
    assert.deepEqual((await s.pollAt(as, stream)).sets, {})
    const view = await ok(t.site, 'GET', '/receivers/polled', { as: admin })
    assert.deepEqual(
      [view.streams[0].refused[0].err, view.streams[0].epoch],
      ['invalid_issuer', t.site.plane.orders.book.epoch()],
    )
    assert.deepEqual((await t.site.plane.keep.get('signal-cursor', stream.stream_id))?.taken, [])
  })

  test('answers a poll that waits as soon as an order is given', async () => {
    const as = await s.enrolled('waiting')
    const stream = await s.create(as)
    const polling = s.pollAt(as, stream, { returnImmediately: false })
    const credential = await s.credentialIn('production')
    await pause(50)
    await s.kill(credential)
    const { sets } = await polling
    assert.deepEqual(
      (await s.heardIn(sets, stream)).map(one => one.sub_id['sub']),
      Array(2).fill(`cred/${credential}/v/1`),
    )
  })

  test('is verified like one that is pushed', async () => {
    const as = await s.enrolled('checked')
    const stream = await s.create(as)
    await ok(t.site, 'POST', '/ssf/verify', { as, body: { stream_id: stream.stream_id, state: 's' } }, 204)
    const { sets } = await s.pollAt(as, stream)
    const [heard] = await s.heardIn(sets, stream)
    assert.deepEqual([heard!.event, heard!.said], [`${ssf}/verification`, { state: 's' }])
    assert.deepEqual((await s.pollAt(as, stream, { ack: Object.keys(sets) })).sets, {})
  })

  test('hears of the subjects that were added where nothing else was asked for, and not of those that were removed', async () => {
    const [some, all] = [await s.enrolled('some', { defaultSubjects: 'NONE' }), await s.enrolled('but')]
    const [added, other, hidden] = [
      await s.credentialIn('production'),
      await s.credentialIn('production'),
      await s.credentialIn('staging'),
    ]
    const { issuer } = await s.discovered()
    const [wanting, leaving] = [await s.create(some), await s.create(all)]
    const subject = (sub: string) => ({ format: 'iss_sub', iss: issuer, sub })
    const asked = (as: string, { stream_id }: Stream, what: string, one: object) =>
      ask(t.site, 'POST', `/ssf/subjects/${what}`, { as, body: { stream_id, subject: one } })
    assert.equal((await asked(some, wanting, 'add', subject(`cred/${added}`))).status, 200)
    assert.equal((await asked(all, leaving, 'remove', subject(`cred/${added}/v/1`))).status, 204)
    for (const one of [subject(`cred/${hidden}`), subject('cred/none'), { format: 'email', email: 'a@b.c' }])
      assert.equal((await asked(some, wanting, 'add', one)).status, 404)
    assert.equal((await asked(some, wanting, 'add', subject('x'))).status, 400)
    for (const one of [added, other, hidden]) await s.kill(one)
    const subs = async (as: string, stream: Stream) => [
      ...new Set((await s.heardIn((await s.pollAt(as, stream)).sets, stream)).map(one => one.sub_id['sub'])),
    ]
    assert.deepEqual(await subs(some, wanting), [`cred/${added}/v/1`])
    assert.deepEqual(await subs(all, leaving), [`cred/${other}/v/1`])
  })

  test('goes on at another control plane where it was', async () => {
    const as = await s.enrolled('moving')
    const stream = await s.create(as)
    await s.kill(await s.credentialIn('production'))
    const first = await s.pollAt(as, stream)
    const path = `/ssf/poll/${stream.stream_id}`
    const body = { returnImmediately: true, ack: [Object.keys(first.sets)[0]] }
    await t.sites[1]!.plane.orders.book.catchUp()
    const second = await ok(t.sites[1]!, 'POST', path, { as, body })
    assert.deepEqual(Object.keys(second.sets), [Object.keys(first.sets)[1]])
  })
})

test('nothing went wrong meanwhile, and no secret is in the record or the log', () => s.clean())
