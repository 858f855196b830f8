import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { gunzipSync, inflateSync } from 'node:zlib'
import { Secret } from '@rekey/core'
import { aCredential } from '@rekey/core/fixtures'
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose'
import { actorOf } from '../access/caller.ts'
import type { Enrolled } from '../access/software-agent.ts'
import { personAs } from '../api/fixtures.ts'
import { agentOn, ask, ok, type Site, signedInAs, type Town, town, until } from '../http/fixtures.ts'
import { registerCredential } from '../registry/credentials.ts'

let t: Town
let admin: string
let robot: Enrolled
before(async () => {
  t = await town({ planes: 2, bus: true })
  admin = await signedInAs(t.site, 'alice', { '*': 'admin' })
  robot = await agentOn(t.site, admin, 'robot', [{ credential: t.b.credential, consumer: 'web' }])
})
after(() => t.stop())

const settled = () => Promise.all(t.sites.map(({ plane }) => plane.status.settled()))
const keysOf = async (site: Site) =>
  createLocalJWKSet((await ok(site, 'GET', '/order-keys')) as JSONWebKeySet)

/** As somebody who knows nothing of Rekey checks it: jose, the published keys, the draft. */
async function statusFrom(site: Site, idx: number): Promise<number> {
  const path = '/status/1'
  const { text, headers } = await ask(site, 'GET', path, { headers: { 'accept-encoding': 'identity' } })
  assert.equal(headers.get('content-type'), 'application/statuslist+jwt')
  const { payload, protectedHeader } = await jwtVerify(text, await keysOf(site), {
    typ: 'statuslist+jwt',
    algorithms: ['Ed25519'],
    currentDate: new Date(t.b.clock.nowMs),
    requiredClaims: ['sub', 'iat', 'exp', 'ttl', 'status_list'],
  })
  assert.deepEqual(Object.keys(protectedHeader).sort(), ['alg', 'kid', 'typ'])
  assert.equal(payload['ttl'], 30)
  assert.equal(payload.exp! - payload.iat!, 600)
  const { bits, lst } = payload['status_list'] as { bits: number; lst: string }
  const bytes = inflateSync(Buffer.from(lst, 'base64url'))
  assert.deepEqual([bits, bytes.length], [2, 2 ** 18])
  return (bytes[idx >> 2]! >> ((idx & 3) * 2)) & 3
}

interface Referenced {
  iss: string
  sub: string
  status: { status_list: { idx: number; uri: string } }
}
async function read(site: Site, passport: string): Promise<Referenced> {
  const { payload } = await jwtVerify(passport, await keysOf(site), {
    typ: 'rekey-passport+jwt',
    algorithms: ['Ed25519'],
    currentDate: new Date(t.b.clock.nowMs),
  })
  return payload as unknown as Referenced
}

