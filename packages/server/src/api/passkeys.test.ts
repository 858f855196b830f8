import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Authenticator, type Bend } from '../access/software-authenticator.ts'
import { apiToken, ask, codeOf, ok, session, signedInAs, type Town, town, until } from '../http/fixtures.ts'

describe('a passkey', () => {
  let w: Town
  let token = ''
  let handle = ''
  const device = new Authenticator('ES256')
  before(async () => {
    w = await town({ planes: 2 })
    // Both are one installation, to which passkeys belong.
    const urls = w.sites[1]!.plane.urls as string[]
    urls.splice(0, urls.length, w.site.url)
    token = await signedInAs(w.site, 'pia', { production: 'approver' })
  })
  after(() => w.stop())

  const bend = (more: Partial<Bend> = {}) => ({ client: { origin: w.site.url }, rpId: '127.0.0.1', ...more })
  const begin = (as = token) => ok(w.site, 'POST', '/session/passkeys/options', { as })
  async function add(some: Authenticator, as = token, more: Partial<Bend> = {}) {
    const { attempt, options } = await begin(as)
    const body = { attempt, name: 'Laptop', credential: some.register(options.challenge, bend(more)) }
    return { answer: await ask(w.site, 'POST', '/session/passkeys', { as, body }), options, body }
  }
  async function signIn(more: Partial<Bend> = {}, site = w.site, some = device) {
    const { attempt, options } = await ok(site, 'POST', '/session/passkey/options')
    const body = {
      attempt,
      credential: some.signIn(options.challenge, bend({ handle, ...more })),
      token: true,
    }
    return { answer: await ask(site, 'POST', '/session/passkey', { body }), body }
  }

  test('is a way to sign in once somebody has one, and a password always is', async () => {
    const before = await ok(w.site, 'GET', '/session/ways')
    assert.deepEqual(before, { password: true, passkey: false, signOn: [] })
    const last = new Authenticator('ES256')
    const quinn = await signedInAs(w.site, 'quinn', { production: 'viewer' })
    await add(last, quinn)
    assert.equal((await ok(w.site, 'GET', '/session/ways')).passkey, true)
    const admin = await signedInAs(w.site, 'anna', { '*': 'admin' })
    await signedInAs(w.site, 'otto', { '*': 'admin' })
    await ok(w.site, 'DELETE', '/people/quinn', { as: admin })
    assert.equal((await ok(w.site, 'GET', '/session/ways')).passkey, false)
  })

  test('is added by whoever is signed in, and an attempt is good once and for its person', async () => {
    const { answer, options, body } = await add(device)
    handle = options.user.id
    assert.equal(answer.status, 201, answer.text)
    assert.deepEqual(
      answer.body.passkeys.map((one: { name: string }) => one.name),
      ['Laptop'],
    )
    assert.ok(!answer.text.includes('publicKey'))
    assert.equal(
      (await ask(w.site, 'POST', '/session/passkeys', { as: token, body })).body.code,
      'not-signed-in',
    )
    const quentin = await signedInAs(w.site, 'quentin', { production: 'viewer' })
    const { attempt, options: hers } = await begin()
    const stolen = {
      attempt,
      name: 'x',
      credential: new Authenticator('EdDSA').register(hers.challenge, bend()),
    }
    assert.equal(
      await codeOf(w.site, 'POST', '/session/passkeys', { as: quentin, body: stolen }),
      'not-signed-in',
    )
    assert.equal((await add(device)).answer.body.code, 'already-exists')
    assert.equal((await add(device, quentin)).answer.body.code, 'already-exists')
  })

  test('of another place or without its person being there is not taken', async () => {
    for (const more of [
      { rpId: 'evil.example' },
      { client: { origin: 'https://evil.example' } },
      { flags: 0x01 },
    ])
      assert.equal((await add(new Authenticator('ES256'), token, more)).answer.body.code, 'refused')
  })

  test('signs its person in at any control plane, and says when it was last used', async () => {
    for (const [nth, site] of w.sites.entries()) {
      w.b.clock.nowMs += 1_000
      const { answer } = await signIn({ counter: nth + 1 }, site)
      assert.equal(answer.status, 200, answer.text)
      assert.equal(answer.body.person.id, 'pia')
      assert.equal(answer.body.person.passkeys[0].lastMs, w.b.clock.nowMs)
      assert.equal((await ask(site, 'GET', '/session', { as: answer.body.token })).status, 200)
    }
  })

  test('signs nobody in with an answer that was given before, or to another question', async () => {
    const { body } = await signIn({ counter: 10 })
    assert.equal(await codeOf(w.site, 'POST', '/session/passkey', { body }), 'not-signed-in')
    const { attempt } = await ok(w.site, 'POST', '/session/passkey/options')
    assert.equal(
      await codeOf(w.site, 'POST', '/session/passkey', { body: { ...body, attempt } }),
      'wrong-password',
    )
    const mine = await begin()
    const other = { ...body, attempt: mine.attempt }
    assert.equal(await codeOf(w.site, 'POST', '/session/passkey', { body: other }), 'not-signed-in')
  })

  test('signs nobody in from another page, without its person, or once it was copied', async () => {
    const bad = [
      { client: { origin: 'https://evil.example' } },
      { rpId: 'evil.example' },
      { flags: 0x01 },
      { counter: 3 },
    ]
    for (const more of bad) {
      const { answer } = await signIn(more)
      assert.deepEqual([answer.status, answer.body.code], [401, 'wrong-password'], JSON.stringify(more))
    }
    const { answer } = await signIn({}, w.site, new Authenticator('ES256'))
    assert.equal(answer.body.code, 'wrong-password')
  })

  test('must be answered within five minutes', async () => {
    const { attempt, options } = await ok(w.site, 'POST', '/session/passkey/options')
    w.b.clock.nowMs += 300_000
    const body = { attempt, credential: device.signIn(options.challenge, bend({ handle, counter: 20 })) }
    assert.equal(await codeOf(w.site, 'POST', '/session/passkey', { body }), 'not-signed-in')
  })

  test('is no way in for an API token', async () => {
    const api = await apiToken(w.site, token, ['read', 'operate', 'decide'])
    assert.equal(await codeOf(w.site, 'POST', '/session/passkeys/options', { as: api.token }), 'out-of-scope')
  })

  test('that signs in while its person loses a role brings no role back, and one that ends stays ended', async () => {
    const alice = await signedInAs(w.site, 'alice', { '*': 'admin' })
    const there = w.sites[1]!
    await signIn({ counter: 30 }, there)
    // The other control plane remembers her as she was.
    assert.deepEqual((await there.plane.keep.get('person', 'pia'))?.roles, { production: 'approver' })
    const roles = { production: 'viewer' } as const
    await ok(w.site, 'PUT', '/people/pia/roles', { as: alice, body: { roles } })
    await signIn({ counter: 31 }, there)
    const now = async () =>
      (await w.store.record('person', 'pia', 0))?.record as { roles: object; endedMs: number | null }
    assert.deepEqual((await now()).roles, roles)
    await until(
      () => there.plane.keep.get('person', 'pia'),
      one => one?.roles['production'] === 'viewer',
    )
    const { attempt, options } = await ok(there, 'POST', '/session/passkey/options')
    await ok(w.site, 'DELETE', '/people/pia', { as: alice })
    const body = { attempt, credential: device.signIn(options.challenge, bend({ handle, counter: 32 })) }
    assert.equal(await codeOf(there, 'POST', '/session/passkey', { body }), 'wrong-password')
    assert.notEqual((await now()).endedMs, null)
  })

  test('is removed by its person, but not when it is the last way in', async () => {
    const rob = await signedInAs(w.site, 'rob', { production: 'viewer' })
    const [one, two] = [new Authenticator('ES256'), new Authenticator('EdDSA')]
    await add(one, rob)
    await add(two, rob)
    const path = (some: Authenticator) => `/session/passkeys/${some.id.toString('base64url')}`
    await ok(w.site, 'DELETE', path(one), { as: rob })
    assert.equal(await codeOf(w.site, 'DELETE', path(one), { as: rob }), 'not-found')
    assert.equal(await codeOf(w.site, 'DELETE', path(two), { as: rob }), 'refused')
    assert.equal(await codeOf(w.site, 'DELETE', path(device), { as: rob }), 'not-found')
    const { answer } = await signIn({}, w.site, one)
    assert.equal(answer.body.code, 'wrong-password')
    assert.equal(typeof (await session(w.site, 'rob')), 'string')
  })
})
