import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Site, type Town, town, until } from '../http/fixtures.ts'
import type { Kept } from './kept.ts'

let w: Town
let here: Site
let there: Site
let reads = 0
const feed = { fails: false }
before(async () => {
  w = await town({
    planes: 2,
    through: (real, nth) =>
      nth === 0
        ? real
        : {
            ...real,
            async record(...asked) {
              reads++
              return real.record(...asked)
            },
            async events(...asked) {
              if (feed.fails) throw new Error('the feed cannot read')
              return real.events(...asked)
            },
          },
  })
  ;[here, there] = w.sites as [Site, Site]
})
after(() => w.stop())

const agent = (name: string, endedMs: number | null = null): Kept['agent'] => ({
  name,
  bindings: [],
  addedMs: 0,
  endedMs,
})
const by = { kind: 'person', id: 'alice' } as const
const put = (site: Site, id: string, record: Kept['agent']) =>
  site.plane.keep.put('agent', id, record, {
    event: { type: 'agentRegistered', agent: id, bindings: [], atMs: 0, by },
  })
const nameAt = async (site: Site, id: string) => (await site.plane.keep.get('agent', id))?.name ?? null
const isPast = (site: Site) => async () => site.plane.feed.reached(await w.store.lastPosition(), 2_000)

describe('what is kept', () => {
  test('is read once and remembered, also that there is none', async () => {
    await put(here, 'one', agent('first'))
    await isPast(there)()
    reads = 0
    for (let nth = 0; nth < 5; nth++) {
      assert.equal(await nameAt(there, 'one'), 'first')
      assert.equal(await nameAt(there, 'none'), null)
    }
    assert.equal(reads, 2)
    assert.deepEqual(there.plane.keep.peek('agent', 'one')?.name, 'first')
    assert.equal(there.plane.keep.peek('agent', 'none'), null)
    assert.equal(there.plane.keep.peek('agent', 'never asked'), undefined)
  })

  test('that is changed is changed at once where that was done, and within a second elsewhere', async () => {
    await put(here, 'two', agent('first'))
    await isPast(there)()
    for (const site of w.sites) assert.equal(await nameAt(site, 'two'), 'first')
    const beganMs = performance.now()
    await put(here, 'two', agent('second'))
    assert.equal(await nameAt(here, 'two'), 'second')
    await until(
      () => nameAt(there, 'two'),
      name => name === 'second',
    )
    assert.ok(performance.now() - beganMs < 1_900)
  })

  test('is not remembered from before a change that came while it was read', async () => {
    await put(here, 'three', agent('first'))
    await isPast(here)()
    const { store } = here.plane.ground
    const real = store.record
    const { promise, resolve } = Promise.withResolvers<void>()
    const slow = Object.assign(store, {
      async record(...asked: Parameters<typeof real>) {
        const row = await real(...asked)
        await promise
        return row
      },
    })
    const old = here.plane.keep.get('agent', 'three')
    slow.record = real
    await put(here, 'three', agent('second'))
    resolve()
    assert.equal((await old)?.name, 'first')
    assert.equal(await nameAt(here, 'three'), 'second')
  })

  test('is not believed when the feed has not read the store for two seconds', async () => {
    await put(here, 'four', agent('first'))
    await isPast(there)()
    assert.equal(await nameAt(there, 'four'), 'first')
    feed.fails = true
    await put(here, 'four', agent('ended', 1))
    w.b.clock.nowMs += 1_999
    assert.equal(await nameAt(there, 'four'), 'first', 'a feed that is late is believed for a moment')
    w.b.clock.nowMs += 1
    assert.equal(await nameAt(there, 'four'), 'ended')
    feed.fails = false
    await isPast(there)()
    assert.equal(await nameAt(there, 'four'), 'ended')
  })

  test('for a time only is asked for again after it: it may have been given more', async () => {
    const key: Kept['agent-key'] = { agent: 'one', instance: null, how: 'test', enrolledMs: 0 }
    const untilMs = w.b.clock.nowMs + 1_000
    const event = { type: 'agentKeyEnrolled', agent: 'one', key: 'k', how: 'test', atMs: 0, by } as const
    await here.plane.keep.put('agent-key', 'k', key, { expiresMs: untilMs, event })
    await isPast(there)()
    assert.notEqual(await there.plane.keep.get('agent-key', 'k'), null)
    await here.plane.keep.put('agent-key', 'k', key, { expiresMs: untilMs + 60_000 })
    w.b.clock.nowMs = untilMs
    assert.notEqual(await there.plane.keep.get('agent-key', 'k'), null)
    w.b.clock.nowMs = untilMs + 60_000
    assert.equal(await there.plane.keep.get('agent-key', 'k'), null)
  })

  test('once is kept for one of many, and not at all where it is over already', async () => {
    const tries = w.sites.flatMap(site => [1, 2, 3].map(() => site.plane.keep.once('nonce', 'n', true, 9e15)))
    assert.equal((await Promise.all(tries)).filter(Boolean).length, 1)
    await assert.rejects(here.plane.keep.once('nonce', 'm', true, w.b.clock.nowMs))
  })

  test('of many is given in pages, whole and in order', async () => {
    for (let nth = 0; nth < 1_100; nth++)
      await here.plane.keep.once('passkey', `p${String(nth).padStart(4, '0')}`, { person: 'x' }, null)
    const all = await here.plane.keep.all('passkey')
    assert.equal(all.length, 1_100)
    const page = await here.plane.keep.page('passkey', { after: 'p0003', limit: 2 })
    assert.deepEqual(
      page.map(one => one.id),
      ['p0004', 'p0005'],
    )
  })

  test('is changed as it stands in the store, whatever was remembered of it, or not at all', async () => {
    await put(here, 'five', agent('first'))
    assert.equal(await nameAt(there, 'five'), 'first')
    await put(here, 'five', agent('second'))
    const event = { type: 'agentEnded', agent: 'five', atMs: 0, by } as const
    const next = await there.plane.keep.change('agent', 'five', record => ({
      record: { ...record, endedMs: 1 },
      event,
    }))
    assert.deepEqual([next?.name, next?.endedMs], ['second', 1])
    assert.equal((await there.plane.keep.change('agent', 'five', () => null))?.endedMs, 1)
    assert.equal(await there.plane.keep.change('agent', 'gone', record => ({ record, event })), null)
    await assert.rejects(
      there.plane.keep.change('agent', 'five', () => {
        throw new Error('no')
      }),
    )
  })
})
