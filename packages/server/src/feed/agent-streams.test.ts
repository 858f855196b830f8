import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { Enrolled } from '../access/software-agent.ts'
import { isEnded } from '../fixtures.ts'
import {
  agentOn,
  apiToken,
  ask,
  ok,
  pause,
  type Site,
  sharedName,
  signedInAs,
  type Town,
  town,
  until,
  withToken,
} from '../http/fixtures.ts'
import { faltering, listenTo, note, silence } from './ear.ts'

const { store, through } = faltering()
let w: Town
let here: Site
let there: Site
let admin = ''
let robot: Enrolled
let bound: { credential: string; consumer: string }[]
before(async () => {
  w = await town({ planes: 2, bus: true, through })
  sharedName(w.sites)
  ;[here, there] = w.sites as [Site, Site]
  admin = await signedInAs(here, 'alice', { '*': 'admin' })
  bound = [
    { credential: w.b.credential, consumer: 'web' },
    { credential: w.b.credential, consumer: 'queue' },
  ]
  robot = await agentOn(here, admin, 'robot', bound)
})
after(() => w.stop())

const seats = (site: Site) => site.plane.streams.count()
beforeEach(() => silence(w))

describe('a stream of an agent', () => {
  test('begins with what it is assigned, and goes on with what changes', async () => {
    const ear = await listenTo(here, '/agent/stream', { as: robot })
    const first = await ear.heard(2)
    assert.deepEqual(
      first.map(({ data }) => [data.type, data.consumer, data.version]),
      [
        ['assigned', 'web', 1],
        ['assigned', 'queue', 1],
      ],
    )
    const { rotation } = await w.b.open()
    await w.b.until(rotation, isEnded)
    const last = await until(
      () => ear.messages.map(one => one.data),
      all => all.some(one => one.consumer === 'queue' && one.version === 2),
    )
    assert.ok(last.some(one => one.type === 'assigned' && one.consumer === 'web' && one.version === 2))
    assert.ok(!JSON.stringify(last).includes('must-never-show'))
    ear.stop()
    // It took its time, and tokens live for minutes.
    robot = await withToken(here, 'robot', robot.keys)
  })

  test('is of its own consumers only', async () => {
    const one = await agentOn(here, admin, 'single', [bound[0]!])
    const ear = await listenTo(here, '/agent/stream', { as: one })
    await ear.heard(1)
    const path = `/credentials/${w.b.credential}/consumers`
    const body = { name: 'x', behaviour: 'background-job' }
    await ok(here, 'PUT', `${path}/queue`, { as: admin, body })
    await ok(here, 'PUT', `${path}/web`, { as: admin, body })
    const all = await ear.heard(2)
    assert.deepEqual(
      all.map(({ data }) => data.consumer),
      ['web', 'web'],
    )
    ear.stop()
  })

  test('ends when the agent, its key or its bindings do, wherever it listens', async () => {
    const ends: [string, () => Promise<unknown>][] = [
      [
        'bindings',
        () => ok(here, 'PUT', '/agents/brief', { as: admin, body: { name: 'brief', bindings: [bound[0]] } }),
      ],
      ['key', () => ok(here, 'DELETE', `/agents/brief/keys/${brief.keys.thumbprint}`, { as: admin })],
      ['agent', () => ok(here, 'DELETE', '/agents/brief', { as: admin })],
    ]
    let brief = await agentOn(here, admin, 'brief', bound)
    for (const [, end] of ends) {
      const ears = await Promise.all(w.sites.map(site => listenTo(site, '/agent/stream', { as: brief })))
      for (const ear of ears) await ear.heard(1)
      await end()
      await Promise.all(ears.map(one => one.ended()))
      if (end !== ends[2]![1]) brief = await agentOn(here, admin, 'brief', bound)
    }
    assert.equal((await ask(here, 'GET', '/agent/stream', { as: brief })).status, 401)
  })

  test('that was begun and left while it was waited for a position is not kept', async () => {
    const gone = new AbortController()
    const far = here.plane.feed.position() + 1
    const asked = ask(here, 'GET', `/agent/stream?after=${far}`, { as: robot, signal: gone.signal })
    await pause(30)
    gone.abort()
    await assert.rejects(asked)
    await note(here, 'so that it is reached')
    await pause(30)
    await silence(w)
  })
})

