import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Secret } from '@rekey/core'
import { hashPassword } from '../access/password.ts'
import { sessionLifeMs } from '../access/people.ts'
import { setUpToken } from '../access/set-up.ts'
import { listenTo } from '../feed/ear.ts'
import {
  type Asked,
  apiToken,
  ask,
  codeOf,
  distant,
  ok,
  session,
  signedInAs,
  type Town,
  town,
  until,
} from '../http/fixtures.ts'

const password = 'nine green paddles float'

let w: Town
let admin = ''
before(async () => {
  w = await town({ planes: 2, bus: true, through: distant })
})
after(() => w.stop())

const signIn = (id: string, given = password, more: Asked = {}, site = w.site) =>
  ask(site, 'POST', '/session', { body: { id, password: given, token: true }, ...more })
const isIn = async (as: string, site = w.site) => (await ask(site, 'GET', '/session', { as })).status === 200
/** Somebody with that password, without hashing it anew for each test. */
let hashed = ''
async function withPassword(id: string) {
  const token = await signedInAs(w.site, id, { production: 'approver' })
  hashed ||= await hashPassword(new Secret(password))
  const record = (await w.site.plane.keep.get('person', id))!
  await w.site.plane.keep.put('person', id, { ...record, password: hashed })
  return token
}

describe('setting up', () => {
  const first = (token: string, id: string, more: object = {}) =>
    ask(w.site, 'POST', '/setup', { body: { token, id, name: id, password, ...more } })

  test('takes a password that is none of the first that anybody would try, and leaves the link good until then', async () => {
    assert.deepEqual(await ok(w.site, 'GET', '/setup'), { done: false })
    const link = (await setUpToken(w.site.plane.ground, w.site.plane.keep))!.reveal()
    for (const bad of ['short', 'password1234', 'alice and her twelve'])
      assert.equal((await first(link, 'alice', { password: bad })).body.code, 'not-acceptable')
    assert.equal((await first(link.slice(0, -1), 'alice')).status, 401)
    assert.equal((await first('rekey_setup_x', 'alice')).status, 401)
  })

  test('is done once: of two who follow links at once one is the first person, and no link is good after', async () => {
    const links = await Promise.all(
      w.sites.map(async ({ plane: { ground, keep } }) => (await setUpToken(ground, keep))!.reveal()),
    )
    const answers = await Promise.all([
      first(links[0]!, 'alice', { asToken: true }),
      first(links[1]!, 'alice', { asToken: true }),
      first(links[0]!, 'alice', { asToken: true }),
    ])
    assert.deepEqual(answers.map(one => one.status).sort(), [201, 409, 409])
    const done = answers.find(one => one.status === 201)!
    assert.deepEqual(done.body.person.roles, { '*': 'admin' })
    admin = done.body.token
    assert.equal(await isIn(admin), true)
    for (const link of links) assert.ok([401, 409].includes((await first(link, 'eve')).status))
    w.b.clock.nowMs += 11 * 60_000
    for (const link of links) assert.ok([401, 409].includes((await first(link, 'eve')).status))
    assert.equal(await setUpToken(w.site.plane.ground, w.site.plane.keep), null)
    assert.deepEqual(await ok(w.site, 'GET', '/setup'), { done: true })
    assert.equal((await w.site.plane.keep.all('person')).length, 1)
    const told = (await w.store.events(0, 100)).filter(one => one.type === 'setUp')
    assert.equal(told.length, 1)
  })
})

