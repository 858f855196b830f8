import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, beforeEach, describe, test } from 'node:test'
import fc from 'fast-check'
import { ask, ok, pause, type Site, session, signedInAs, type Town, town, until } from '../http/fixtures.ts'
import { type Ear, faltering, listenTo, note, silence } from './ear.ts'

const { store, through } = faltering()
let w: Town
let here: Site
let there: Site
let admin = ''
before(async () => {
  w = await town({ planes: 2, bus: true, through })
  ;[here, there] = w.sites as [Site, Site]
  admin = await signedInAs(here, 'alice', { '*': 'admin' })
})
after(() => w.stop())

const notes = '/stream?type=rulesChanged'
const textsOf = (ear: Ear) => ear.messages.map(one => one.data.data.rules as string)
const seats = (site: Site) => site.plane.streams.count()
beforeEach(() => silence(w))

describe('a stream of people', () => {
  test('begins with what happens from now on, as it happens', async () => {
    await note(here, 'before')
    const ear = await listenTo(here, notes, { as: admin })
    await until(
      () => seats(here).people,
      count => count === 1,
    )
    await note(here, 'one')
    await note(here, 'two')
    await ear.heard(2)
    assert.deepEqual(textsOf(ear), ['one', 'two'])
    const [{ id, data }] = ear.messages as [Ear['messages'][0]]
    assert.equal(id, data.position)
    ear.stop()
  })

  test('goes on behind its cursor at another control plane, in the header or in the address', async () => {
    const ear = await listenTo(here, notes, { as: admin })
    await until(
      () => seats(here).people,
      count => count === 1,
    )
    await note(here, 'three')
    const last = (await ear.heard(1)).at(-1)!.id
    ear.stop()
    await note(here, 'four')
    await note(here, 'five')
    const asked: [string, Record<string, string>][] = [
      [notes, { 'last-event-id': String(last) }],
      [`${notes}&after=${last}`, {}],
    ]
    for (const [path, headers] of asked) {
      const again = await listenTo(there, path, { as: admin, headers })
      await again.heard(2)
      assert.deepEqual(textsOf(again), ['four', 'five'])
      again.stop()
    }
  })

  test('misses nothing and hears nothing twice, however often it breaks and wherever it goes on', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ commits: fc.nat(12), reads: fc.nat(8), at: fc.nat(1) }), {
          minLength: 2,
          maxLength: 6,
        }),
        async rounds => {
          let cursor = await w.store.lastPosition()
          const begin = cursor
          const heard: number[] = []
          let said = 0
          for (const { commits, reads, at } of rounds) {
            const saying = (async () => {
              for (let nth = 0; nth < commits; nth++) await note(w.sites[nth % 2]!, `p${said++}`)
            })()
            const ear = await listenTo(w.sites[at]!, `/stream?after=${cursor}`, { as: admin })
            const due = (await w.store.events(cursor, 100)).length
            await ear.heard(Math.min(reads, due))
            ear.stop()
            // What came after that was cut off on its way.
            const taken = ear.messages.map(one => one.id)
            heard.push(...taken)
            cursor = taken.at(-1) ?? cursor
            await saying
          }
          const ear = await listenTo(here, `/stream?after=${cursor}`, { as: admin })
          const all = (await w.store.events(begin, 1_000)).map(one => one.position)
          await ear.heard(all.length - heard.length)
          ear.stop()
          heard.push(...ear.messages.map(one => one.id))
          assert.deepEqual(heard, all)
        },
      ),
      { numRuns: 12 },
    )
  })

  test('hears nothing twice that the feed has read and not told when it catches up', async () => {
    const after = await w.store.lastPosition()
    const { promise, resolve } = Promise.withResolvers<void>()
    store.gate = promise
    const slow = { name: 'Slow', kind: 'database', provider: 'fake', target: 't', environment: 'production' }
    await ok(here, 'POST', '/credentials', { as: admin, body: { id: 'slow', credential: slow } }, 201)
    await until(
      () => [there.plane.feed.position(), here.plane.feed.position(), store.gate],
      ([a, b, gate]) => a === b && gate === null,
    )
    const ear = await listenTo(there, `/stream?after=${after}`, { as: admin })
    await ear.heard(1)
    resolve()
    await note(here, 'last')
    await ear.heard(2)
    assert.deepEqual(
      ear.messages.map(one => one.data.type),
      ['credentialRegistered', 'rulesChanged'],
    )
    ear.stop()
  })

  test('hears of what it may see: another environment’s events are not there', async () => {
    const stage = await signedInAs(here, 'stage', { staging: 'viewer' })
    const live = await signedInAs(here, 'live', { production: 'viewer' })
    const [blind, seeing] = [
      await listenTo(here, '/stream?after=0', { as: stage }),
      await listenTo(here, '/stream?after=0', { as: live }),
    ]
    await seeing.heard(3)
    await note(here, 'of no environment')
    await pause(30)
    assert.deepEqual(blind.messages, [])
    assert.ok(seeing.messages.every(one => one.data.environment === 'production'))
    blind.stop()
    seeing.stop()
  })

  test('ends when its person’s session does, or what they may do changes, wherever they listen', async () => {
    const token = await signedInAs(here, 'nina', { production: 'viewer' })
    const other = await session(here, 'nina')
    const others = await listenTo(there, '/stream', { as: admin })
    const listen = () => Promise.all(w.sites.map(site => listenTo(site, '/stream', { as: token })))
    const first = await listen()
    await until(
      () => seats(there).people,
      count => count === 2,
    )
    await ok(here, 'PUT', '/people/nina/roles', { as: admin, body: { roles: { production: 'operator' } } })
    await Promise.all(first.map(one => one.ended()))
    const second = await listen()
    await ok(here, 'DELETE', '/session', { as: other })
    await Promise.all(second.map(one => one.ended()))
    const third = await listen()
    await ok(here, 'DELETE', '/people/nina', { as: admin })
    await Promise.all(third.map(one => one.ended()))
    assert.equal((await ask(here, 'GET', '/stream', { as: token })).status, 401)
    await until(
      () => seats(there).people,
      count => count === 1,
    )
    others.stop()
  })

  test('does not end because somebody signs in', async () => {
    const ear = await listenTo(here, notes, { as: admin })
    await until(
      () => seats(here).people,
      count => count === 1,
    )
    await here.plane.keep.note('person/alice', {
      type: 'signedIn',
      person: 'alice',
      with: 'password',
      atMs: 0,
      by: { kind: 'person', id: 'alice' },
    })
    await note(here, 'still there')
    await ear.heard(1)
    ear.stop()
  })

  test('brings a long past to a reader who reads, however much it is', async () => {
    const begin = await w.store.lastPosition()
    const long = 'x'.repeat(4_000)
    const events = Array.from({ length: 800 }, (_, nth) => ({
      type: 'rulesChanged',
      atMs: 0,
      by: 'person:alice',
      data: { rules: `${nth} ${long}` },
    }))
    await w.store.commit({
      fence: null,
      appends: [{ stream: 'settings/long', expected: 0, events }],
      writes: [],
    })
    const ear = await listenTo(here, `/stream?after=${begin}`, { as: admin })
    await ear.heard(800)
    assert.deepEqual(
      ear.messages.map(one => one.id),
      events.map((_, nth) => begin + 1 + nth),
    )
    ear.stop()
  })

  test('ends when the store is away, and misses nothing when it comes again, though it had heard nothing yet', async () => {
    const ear = await listenTo(there, '/stream', { as: admin })
    const cursor = await until(ear.cursor.bind(ear), one => one !== null)
    store.fails = true
    const fresh = {
      name: 'Fresh',
      kind: 'database',
      provider: 'fake',
      target: 't',
      environment: 'production',
    }
    await ok(here, 'POST', '/credentials', { as: admin, body: { id: 'fresh', credential: fresh } }, 201)
    await ear.ended()
    await note(here, 'meanwhile')
    store.fails = false
    const again = await listenTo(there, '/stream', {
      as: admin,
      headers: { 'last-event-id': String(cursor) },
    })
    const told = await again.heard(2)
    assert.deepEqual(
      told.map(one => one.data.type),
      ['credentialRegistered', 'rulesChanged'],
    )
    again.stop()
  })
})

test('a reader who never reads is cut off, and what waits for them does not grow', async () => {
  const { hostname, port } = new URL(here.url)
  const dropped = () => Number(/^rekey_stream_dropped_total (\d+)$/m.exec(here.plane.metrics.text({}))?.[1])
  const before = dropped()
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  socket.pause()
  socket.write(`GET /api/v1/stream HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${admin}\r\n\r\n`)
  await until(
    () => seats(here).people,
    count => count === 1,
  )
  const long = 'x'.repeat(60_000)
  const stillThere = await listenTo(here, notes, { as: admin })
  await until(
    () => seats(here).people,
    count => count === 2,
  )
  let said = 0
  while (seats(here).people === 2 && said < 400) {
    await note(here, `${said++}${long}`)
    await pause(0)
  }
  assert.ok(said < 400, 'it was never cut off')
  assert.equal(dropped(), before + 1)
  await stillThere.heard(said)
  stillThere.stop()
  socket.destroy()
})
