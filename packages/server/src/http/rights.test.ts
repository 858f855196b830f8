import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { allRoutes, type Right, type Role, type Route, rights, rightsOf, roles } from '@rekey/wire'
import { type Asked, apiToken, ask, ok, session, signedInAs, until } from './fixtures.ts'
import { pathOf, type Visit, visits } from './visits.ts'
import { type World, world } from './world.ts'

let w: World
const as: Record<string, Asked['as']> = {}
const good = new Map<string, Visit>()
before(async () => {
  w = await world()
  for (const role of roles) as[role] = await signedInAs(w.site, `the-${role}`, { production: role })
  as['admin of staging'] = await signedInAs(w.site, 'stage', { staging: 'admin' })
  as['admin'] = w.admin
  as['nobody'] = null
  as['agent'] = w.agent
  as['source'] = w.source
  as['receiver'] = w.receiver
  for (const [operation, visitOf] of Object.entries(visits)) good.set(operation, await visitOf(w, {}))
})
after(() => w.stop())

const isRight = (who: string): who is Right => (rights as readonly string[]).includes(who)
const isPerson = (who: string) => who.includes('admin') || (roles as readonly string[]).includes(who)

/** As the wire says it, and by nothing else: null where they are let in. */
function refusalFor(who: string, route: Route): string | null {
  if (route.who === 'anyone' || route.who === who) return null
  if (who === 'nobody') return 'not-signed-in'
  if (!isPerson(who) || ['agent', 'source', 'receiver'].includes(route.who)) return 'out-of-scope'
  if (!isRight(route.who)) return null
  const role = who === 'admin of staging' ? 'admin' : (who as Role)
  return rightsOf[role].includes(route.who) ? null : 'no-right'
}

/** Limits refill, and nobody is refused for asking often. */
const patiently = (route: Route, visit: Visit, more: Asked = {}) => {
  w.b.clock.nowMs += 100
  return ask(w.site, route.method, pathOf(route.path, visit), { ...visit, ...more })
}
const ofDenial = ['not-signed-in', 'no-right', 'out-of-scope']

describe('what the wire says of who may ask is kept', () => {
  for (const who of ['nobody', ...roles, 'admin of staging', 'agent', 'source', 'receiver']) {
    test(`for ${who}: refused everywhere else, with the reason and before anything is looked at`, async () => {
      let refused = 0
      for (const [operation, route] of allRoutes) {
        const expected = refusalFor(who, route)
        if (expected === null) continue
        for (const visit of [good.get(operation)!, {}]) {
          const { status, body, text } = await patiently(route, visit, { as: as[who] ?? null })
          assert.equal(body?.code, expected, `${operation} for ${who}: ${status} ${text}`)
          refused++
        }
      }
      assert.ok(refused > 0 || who === 'admin')
    })

    test(`for ${who}: let in where it says so, and then told what is wrong with what they ask`, async () => {
      for (const [operation, route] of allRoutes) {
        if (refusalFor(who, route) !== null || route.media === 'text/event-stream') continue
        if (operation === 'session.signOut' || operation === 'session.changePassword') continue
        // What is not there: whoever is let in to look is told so.
        const { status, body, text } = await patiently(route, isPerson(who) ? {} : good.get(operation)!, {
          as: as[who] ?? null,
        })
        // Who guesses at secrets is refused for the secret, and a list may be of those that are one's own.
        if (route.who === 'anyone') assert.ok(!['no-right', 'out-of-scope'].includes(body?.code), text)
        else
          assert.ok(!ofDenial.includes(body?.code) || isOfAll(operation), `${operation}: ${status} ${text}`)
      }
    })
  }
})

/** Rules and people are of no environment: to change them takes the right in all, which their handlers ask for. */
const isOfAll = (operation: string) =>
  /^(people|settings|issuers|signOns|webhooks|sources|agents|glass|orderKeys|signalSources|signalPolicy|receivers)\./.test(
    operation,
  )

test('an admin of another environment learns nothing of this one, and changes nothing in it', async () => {
  const before = (await w.store.events(0, 10_000)).length
  for (const [operation, route] of allRoutes) {
    if (!isRight(route.who) || route.media === 'text/event-stream') continue
    const visit = good.get(operation)!
    const { status, body, text } = await patiently(route, visit, { as: as['admin of staging'] ?? null })
    const saysNone = status === 404 && body.detail.includes(String(Object.values(visit.params ?? {})[0]))
    if (text.includes(w.b.credential))
      assert.ok(saysNone && visit.params !== undefined, `${operation} shows ${text}`)
    // To see what a kill would reach changes nothing.
    if (route.method !== 'GET' && operation !== 'kills.preview')
      assert.ok(status === 403 || status === 404, `${operation}: ${status} ${text}`)
  }
  const told = (await w.store.events(0, 10_000)).slice(before).map(one => one.type)
  assert.deepEqual(
    told.filter(type => type !== 'accessRefused'),
    [],
  )
})