describe('signing in with a password', () => {
  before(async () => {
    await withPassword('bob')
    await signedInAs(w.site, 'keyless', { production: 'viewer' })
  })

  test('answers alike whoever is not known, has no password, has another one, or was ended', async () => {
    await withPassword('former')
    await ok(w.site, 'DELETE', '/people/former', { as: admin })
    const answers = [
      await signIn('nobody-of-that-name'),
      await signIn('keyless'),
      await signIn('bob', 'nine green paddles sink'),
      await signIn('former'),
    ]
    for (const { status, text, headers } of answers) {
      assert.equal(status, 401)
      assert.equal(text, answers[0]!.text)
      assert.equal(headers.get('set-cookie'), null)
    }
    assert.ok(!answers[2]!.text.includes('paddles'))
  })

  test('gives a session in a cookie that scripts do not see and other sites do not send', async () => {
    const { body, headers } = await signIn('bob', password, { body: { id: 'bob', password } })
    const cookie = headers.get('set-cookie') ?? ''
    assert.match(
      cookie,
      /^rekey-session=rekey_session_\w{36}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=43200$/,
    )
    assert.equal(body.token, undefined)
    assert.equal(headers.get('cache-control'), 'no-store')
  })

  test('marks the cookie for encrypted connections where the control plane is reached by one', async () => {
    const urls = w.sites[1]!.plane.urls as string[]
    urls.push('https://rekey.example')
    const { headers } = await signIn('bob', password, { body: { id: 'bob', password } }, w.sites[1])
    urls.pop()
    assert.match(headers.get('set-cookie') ?? '', /; Secure$/)
  })

  test('gives the session in the answer where a command line asks for it, and then sets no cookie', async () => {
    const { body, headers } = await signIn('bob')
    assert.equal(headers.get('set-cookie'), null)
    assert.equal(await isIn(body.token), true)
  })

  test('is written down, and the session lasts for half a day', async () => {
    const { body } = await signIn('bob')
    const told = (await w.store.stream('person/bob', 0, 100)).at(-1)
    assert.deepEqual(
      [told?.type, JSON.parse(told?.data ?? '')],
      ['signedIn', { person: 'bob', with: 'password' }],
    )
    assert.equal(body.expiresMs, w.b.clock.nowMs + sessionLifeMs)
  })
})

describe('a session in a cookie', () => {
  const asked = async (headers: Record<string, string>) => {
    const cookie = `other=1; rekey-session=${await session(w.site, 'alice')}`
    return ask(w.site, 'PUT', '/settings', { body: { twoPerson: {} }, headers: { cookie, ...headers } })
  }

  test('changes something only when one of our own pages asks', async () => {
    const ours = [{ origin: w.site.url }, { 'sec-fetch-site': 'same-origin' }]
    for (const headers of ours) assert.equal((await asked(headers)).status, 200, JSON.stringify(headers))
    const others: Record<string, string>[] = [
      {},
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: `${w.site.url}.evil.example` },
      { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'none' },
    ]
    for (const headers of others) {
      const { status, body } = await asked(headers)
      assert.deepEqual([status, body.code], [403, 'cross-site'], JSON.stringify(headers))
    }
  })

  test('listens to the stream, as a page of ours does that can set no header', async () => {
    const cookie = `rekey-session=${await session(w.site, 'alice')}`
    const headers = { cookie, accept: 'text/event-stream', 'sec-fetch-site': 'same-origin' }
    const ear = await listenTo(w.site, '/stream?after=0', { headers })
    const [first] = await ear.heard(1)
    ear.stop()
    assert.equal(first?.data.position, 1)
    const again = await listenTo(w.site, '/stream', { headers: { ...headers, 'last-event-id': '1' } })
    const [next] = await again.heard(1)
    again.stop()
    assert.equal(next?.data.position, 2)
  })

  test('looks at things from anywhere, for the answer stays with the browser', async () => {
    const cookie = `rekey-session=${await session(w.site, 'alice')}`
    const { status, headers } = await ask(w.site, 'GET', '/session', {
      headers: { cookie, origin: 'https://evil.example' },
    })
    assert.equal(status, 200)
    assert.equal(headers.get('access-control-allow-origin'), null)
  })
})