describe('waiting for changes', () => {
  const changes = (query: string, as: Enrolled = robot, site = here) =>
    ok(site, 'GET', `/agent/changes?${query}`, { as })

  test('answers at once with what is assigned, to whoever knows nothing or something from long ago', async () => {
    const { items, position } = await changes('')
    assert.deepEqual(
      items.map((one: { consumer: string }) => one.consumer),
      ['web', 'queue'],
    )
    assert.ok(position > 0)
    const { items: again } = await changes('after=0&waitMs=20000')
    assert.deepEqual(again, items)
  })

  test('answers with nothing when the time is up, and as soon as there is something', async () => {
    const { position } = await changes('')
    const beganMs = performance.now()
    assert.deepEqual((await changes(`after=${position}&waitMs=30`)).items, [])
    assert.ok(performance.now() - beganMs >= 25)
    const waiting = changes(`after=${position}&waitMs=20000`)
    await until(
      () => seats(here).agents,
      count => count === 1,
    )
    const body = { name: 'x', behaviour: 'background-job' }
    await ok(here, 'PUT', `/credentials/${w.b.credential}/consumers/web`, { as: admin, body })
    const { items, position: next } = await waiting
    assert.ok(items.length > 0 && next > position)
    assert.deepEqual((await changes(`after=${next}&waitMs=0`)).items, [])
  })

  test('misses nothing that another control plane did before it was asked', async () => {
    const { position } = await changes('', robot, there)
    const body = { name: 'x', behaviour: 'background-job' }
    await ok(here, 'PUT', `/credentials/${w.b.credential}/consumers/web`, { as: admin, body })
    const { items } = await changes(`after=${position}&waitMs=3000`, robot, there)
    assert.ok(items.length > 0)
  })

  test('misses nothing that was on its way while the time ran out, or that could not be told', async () => {
    const body = { name: 'x', behaviour: 'background-job' }
    const change = () => ok(here, 'PUT', `/credentials/${w.b.credential}/consumers/web`, { as: admin, body })
    const arrived = () =>
      until(
        () => [there.plane.feed.position(), here.plane.feed.position()],
        ([a, b]) => a === b,
      )
    const begin = async () => {
      const { position } = await changes('', robot, there)
      const asked = ask(there, 'GET', `/agent/changes?after=${position}&waitMs=100`, { as: robot })
      await until(
        () => seats(there).agents,
        count => count === 1,
      )
      return { position, asked }
    }
    const slow = await begin()
    const { promise, resolve } = Promise.withResolvers<void>()
    // What is published of versions looks a moment later, and is to have done so.
    await there.plane.status.settled()
    store.gate = promise
    await change()
    await arrived()
    const { body: nothing } = await slow.asked
    assert.deepEqual(nothing.items, [])
    resolve()
    assert.ok((await changes(`after=${nothing.position}&waitMs=3000`, robot, there)).items.length > 0)

    const missed = await begin()
    store.fails = true
    await change()
    await arrived()
    assert.equal((await missed.asked).status, 503)
    store.fails = false
    assert.ok((await changes(`after=${missed.position}&waitMs=3000`, robot, there)).items.length > 0)
  })

  test('ends with the agent’s access, and with the client’s patience', async () => {
    const brief = await agentOn(here, admin, 'briefly', bound)
    const { position } = await changes('', brief)
    const waiting = changes(`after=${position}&waitMs=20000`, brief)
    await until(
      () => seats(here).agents,
      count => count === 1,
    )
    await ok(here, 'DELETE', '/agents/briefly', { as: admin })
    assert.deepEqual((await waiting).items, [])
    const gone = new AbortController()
    const asked = ask(here, 'GET', `/agent/changes?after=${position + 10}&waitMs=20000`, {
      as: robot,
      signal: gone.signal,
    })
    await pause(30)
    gone.abort()
    await assert.rejects(asked)
  })

  test('of people is a page of events that comes when there is one', async () => {
    const api = await apiToken(here, admin, ['read'])
    const after = await w.store.lastPosition()
    const waiting = ok(here, 'GET', `/events?after=${after}&type=rulesChanged&waitMs=5000`, { as: api.token })
    await pause(20)
    await note(here, 'waited for')
    const { items, position, more } = await waiting
    assert.deepEqual(
      items.map((one: { data: { rules: string } }) => one.data.rules),
      ['waited for'],
    )
    assert.equal(more, false)
    assert.ok(position > after)
  })
})