describe('an API token', () => {
  test('that may read writes nothing, whatever its person may do', async () => {
    const { token } = await apiToken(w.site, w.admin, ['read'])
    for (const [operation, route] of allRoutes) {
      if (!isRight(route.who) || route.who === 'read') continue
      const { body, text } = await patiently(route, good.get(operation)!, { as: token })
      assert.equal(body?.code, 'no-right', `${operation}: ${text}`)
    }
    await ok(w.site, 'GET', `/credentials/${w.b.credential}`, { as: token })
  })

  test('changes neither how its person signs in nor what other tokens there are; it may end itself', async () => {
    const { token, id } = await apiToken(w.site, w.admin, ['read', 'operate'])
    for (const operation of [
      'session.changePassword',
      'session.newPasskeyOptions',
      'session.removePasskey',
      'tokens.make',
      'tokens.revoke',
      'session.signOut',
    ]) {
      const route = allRoutes.find(([name]) => name === operation)![1]
      const { status, text } = await patiently(route, good.get(operation)!, { as: token })
      assert.ok(status === 403 || status === 409, `${operation}: ${status} ${text}`)
    }
    await ok(w.site, 'DELETE', `/tokens/${id}`, { as: token })
    assert.equal((await ask(w.site, 'GET', '/session', { as: token })).status, 401)
  })

  test('of somebody who may work everywhere works in the environments that it was limited to, and there only', async () => {
    const here = await apiToken(w.site, w.admin, ['read', 'operate'], ['production'])
    const there = await apiToken(w.site, w.admin, ['read', 'operate'], ['staging'])
    const path = `/credentials/${w.b.credential}`
    await ok(w.site, 'GET', path, { as: here.token })
    await ok(w.site, 'GET', path, { as: there.token }, 404)
    const { items } = await ok(w.site, 'GET', '/credentials', { as: there.token })
    assert.deepEqual(items, [])
    await ok(w.site, 'PUT', '/settings', { as: here.token, body: { twoPerson: {} } }, 403)
  })

  test('is good until it expires', async () => {
    const body = { name: 'short', rights: ['read'], lifeMs: 60_000 }
    const { token } = await ok(w.site, 'POST', '/tokens', { as: w.admin, body })
    w.b.clock.nowMs += 59_999
    await ok(w.site, 'GET', '/session', { as: token })
    w.b.clock.nowMs += 1
    await ok(w.site, 'GET', '/session', { as: token }, 401)
  })

  test('may do no more than its person may do by then', async () => {
    const lena = await signedInAs(w.site, 'lena', { production: 'operator' })
    const { token } = await apiToken(w.site, lena, ['read', 'operate', 'decide', 'administer'])
    const reveal = () =>
      ask(w.site, 'POST', `/credentials/${w.b.credential}/versions/1/reveal`, {
        as: token,
        body: { reason: 'to see' },
      })
    assert.equal((await reveal()).status, 403)
    const path = '/people/lena/roles'
    await ok(w.site, 'PUT', path, { as: w.admin, body: { roles: { production: 'approver' } } })
    assert.equal((await reveal()).status, 200)
    await ok(w.site, 'PUT', path, { as: w.admin, body: { roles: { production: 'viewer' } } })
    assert.equal((await reveal()).status, 403)
    await ok(w.site, 'DELETE', '/people/lena', { as: w.admin })
    assert.equal((await reveal()).status, 401)
  })
})

test('who was refused is written down by name, folded, and with nothing of what they sent', async () => {
  const rose = await signedInAs(w.site, 'rose', { production: 'viewer' })
  const body = { reason: 'a-text-that-must-never-show' }
  const path = `/credentials/${w.b.credential}/versions/1/reveal`
  for (let nth = 0; nth < 5; nth++) await ok(w.site, 'POST', path, { as: rose, body }, 403)
  const refused = { who: 'person:rose', what: 'credentials.reveal', code: 'no-right' }
  const told = async () =>
    (await w.store.events(0, 10_000))
      .filter(one => one.type === 'accessRefused' && one.data.includes('person:rose'))
      .map(one => JSON.parse(one.data))
  assert.deepEqual(await until(told, some => some.length > 0), [{ ...refused, count: 1 }])
  const line = w.lines.filter(one => one.includes('person:rose')).map(one => JSON.parse(one))
  assert.equal(line.length, 5)
  assert.deepEqual([line[0].who, line[0].operation, line[0].code], Object.values(refused))
  assert.ok(!w.lines.join().includes('a-text-that-must-never-show'))
  assert.ok(!JSON.stringify(await w.store.events(0, 10_000)).includes('a-text-that-must-never-show'))
  assert.equal(typeof (await session(w.site, 'rose')), 'string')
})