describe('the end of a session', () => {
  test('comes with signing out, at once here and within a second elsewhere', async () => {
    const token = await withPassword('sam')
    const [here, there] = w.sites as [(typeof w)['site'], (typeof w)['site']]
    assert.equal(await isIn(token, there), true)
    const beganMs = performance.now()
    const { headers } = await ask(here, 'DELETE', '/session', { as: token })
    assert.match(headers.get('set-cookie') ?? '', /^rekey-session=; .*Max-Age=0/)
    assert.equal(await isIn(token, here), false)
    await until(
      () => isIn(token, there),
      is => !is,
    )
    assert.ok(performance.now() - beganMs < 1_900)
  })

  test('comes to all others when the password is changed, wherever they are remembered', async () => {
    const own = await withPassword('tess')
    const other = await session(w.site, 'tess')
    const api = await apiToken(w.site, own, ['read'])
    for (const token of [own, other]) assert.equal(await isIn(token, w.sites[1]), true)
    const change = (body: object) => ask(w.site, 'PUT', '/session/password', { as: own, body })
    assert.equal((await change({ fresh: 'six brown kettles sing' })).body.code, 'wrong-password')
    assert.equal((await change({ old: 'x', fresh: 'six brown kettles sing' })).body.code, 'wrong-password')
    assert.equal((await change({ old: password, fresh: 'short' })).body.code, 'not-acceptable')
    assert.equal(await isIn(other), true)
    assert.equal((await change({ old: password, fresh: 'six brown kettles sing' })).status, 200)
    assert.deepEqual([await isIn(own), await isIn(other), await isIn(api.token)], [true, false, true])
    await until(
      () => isIn(other, w.sites[1]),
      is => !is,
    )
    assert.equal(await isIn(own, w.sites[1]), true)
    assert.equal((await signIn('tess')).status, 401)
    assert.equal((await signIn('tess', 'six brown kettles sing')).status, 200)
  })

  test('comes by itself after half a day', async () => {
    const token = await session(w.site, 'alice')
    w.b.clock.nowMs += sessionLifeMs - 1
    assert.equal(await isIn(token), true)
    w.b.clock.nowMs += 1
    assert.equal(await isIn(token), false)
    admin = await session(w.site, 'alice')
  })

  test('comes with the end of its person, with their tokens, wherever they are', async () => {
    const token = await withPassword('uma')
    const api = await apiToken(w.site, token, ['read'])
    for (const one of [token, api.token]) assert.equal(await isIn(one, w.sites[1]), true)
    await ok(w.site, 'DELETE', '/people/uma', { as: admin })
    for (const one of [token, api.token]) {
      assert.equal(await isIn(one), false)
      await until(
        () => isIn(one, w.sites[1]),
        is => !is,
      )
    }
    assert.equal((await signIn('uma')).status, 401)
    assert.equal(await isIn(await session(w.site, 'uma')), false, 'one that was made in that moment')
    const { items } = await ok(w.site, 'GET', '/tokens', { as: admin })
    assert.ok(!items.some((one: { person: string }) => one.person === 'uma'))
    assert.equal((await w.site.plane.keep.get('person', 'uma'))?.password, null)
  })

  test('of a token comes with its revocation, by its person or by an admin and by nobody else', async () => {
    const vera = await signedInAs(w.site, 'vera', { production: 'approver' })
    const [one, two] = [await apiToken(w.site, vera, ['read']), await apiToken(w.site, vera, ['read'])]
    assert.equal(await isIn(one.token, w.sites[1]), true)
    const will = await signedInAs(w.site, 'will', { production: 'admin' })
    assert.equal(await codeOf(w.site, 'DELETE', `/tokens/${one.id}`, { as: will }), 'not-found')
    await ok(w.site, 'DELETE', `/tokens/${one.id}`, { as: vera })
    await ok(w.site, 'DELETE', `/tokens/${two.id}`, { as: admin })
    for (const { token } of [one, two]) assert.equal(await isIn(token), false)
    await until(
      () => isIn(one.token, w.sites[1]),
      is => !is,
    )
  })
})
