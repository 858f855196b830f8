import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Enrolled } from '../access/software-agent.ts'
import { firstValue, isEnded } from '../fixtures.ts'
import {
  agentOn,
  apiToken,
  ask,
  codeOf,
  ok,
  type Site,
  session,
  sharedName,
  signedInAs,
  type Town,
  town,
  until,
  withToken,
} from '../http/fixtures.ts'

let w: Town
let here: Site
let there: Site
let admin = ''
let robot: Enrolled
let path = ''
const bind = (...consumers: string[]) => consumers.map(consumer => ({ credential: w.b.credential, consumer }))
before(async () => {
  w = await town({ planes: 2, bus: true })
  sharedName(w.sites)
  ;[here, there] = w.sites as [Site, Site]
  admin = await signedInAs(here, 'alice', { '*': 'admin' })
  path = `/agent/credentials/${w.b.credential}`
  robot = await agentOn(here, admin, 'robot', bind('web'))
  const credential = {
    name: 'Other',
    kind: 'database',
    provider: 'fake',
    target: 't',
    environment: 'production',
  }
  const consumers = [{ id: 'web', name: 'web', behaviour: 'background-job' }]
  const existing = { handle: 'h', value: 'another-value-that-must-never-show' }
  await ok(
    here,
    'POST',
    '/credentials',
    { as: admin, body: { id: 'other', credential, consumers, existing } },
    201,
  )
})
after(() => w.stop())

describe('an agent', () => {
  test('is given the version and value that its consumer should use, at any control plane', async () => {
    for (const site of w.sites) {
      const { status, body, headers } = await ask(site, 'GET', path, { as: robot })
      assert.equal(status, 200)
      assert.deepEqual([body.version, body.value, body.consumer, body.accepted], [1, firstValue, 'web', [1]])
      assert.equal(headers.get('cache-control'), 'no-store')
    }
    const { items } = await ok(here, 'GET', '/agent/credentials', { as: robot })
    assert.deepEqual(
      items.map((one: { consumer: string }) => one.consumer),
      ['web'],
    )
    assert.ok(!JSON.stringify(items).includes(firstValue))
  })

  test('is given nothing that it is not bound to, is not told that it exists, and it is written down', async () => {
    const asks = [
      `${path}?consumer=queue`,
      '/agent/credentials/other',
      '/agent/credentials/none',
      '/agent/credentials/other?consumer=web',
    ]
    const answers = []
    for (const one of asks) answers.push(await ask(here, 'GET', one, { as: robot }))
    for (const { status, body, text } of answers) {
      assert.deepEqual([status, body.code], [403, 'out-of-scope'])
      assert.ok(!text.includes('must-never-show'))
    }
    const shape = (text: string) => text.replaceAll(/other|none/g, '?')
    assert.equal(shape(answers[1]!.text), shape(answers[2]!.text))
    const told = async () =>
      (await w.store.events(0, 1_000))
        .filter(one => one.type === 'accessRefused')
        .map(one => JSON.parse(one.data))
    const [first, ...more] = await until(told, some => some.length > 0)
    assert.deepEqual(first, { who: 'agent:robot', what: 'agent.value', code: 'out-of-scope', count: 1 })
    assert.deepEqual(more, [], 'those that follow are counted, and told together')
    const body = {
      batch: 'batch-001',
      instance: 'i',
      statements: [{ ...bind('queue')[0], version: 1, says: 'present', atMs: w.b.clock.nowMs }],
    }
    const reported = await ok(here, 'POST', '/agent/observations', { as: robot, body })
    assert.deepEqual(reported.refused, [{ at: 0, why: 'out-of-scope' }])
    const step = {
      ...bind('queue')[0],
      instance: 'i',
      session: 's',
      step: 'announced',
      version: 1,
      atMs: w.b.clock.nowMs,
    }
    assert.equal(await codeOf(here, 'POST', '/agent/sessions', { as: robot, body: step }), 'out-of-scope')
  })

  test('that is several consumers says for which it asks', async () => {
    const both = await agentOn(here, admin, 'both', bind('web', 'queue'))
    assert.equal(await codeOf(here, 'GET', path, { as: both }), 'invalid-request')
    assert.equal((await ok(here, 'GET', `${path}?consumer=queue`, { as: both })).consumer, 'queue')
  })

  test('is refused at once where it, its key or its binding was ended, and elsewhere within a second', async () => {
    const ends: [string, (agent: Enrolled) => Promise<unknown>, string][] = [
      ['brief-1', () => ok(here, 'DELETE', '/agents/brief-1', { as: admin }), 'not-signed-in'],
      [
        'brief-2',
        ({ keys }) => ok(here, 'DELETE', `/agents/brief-2/keys/${keys.thumbprint}`, { as: admin }),
        'not-signed-in',
      ],
      [
        'brief-3',
        () => ok(here, 'PUT', '/agents/brief-3', { as: admin, body: { name: 'x', bindings: bind('queue') } }),
        'out-of-scope',
      ],
    ]
    for (const [id, end, code] of ends) {
      const agent = await agentOn(here, admin, id, bind('web'))
      const asks = () => ask(there, 'GET', `${path}?consumer=web`, { as: agent })
      for (let nth = 0; nth < 3; nth++) assert.equal((await asks()).status, 200)
      await end(agent)
      const beganMs = performance.now()
      assert.equal(await codeOf(here, 'GET', `${path}?consumer=web`, { as: agent }), code, id)
      const answer = await until(asks, one => one.status !== 200)
      assert.equal(answer.body.code, code, id)
      assert.ok(performance.now() - beganMs < 1_900)
    }
  })

  test('that comes again under its name is let in with none of its keys from before, wherever it asks', async () => {
    const agent = await agentOn(here, admin, 'phoenix', bind('web'))
    // What is remembered from here on is forgotten only if it is told of.
    assert.equal(await there.plane.feed.reached(await w.store.lastPosition(), 2_000), true)
    const asks = (site: Site) => ask(site, 'GET', path, { as: agent })
    for (const site of w.sites) assert.equal((await asks(site)).status, 200)
    await ok(here, 'DELETE', '/agents/phoenix', { as: admin })
    await ok(here, 'PUT', '/agents/phoenix', { as: admin, body: { name: 'phoenix', bindings: bind('web') } })
    assert.equal((await asks(here)).status, 401)
    const last = await w.store.lastPosition()
    assert.equal(await there.plane.feed.reached(last, 2_000), true)
    assert.equal((await asks(there)).status, 401)
  })
})

