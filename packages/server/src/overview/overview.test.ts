import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { hourMs, isUnderway, minuteMs, secondMs, stepOf } from '@rekey/core'
import { aConsumer, aCredential } from '@rekey/core/fixtures'
import { inline, openSqlite, type Store } from '@rekey/store'
import type { Attention } from '@rekey/wire'
import { person } from '../fixtures.ts'
import { agentOn, ok, signedInAs, type Town, town, until } from '../http/fixtures.ts'
import { registerCredential } from '../registry/credentials.ts'
import { aSignal } from '../signals/fixtures.ts'

interface Now {
  items: Attention[]
  more: number
  flights: { rotation: string }[]
  counts: Record<string, number>
  position: number
}

const used = { says: 'used', outcome: 'success', lane: null, path: 'usual' } as const
const reason = 'because the test says so'

/** How often each call of the store was made. */
function counting(store: Store) {
  const calls = new Map<string, number>()
  const counted = Object.fromEntries(
    Object.entries(store).map(([name, call]) => [
      name,
      typeof call === 'function'
        ? (...args: unknown[]) => {
            calls.set(name, (calls.get(name) ?? 0) + 1)
            return (call as (...args: unknown[]) => unknown)(...args)
          }
        : call,
    ]),
  ) as unknown as Store
  return { store: counted, of: (name: string) => calls.get(name) ?? 0 }
}