describe('status lists over HTTP', () => {
  test('a passport points into a list that an independent library verifies, whoever asks for it', async () => {
    await settled()
    const mine = await ok(t.site, 'GET', `/agent/passports/${t.b.credential}`, { as: robot })
    const ofPeople = await ok(t.site, 'GET', `/credentials/${t.b.credential}/versions/1/passport`, {
      as: admin,
    })
    assert.deepEqual([mine.credential, mine.version], [t.b.credential, 1])
    const claims = await read(t.site, mine.passport)
    assert.deepEqual(await read(t.site, ofPeople.passport), claims)
    const { idx, uri } = claims.status.status_list
    assert.equal(claims.sub, `cred/${t.b.credential}/v/1`)
    assert.equal(claims.iss, t.site.url)
    assert.equal(uri, `${t.site.url}/api/v1/status/1`)
    const token = (await ask(t.site, 'GET', '/status/1')).text
    assert.equal(JSON.parse(atob(token.split('.')[1]!)).sub, uri)
    for (const site of t.sites) assert.equal(await statusFrom(site, idx), 0)
  })

  test('is found by the aggregation, from any page, as gzip for those who take it', async () => {
    const { body, headers } = await ask(t.site, 'GET', '/status')
    assert.deepEqual(body, { status_lists: [`${t.site.url}/api/v1/status/1`] })
    assert.equal(headers.get('access-control-allow-origin'), '*')
    const plain = await ask(t.site, 'GET', '/status/1', { headers: { 'accept-encoding': 'gzip;q=0' } })
    assert.equal(plain.headers.get('content-encoding'), null)
    assert.equal(plain.headers.get('access-control-allow-origin'), '*')
    // fetch unpacks it by itself.
    const zipped = await ask(t.site, 'GET', '/status/1', { headers: { 'accept-encoding': 'gzip' } })
    assert.equal(zipped.headers.get('content-encoding'), 'gzip')
    assert.equal(zipped.text, plain.text)
    const token = await t.site.plane.status.token(1)
    assert.ok(token !== null && token !== 'behind')
    assert.equal(gunzipSync(await token.zipped()).toString(), token.text)
  })

  test('of another time, and lists that are not there, are refused as the draft has it', async () => {
    assert.equal((await ask(t.site, 'GET', '/status/1?time=1700000000')).status, 501)
    assert.equal((await ask(t.site, 'GET', '/status/2')).status, 404)
    assert.equal((await ask(t.site, 'GET', '/status/0')).status, 400)
  })

  test('a version that appears has a slot and a status by itself, on every control plane the same', async () => {
    const record = aCredential({ id: 'second' })
    assert.ok(
      await registerCredential(t.b.ground, record, [], secondValue(), actorOf(personAs('bob', 'admin'))),
    )
    await settled()
    const places = await until(
      () => t.sites.map(({ plane }) => plane.status.peek('second', 1)),
      some => some.every(one => one !== null),
    )
    assert.equal(places[0]!.idx, places[1]!.idx)
  })

  test('a killed version is invalid in the very next list, and the order says where', async () => {
    const before = await ask(t.site, 'GET', '/status/1')
    const body = { scope: { of: 'credential', credential: 'second' }, reason: 'it was seen on the web' }
    await ok(t.site, 'POST', '/kills', { as: admin, body }, 201)
    const place = t.site.plane.status.peek('second', 1)!
    assert.equal(await statusFrom(t.site, place.idx), 1)
    assert.notEqual((await ask(t.site, 'GET', '/status/1')).text, before.text)
    await until(
      () => statusFrom(t.sites[1]!, place.idx),
      value => value === 1,
    )
    const order = t.site.plane.orders.book.of('second')[0]!
    const { events } = JSON.parse(atob(order.text.split('.')[1]!)) as {
      events: Record<string, { x_status: object }>
    }
    assert.deepEqual(Object.values(events)[0]!.x_status, place)
  })

  test('the list is kept as long as nothing changes, and gets a new life when it is old', async () => {
    const textNow = async () => (await ask(t.site, 'GET', '/status/1')).text
    const first = await textNow()
    assert.equal(await textNow(), first)
    t.b.clock.nowMs += 11_000
    await until(() => t.site.plane.feed.isFresh(), Boolean)
    const later = await textNow()
    assert.notEqual(later, first)
    assert.equal(JSON.parse(atob(later.split('.')[1]!)).iat, Math.floor(t.b.clock.nowMs / 1_000))
  })

  test('the stand-by key takes over at once, and what the one before signed is believed no longer', async () => {
    const before = (await ask(t.site, 'GET', '/status/1')).text
    const { keys } = (await ok(t.site, 'GET', '/order-keys')) as { keys: { kid: string }[] }
    const standBy = keys[3]!.kid
    const answer = await ok(t.site, 'POST', '/order-keys/replace', {
      as: admin,
      body: { reason: 'the key was copied', of: 'status' },
    })
    assert.deepEqual([answer.serial, answer.active], [2, standBy])
    await until(
      async () => decodeProtectedHeader((await ask(t.sites[1]!, 'GET', '/status/1')).text).kid,
      kid => kid === standBy,
    )
    assert.equal(decodeProtectedHeader((await ask(t.site, 'GET', '/status/1')).text).kid, standBy)
    await assert.rejects(jwtVerify(before, await keysOf(t.site), { currentDate: new Date(t.b.clock.nowMs) }))
  })

  test('nothing went wrong meanwhile', () => assert.deepEqual(t.b.trouble, []))
})

const secondValue = () => ({ handle: 'h', secret: new Secret('another value'), issuedMs: t.b.clock.nowMs })