describe('a value', () => {
  /** As it was, but for that. */
  const consumer = (id: string, more: object) => {
    const { id: _, credential, lastExercisedAtMs, idle, ...known } = w.b.consumers.find(one => one.id === id)!
    const at = `/credentials/${credential}/consumers/${id}`
    return ok(here, 'PUT', at, { as: admin, body: { ...known, ...more } })
  }

  test('that is known already is not sent again, until anything that is said with it has changed', async () => {
    const first = await ask(here, 'GET', path, { as: robot })
    const tag = first.headers.get('etag') ?? ''
    assert.match(tag, /^"[\w-]{22}"$/)
    const asked = (etag: string) => ask(here, 'GET', path, { as: robot, headers: { 'if-none-match': etag } })
    for (const etag of [tag, `"x", ${tag}`, `W/${tag}`]) {
      const again = await asked(etag)
      assert.deepEqual([again.status, again.text, again.headers.get('etag')], [304, '', tag])
    }
    assert.equal((await asked('"x"')).status, 200)
    await consumer('queue', { name: 'q' })
    await here.plane.feed.reached(await w.store.lastPosition(), 1_000)
    assert.equal((await asked(tag)).status, 304, 'what does not concern it changes nothing')
    await consumer('web', { reload: { how: 'ttl', ttlMs: 7_000 } })
    await here.plane.feed.reached(await w.store.lastPosition(), 1_000)
    const changed = await asked(tag)
    assert.deepEqual([changed.status, changed.body.ttlMs], [200, 7_000])
  })

  test('is no older than the position that is named, wherever it is asked for', async () => {
    await ask(there, 'GET', path, { as: robot })
    await consumer('web', { lanes: ['billing'] })
    const since = await w.store.lastPosition()
    const { lanes, position } = await ok(there, 'GET', `${path}?since=${since}`, { as: robot })
    assert.deepEqual(lanes, ['billing'])
    assert.ok(position >= since)
  })

  test('that is assigned and not there yet is told as such', async () => {
    const credential = {
      name: 'Fresh',
      kind: 'database',
      provider: 'fake',
      target: 't',
      environment: 'production',
    }
    const body = {
      id: 'fresh',
      credential,
      consumers: [{ id: 'web', name: 'web', behaviour: 'background-job' }],
    }
    await ok(here, 'POST', '/credentials', { as: admin, body }, 201)
    const agent = await agentOn(here, admin, 'early', [{ credential: 'fresh', consumer: 'web' }])
    const { status, body: problem } = await ask(here, 'GET', '/agent/credentials/fresh', { as: agent })
    assert.deepEqual([status, problem.code], [409, 'not-assigned'])
    assert.deepEqual((await ok(here, 'GET', '/agent/credentials', { as: agent })).items, [])
  })

  test('is another after a rotation, and one whose version has ended is not given out', async () => {
    await consumer('web', {})
    const { rotation } = await w.b.open()
    await w.b.until(rotation, isEnded)
    const agent = await withToken(here, 'robot', robot.keys)
    const { version, value, accepted } = await ok(here, 'GET', path, { as: agent })
    assert.deepEqual([version, accepted], [2, [2]])
    assert.notEqual(value, firstValue)
    const versions = await w.store.versions(w.b.credential)
    const last = versions.find(one => one.number === 2)!
    const row = { ...last, compromised: true }
    const credential = (await w.store.credential(w.b.credential))!
    const events = [{ type: 'versionCompromised', atMs: 0, by: 'person:alice', data: {} }]
    const append = { stream: `credential/${w.b.credential}`, expected: credential.seq, events }
    const committed = await here.plane.ground.store.commit({
      fence: null,
      appends: [append],
      writes: [
        { put: 'version', row },
        { put: 'credential', row: { ...credential, seq: credential.seq + 1 } },
      ],
    })
    assert.ok(committed.ok)
    await here.plane.feed.reached(committed.positions[0]!, 1_000)
    const ended = await ask(here, 'GET', path, { as: agent })
    assert.deepEqual([ended.status, ended.body.code], [410, 'version-ended'])
    assert.ok(!ended.text.includes(value))
  })
})