describe('what needs a person now', () => {
  let w: Town
  let admin = ''
  let bob = ''
  let carol = ''
  let viewer = ''
  let elsewhere = ''
  before(async () => {
    w = await town()
    admin = await signedInAs(w.site, 'alice', { '*': 'admin' })
    bob = await signedInAs(w.site, 'bob', { production: 'approver' })
    carol = await signedInAs(w.site, 'carol', { production: 'approver' })
    viewer = await signedInAs(w.site, 'victor', { production: 'viewer' })
    elsewhere = await signedInAs(w.site, 'erin', { staging: 'admin' })
  })
  after(() => w.stop())
  const now = async (as: string, query = ''): Promise<Now> => ok(w.site, 'GET', `/now${query}`, { as })
  const kinds = async (as: string) => (await now(as)).items.map(one => one.kind)
  const later = () => {
    w.b.clock.nowMs += secondMs
  }

  test('is nothing at first', async () => {
    const { items, more, flights, counts, position } = await now(admin)
    assert.deepEqual([items, more, flights], [[], 0, []])
    assert.deepEqual(counts, { credentials: 1, consumers: 2, agents: 0, ghosts: 0, flights: 0 })
    assert.equal(position, await w.store.lastPosition())
  })

  test('is a ghost once it was seen, a second later at the most, until it is claimed', async () => {
    await w.b.say('web', 1, used, { consumer: null, seenAs: 'stranger' })
    later()
    const { items, counts } = await now(viewer)
    assert.deepEqual(
      items.map(one => [one.kind, one.action.do, one.action.may]),
      [['ghost', 'claim-ghost', false]],
    )
    assert.equal(counts['ghosts'], 1)
    const [ghost] = (await ok(w.site, 'GET', '/ghosts', { as: bob })).items
    assert.equal(items[0]?.subject, ghost.id)
    assert.equal((await now(bob)).items[0]?.action.may, true)
    const body = { id: 'found', consumer: { name: 'found', behaviour: 'background-job' } }
    await ok(w.site, 'POST', `/credentials/${w.b.credential}/ghosts/stranger/claim`, { as: bob, body })
    const after = await now(viewer)
    assert.deepEqual([after.items, after.counts['consumers'], after.counts['ghosts']], [[], 3, 0])
    await ok(w.site, 'DELETE', `/credentials/${w.b.credential}/consumers/found`, {
      as: bob,
      body: { reason },
    })
  })

  test('of another environment is nobody’s business there', async () => {
    await w.b.say('web', 1, used, { consumer: null, seenAs: 'passer-by' })
    later()
    assert.deepEqual(await kinds(elsewhere), [])
    assert.deepEqual((await now(elsewhere)).counts, {
      credentials: 0,
      consumers: 0,
      agents: 0,
      ghosts: 0,
      flights: 0,
    })
    assert.deepEqual((await now(admin, '?environment=staging')).items, [])
    assert.equal((await now(admin, '?environment=production')).items.length, 1)
    const path = `/credentials/${w.b.credential}/ghosts/passer-by/dismiss`
    await ok(w.site, 'POST', path, { as: bob, body: { reason } })
    assert.deepEqual(await kinds(admin), [])
  })

  test('is a proposal, for everybody but whoever made it, until it is answered', async () => {
    await ok(w.site, 'PUT', '/settings', { as: admin, body: { twoPerson: { production: ['override'] } } })
    const { rotation } = await w.b.open()
    await w.b.until(rotation, state => isUnderway(state) && stepOf(state).do === 'observe')
    const over = { gate: 'quiet', consumer: null, reason }
    const { id } = await ok(w.site, 'POST', `/rotations/${rotation}/override`, { as: bob, body: over }, 409)
    assert.deepEqual(await kinds(bob), [])
    const { items, flights } = await now(carol)
    const [proposal] = items
    assert.deepEqual([proposal?.kind, proposal?.subject, proposal?.action.may], ['proposal', id, true])
    assert.deepEqual([proposal?.rotation, proposal?.credential], [rotation, w.b.credential])
    assert.match(proposal!.because, /^bob has proposed it.* bob says: Because the test says so\.$/)
    assert.equal((await now(viewer)).items[0]?.action.may, false)
    assert.deepEqual(
      flights.map(one => one.rotation),
      [rotation],
    )
    assert.deepEqual((await now(elsewhere)).flights, [])
    await ok(w.site, 'POST', `/proposals/${id}/agree`, { as: carol })
    assert.deepEqual(await kinds(carol), [])
    await w.b.until(rotation, state => state.phase === 'ended')
    assert.deepEqual([(await now(carol)).flights, (await now(carol)).counts['flights']], [[], 0])
  })

  test('is a signal that is open, until somebody has dealt with it', async () => {
    const id = await aSignal(w.site.plane, w.b.credential)
    const at = { credential: w.b.credential, version: null, environment: null, own: null }
    // As it is written when one comes in: with an event on its stream.
    await w.site.plane.keep.change('signal', id, record => ({
      record,
      event: { type: 'signalPaged', ...at, text: 'look', how: [], atMs: w.b.clock.nowMs, by: person },
    }))
    const [signal] = (await now(viewer)).items
    assert.deepEqual([signal?.kind, signal?.subject, signal?.urgency], ['signal', id, 'today'])
    await ok(w.site, 'POST', `/signals/${id}/dismiss`, { as: bob, body: { reason } })
    assert.deepEqual(await kinds(viewer), [])
  })

  test('is a kill that not everybody has confirmed', async () => {
    await agentOn(w.site, admin, 'robot', [{ credential: w.b.credential, consumer: 'web' }])
    assert.equal((await now(viewer)).counts['agents'], 1)
    assert.equal((await now(elsewhere)).counts['agents'], 0)
    await w.b.work()
    const current = (await w.store.credential(w.b.credential))!.currentVersion
    const scope = { of: 'version', credential: w.b.credential, version: current }
    const { id } = await ok(w.site, 'POST', '/kills', { as: admin, body: { reason, scope } })
    const killItem = async () => {
      later()
      return (await now(viewer)).items.find(one => one.kind === 'kill-unconfirmed')
    }
    const item = await until(killItem, one => one?.because.includes('web-1') === true)
    assert.deepEqual([item?.subject, item?.urgency, item?.environment], [id, 'now', 'production'])
    assert.equal((await now(viewer)).items[0]?.kind, 'kill-unconfirmed', 'it comes first')
    assert.ok(!(await kinds(elsewhere)).includes('kill-unconfirmed'))
    for (const instance of ['web-1', 'queue-1']) {
      const consumer = instance.slice(0, -2)
      const body = { credential: w.b.credential, consumer, instance, reason }
      await ok(w.site, 'POST', `/kills/${id}/dismiss`, { as: bob, body })
    }
    const left = await until(killItem, one => one?.because.includes('web-1') !== true)
    if (left !== undefined) assert.match(left.because, /^The target of /)
  })

  test('is the fence, whoever asks', async () => {
    await w.store.setMeta('fenced', 'restored')
    later()
    const [fence] = (await now(elsewhere)).items
    assert.deepEqual([fence?.kind, fence?.urgency, fence?.action.may], ['fence', 'now', false])
    assert.equal((await now(admin)).items[0]?.action.may, true)
    await w.store.setMeta('fenced', null)
    later()
    assert.deepEqual(await kinds(elsewhere), [])
  })
})

