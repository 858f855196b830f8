import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ask, codeOf, distant, ok, signedInAs, type Town, town, until } from '../http/fixtures.ts'

let w: Town
let admin = ''
before(async () => {
  w = await town({ planes: 2, bus: true, through: distant })
  admin = await signedInAs(w.site, 'alice', { '*': 'admin' })
})
after(() => w.stop())

describe('people', () => {
  test('are added once, with a way to sign in', async () => {
    const person = { id: 'xena', name: 'Xena', roles: { production: 'viewer' } }
    const add = (more: object) => ask(w.site, 'POST', '/people', { as: admin, body: { ...person, ...more } })
    assert.equal((await add({})).body.code, 'invalid-request')
    assert.equal((await add({ password: 'xena and her horse' })).body.code, 'not-acceptable')
    const signOn = { provider: 'corp', subject: 'x' }
    const both = await Promise.all([add({ signOn }), add({ signOn })])
    assert.deepEqual(both.map(one => one.status).sort(), [201, 409])
    assert.equal((await add({ signOn })).body.code, 'already-exists')
    assert.equal((await add({ id: 'walt', password: 'nine green paddles float' })).status, 201)
    const { text } = await ask(w.site, 'GET', '/people', { as: admin })
    assert.ok(!text.includes('argon2') && text.includes('"hasPassword":true'))
  })

  test('come back under another name only: the record knows who the first one was', async () => {
    await signedInAs(w.site, 'yan', { production: 'viewer' })
    await ok(w.site, 'DELETE', '/people/yan', { as: admin })
    const body = { id: 'yan', name: 'Another', roles: {}, signOn: { provider: 'corp', subject: 'y' } }
    assert.equal(await codeOf(w.site, 'POST', '/people', { as: admin, body }), 'already-exists')
  })

  test('have somebody among them who may do everything', async () => {
    const alone = await w.site.plane.keep.all('person')
    assert.equal(alone.filter(one => one.record.roles['*'] === 'admin').length, 1)
    const body = { roles: { '*': 'viewer' } }
    assert.equal(await codeOf(w.site, 'PUT', '/people/alice/roles', { as: admin, body }), 'refused')
    assert.equal(await codeOf(w.site, 'DELETE', '/people/alice', { as: admin }), 'refused')
    const zoe = await signedInAs(w.site, 'zoe', { '*': 'admin' })
    await ok(w.site, 'PUT', '/people/alice/roles', { as: zoe, body })
    assert.equal(await codeOf(w.site, 'DELETE', '/people/zoe', { as: zoe }), 'refused')
    assert.equal(await codeOf(w.site, 'GET', '/people/zoe/roles', { as: admin }), 'not-found')
    await ok(w.site, 'PUT', '/people/alice/roles', { as: zoe, body: { roles: { '*': 'admin' } } })
    await ok(w.site, 'DELETE', '/people/zoe', { as: admin })
    assert.equal(await codeOf(w.site, 'PUT', '/people/alice/roles', { as: admin, body }), 'refused')
  })

  test('lose a role at once here, and within a second elsewhere', async () => {
    const token = await signedInAs(w.site, 'quinn', { production: 'approver' })
    const reveal = (site = w.site) =>
      ask(site, 'POST', `/credentials/${w.b.credential}/versions/1/reveal`, {
        as: token,
        body: { reason: 'to see' },
      })
    for (const site of w.sites) assert.equal((await reveal(site)).status, 200)
    await ok(w.site, 'PUT', '/people/quinn/roles', { as: admin, body: { roles: { staging: 'admin' } } })
    assert.equal((await reveal()).status, 404)
    await until(
      async () => (await reveal(w.sites[1])).status,
      status => status === 404,
    )
  })

  test('that are changed in two ways at once are changed in both', async () => {
    const { keep } = w.site.plane
    const other = w.sites[1]!.plane.keep
    await signedInAs(w.site, 'rita', { production: 'viewer' })
    await other.get('person', 'rita')
    const by = { kind: 'person', id: 'alice' } as const
    const event = { type: 'passwordChanged', person: 'rita', atMs: 0, by } as const
    const add =
      (subject: string) => (record: NonNullable<Awaited<ReturnType<typeof keep.get<'person'>>>>) => ({
        record: { ...record, signOn: [...record.signOn, { provider: 'corp', subject }] },
        event,
      })
    await Promise.all(
      [...'abcdef'].map((one, nth) => (nth % 2 ? keep : other).change('person', 'rita', add(one))),
    )
    const { record } = (await w.store.record('person', 'rita', 0)) as unknown as {
      record: { signOn: object[] }
    }
    assert.equal(record.signOn.length, 6)
  })
})
