import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Secret } from '@rekey/core'
import { realProvider, secret, visit } from '../access/sign-on-trial.ts'
import { type Answered, ask, codeOf, ok, signedInAs, type Town, town } from '../http/fixtures.ts'

const path = '/session/sign-on/corp'

describe('signing in through a provider', () => {
  let w: Town
  let admin = ''
  let close = () => {}
  let backTo = ''
  before(async () => {
    w = await town()
    // The provider’s clock is that of the machine.
    w.b.clock.nowMs = Date.now()
    admin = await signedInAs(w.site, 'alice', { '*': 'admin' })
    backTo = `${w.site.url}/api/v1${path}/done`
    const provider = await realProvider(backTo)
    close = provider.close
    w.site.plane.ground.admin = async name => new Secret(name === 'corp-client' ? secret : 'another')
    const body = { name: 'Corp', issuer: provider.issuer, clientId: 'rekey', clientSecret: 'corp-client' }
    await ok(w.site, 'PUT', '/sign-on/corp', { as: admin, body })
    const signOn = { provider: 'corp', subject: 'mira' }
    const mira = { id: 'mk', name: 'Mira', roles: { production: 'operator' }, signOn }
    await ok(w.site, 'POST', '/people', { as: admin, body: mira }, 201)
  })
  after(async () => {
    close()
    await w.stop()
  })

  const cookieOf = ({ headers }: Answered) => (headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  const begin = async () => {
    const answer = await ask(w.site, 'GET', path)
    assert.equal(answer.status, 200, answer.text)
    return {
      url: answer.body.url as string,
      cookie: cookieOf(answer),
      set: answer.headers.get('set-cookie') ?? '',
    }
  }
  const back = (query: Record<string, unknown>, cookie: string) =>
    ask(w.site, 'GET', `${path}/done?${new URLSearchParams(query as Record<string, string>)}`, {
      headers: { cookie },
    })

  test('is offered to anybody, by name and without what it is done with', async () => {
    const { text, body } = await ask(w.site, 'GET', '/sign-on')
    assert.deepEqual(body.items, [{ id: 'corp', name: 'Corp' }])
    const ways = await ask(w.site, 'GET', '/session/ways')
    assert.deepEqual(ways.body.signOn, [{ provider: 'corp', name: 'Corp' }])
    assert.ok(!text.includes('corp-client') && !ways.text.includes('corp-client'))
  })

  test('makes a session of the person that the provider knows by their subject', async () => {
    const { url, cookie, set } = await begin()
    assert.match(set, /^rekey-sign-on=[\w-]{32}; HttpOnly; SameSite=Lax; Max-Age=300$/)
    assert.ok(url.includes('code_challenge_method=S256'))
    const query = { ...(await visit(url, 'mira', backTo)) }
    const done = await back(query, cookie)
    assert.equal(done.status, 200, done.text)
    assert.equal(done.body.person.id, 'mk')
    assert.equal(done.body.token, undefined)
    const shown = await ask(w.site, 'GET', '/session', { headers: { cookie: cookieOf(done) } })
    assert.equal(shown.body.person.id, 'mk')
    const told = (await w.store.stream('person/mk', 0, 10)).at(-1)
    assert.deepEqual(JSON.parse(told?.data ?? ''), { person: 'mk', with: 'sign-on' })
    assert.equal((await back(query, cookie)).status, 401, 'it is good once')
  })

  test('sends a browser on to the dashboard, wherever that is, and an ending in words to its sign-in', async () => {
    const { url, cookie } = await begin()
    const query = new URLSearchParams((await visit(url, 'mira', backTo)) as Record<string, string>)
    const come = () =>
      ask(w.site, 'GET', `${path}/done?${query}`, { headers: { cookie, accept: 'text/html,*/*;q=0.8' } })
    const done = await come()
    assert.deepEqual([done.status, done.text], [303, ''])
    const to = (answer: Answered) => answer.headers.get('location') ?? ''
    const from = 'https://example.com/some/path'
    assert.equal(new URL(to(done), `${from}/api/v1${path}/done`).href, `${from}/`)
    assert.equal(done.headers.get('referrer-policy'), 'no-referrer')
    assert.equal(done.headers.get('cache-control'), 'no-store')
    const shown = await ask(w.site, 'GET', '/session', { headers: { cookie: cookieOf(done) } })
    assert.equal(shown.body.person.id, 'mk')

    const again = await come()
    assert.deepEqual([again.status, again.headers.get('set-cookie')], [303, null])
    const failed = new URL(to(again), `${from}/api/v1${path}/done`)
    assert.ok(failed.href.startsWith(`${from}/#/sign-in?failed=`), failed.href)
    const words = decodeURIComponent(failed.hash)
    assert.match(words, /Begin/)
    for (const secretly of [query.get('code')!, query.get('state')!, cookie.split('=')[1]!])
      assert.ok(!words.includes(secretly), words)
    const refused = (await w.store.events(0, 10_000)).filter(one => one.type === 'accessRefused')
    assert.ok(
      refused.some(one => one.data.includes('session.signOnDone')),
      'it is written down all the same',
    )
  })

  test('is finished by the browser that began it, and with the answer to what it asked', async () => {
    const [one, other] = [await begin(), await begin()]
    const query = { ...(await visit(one.url, 'mira', backTo)) }
    assert.equal((await back(query, '')).body.code, 'not-signed-in')
    assert.equal((await back(query, other.cookie)).body.code, 'not-signed-in')
    assert.equal((await back({ ...query, state: 'another' }, one.cookie)).body.code, 'not-signed-in')
    assert.equal(
      (await back(query, one.cookie)).body.code,
      'not-signed-in',
      'an attempt is over after one answer',
    )
  })

  test('lets nobody in whom no admin has added with that subject, or who was ended', async () => {
    const stranger = await begin()
    const query = { ...(await visit(stranger.url, 'otto', backTo)) }
    assert.equal((await back(query, stranger.cookie)).body.code, 'no-right')
    await ok(w.site, 'DELETE', '/people/mk', { as: admin })
    const mira = await begin()
    assert.equal(
      (await back({ ...(await visit(mira.url, 'mira', backTo)) }, mira.cookie)).body.code,
      'no-right',
    )
  })

  test('says so when the person gave it up, or took too long', async () => {
    const { cookie, url } = await begin()
    const state = new URL(url).searchParams.get('state') ?? ''
    assert.equal((await back({ error: 'access_denied', state }, cookie)).body.code, 'not-signed-in')
    const late = await begin()
    w.b.clock.nowMs += 300_000
    assert.equal((await back({ code: 'x', state: 'y' }, late.cookie)).body.code, 'not-signed-in')
  })

  test('is over once the provider is taken out, and one that could be anybody is not taken in', async () => {
    await ok(w.site, 'DELETE', '/sign-on/corp', { as: admin })
    assert.equal(await codeOf(w.site, 'GET', path), 'not-found')
    for (const issuer of ['http://corp.example', 'https://me:pw@corp.example', 'corp']) {
      const body = { name: 'Corp', issuer, clientId: 'rekey' }
      assert.equal(await codeOf(w.site, 'PUT', '/sign-on/corp', { as: admin, body }), 'not-acceptable')
    }
  })
})

test('signing in through a provider comes back to where people open the dashboard, also below a path', async t => {
  const w = await town({ dashboardUrl: 'https://tools.example.com/rekey' })
  t.after(() => w.stop())
  w.b.clock.nowMs = Date.now()
  const backTo = `https://tools.example.com/rekey/api/v1${path}/done`
  const provider = await realProvider(backTo)
  t.after(provider.close)
  const as = await signedInAs(w.site, 'alice', { '*': 'admin' })
  await ok(w.site, 'PUT', '/sign-on/corp', {
    as,
    body: { name: 'Corp', issuer: provider.issuer, clientId: 'rekey' },
  })
  const { url } = await ok(w.site, 'GET', path)
  assert.equal(new URL(url).searchParams.get('redirect_uri'), backTo)
})