describe('of very many credentials', () => {
  const many = 300
  const real = inline(openSqlite(':memory:'))
  const seen = counting(real)
  let w: Town
  let admin = ''
  before(async () => {
    w = await town({ planes: 2, store: real, through: (store, nth) => (nth === 0 ? seen.store : store) })
    admin = await signedInAs(w.site, 'alice', { '*': 'admin' })
    for (let nth = 0; nth < many; nth++) {
      const id = `c-${nth}`
      await registerCredential(w.b.ground, aCredential({ id }), [aConsumer({ credential: id })], null, person)
    }
  })
  after(() => w.stop())
  const now = async (site = w.site): Promise<Now> => ok(site, 'GET', '/now', { as: admin })
  /** Which calls it takes, and how many. */
  const asked = async (act: () => Promise<unknown>) => {
    const names = ['credentials', 'allConsumers', 'currentVersions', 'credential', 'consumers', 'openGhosts']
    const before = names.map(seen.of)
    await act()
    return names.flatMap((name, at): [string, number][] =>
      seen.of(name) === before[at] ? [] : [[name, seen.of(name) - before[at]!]],
    )
  }

  test('nothing is read again for whoever asks while nothing has happened', async () => {
    assert.equal((await now()).counts['credentials'], many + 1)
    assert.deepEqual(await asked(() => Promise.all(Array.from({ length: 20 }, () => now()))), [])
    w.b.clock.nowMs += secondMs
    const calls = await asked(() => Promise.all(Array.from({ length: 20 }, () => now())))
    assert.deepEqual(calls, [['openGhosts', 1]], 'nor once time has passed, but for what has no event')
  })

  test('only what has changed is read, also where another control plane has changed it', async () => {
    const there = w.sites[1]!
    const body = { name: 'second', behaviour: 'background-job' }
    const calls = await asked(async () => {
      await ok(there, 'PUT', '/credentials/c-7/consumers/second', { as: admin, body })
      await until(now, one => one.counts['consumers'] === many + 3)
    })
    const read = new Map(calls)
    for (const all of ['credentials', 'allConsumers', 'currentVersions']) assert.ok(!read.has(all), all)
    // Others remember it too, and read it again.
    assert.ok(read.get('credential')! >= 1 && read.get('credential')! < 10, JSON.stringify(calls))
  })

  test('so many are shown as anybody reads, the most urgent, and the others are counted', async () => {
    const observations = Array.from({ length: many }, (_, nth) => ({
      credential: `c-${nth}`,
      consumer: null,
      seenAs: 'stranger',
      instance: null,
      version: 1,
      statement: used,
      atMs: w.b.clock.nowMs,
      source: 'target',
    }))
    await real.observe({ source: 'target', batch: 'one', receivedMs: w.b.clock.nowMs, observations })
    w.b.clock.nowMs += hourMs
    const { items, more, counts } = await now()
    assert.deepEqual([items.length, counts['ghosts']], [200, many])
    // None of them was ever issued, and no control plane has begun to: each should have been rotated long ago.
    assert.equal(items[0]?.kind, 'deadline')
    assert.equal(more, 2 * many - 200)
  })

  test('a store that does not answer is no answer, and the next asking looks anew', async () => {
    const broken = w.site.plane.ground.store as { openGhosts: Store['openGhosts'] }
    const { openGhosts } = broken
    broken.openGhosts = () => Promise.reject(new Error('not now'))
    w.b.clock.nowMs += minuteMs
    await ok(w.site, 'GET', '/now', { as: admin }, 500)
    broken.openGhosts = openGhosts
    assert.equal((await now()).counts['credentials'], many + 1)
  })
})