test('a restored store lets people in and nobody else, until a person has looked at it', async () => {
  const api = await apiToken(here, admin, ['read'])
  const agent = await agentOn(here, admin, 'far', [{ credential: 'other', consumer: 'web' }])
  // From here on all that it takes is remembered.
  for (let nth = 0; nth < 2; nth++) await ok(here, 'GET', '/agent/credentials/other', { as: agent })
  const statuses = async () => {
    // What was known of the fence a moment ago is not believed for longer.
    w.b.clock.nowMs += 2_000
    void here.plane.feed.reached(Number.MAX_SAFE_INTEGER, 0)
    await until(here.plane.feed.freshMs, freshMs => freshMs === w.b.clock.nowMs)
    const asks = [
      ask(here, 'GET', '/agent/credentials/other', { as: agent }),
      ask(here, 'GET', '/session', { as: api.token }),
      ask(here, 'GET', '/session', { as: await session(here, 'alice') }),
    ]
    return (await Promise.all(asks)).map(one => one.status)
  }
  assert.deepEqual(await statuses(), [200, 200, 200])
  await w.store.setMeta('fenced', 'restored')
  assert.deepEqual(await statuses(), [503, 503, 200])
  await w.store.setMeta('fenced', null)
  assert.deepEqual(await statuses(), [200, 200, 200])
})
