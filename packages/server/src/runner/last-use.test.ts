import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Consumer, factsOf, isUnderway, minuteMs } from '@rekey/core'
import { aConsumer } from '@rekey/core/fixtures'
import type { Sighting, Usage } from '@rekey/providers'
import { bench } from '../fixtures.ts'
import { gather } from './gather.ts'
import { noteProbe } from './last-use.ts'
import { pollUsage } from './usage.ts'

const lagMs = 30 * minuteMs

/** A target that says when a version was last used, at once, and promises to know it after half an hour. */
async function watched(consumers: string[], observability: Consumer['observability'] = 'sdk') {
  let last: Sighting | null = null
  const b = await bench({
    consumers: consumers.map(id => aConsumer({ id, observability })),
    abilities: { usage: 'lastUsed', usageLagMs: lagMs },
    wrap: provider => ({
      ...provider,
      usage: async (): Promise<Usage> => ({
        sightings: last === null ? [] : [last],
        asOfMs: 0,
        covered: null,
        gaps: [],
      }),
    }),
  })
  const { rotation } = await b.open()
  await b.until(rotation, isUnderway)
  const poll = async () => pollUsage(b.ground, (await gather(b.ground, rotation))!, Number.POSITIVE_INFINITY)
  const use = () => {
    last = { handle: 'v1', seenAs: null, instance: null, outcome: 'success', atMs: b.clock.nowMs }
  }
  const uses = async () => {
    const query = { credential: b.credential, fromMs: 0, toMs: b.clock.nowMs + 60 * minuteMs }
    const rows = (await b.store.buckets(query)).filter(row => row.source === 'provider/memory')
    return rows.reduce((sum, row) => sum + row.count, 0)
  }
  return { b, poll, use, uses }
}

test('a version in constant use is heard of, although its last use is always younger than the lag', async () => {
  const { b, poll, use, uses } = await watched(['web'], 'provider')
  for (let n = 0; n < 20; n++) {
    b.clock.nowMs += minuteMs
    use()
    await poll()
  }
  const [entry] = (await b.store.ledger(b.credential)).entries
  assert.equal(entry === undefined ? null : factsOf(entry, 1)?.lastUseMs, b.clock.nowMs)
  assert.equal(await uses(), 20)
})

test('a last use is told once, however often it is asked for and whatever was forgotten in a crash', async () => {
  const { b, poll, use, uses } = await watched(['web'], 'provider')
  b.clock.nowMs += minuteMs
  use()
  await poll()
  await b.store.setMeta(`last-use/${b.credential}`, null)
  for (let n = 0; n < 5; n++) {
    b.clock.nowMs += minuteMs
    await poll()
  }
  assert.equal(await uses(), 1)
})

test('constant use that nobody reports is a ghost’s, once the reports have had their time', async () => {
  const { b, poll, use } = await watched(['web', 'queue'])
  // What the consumers reported before lies further back than two words about one use may.
  b.clock.nowMs += 60 * minuteMs
  const ghosts = async () => (await b.store.ledger(b.credential)).ghosts.length
  for (let n = 0; n < 9; n++) {
    use()
    await poll()
    b.clock.nowMs += minuteMs
  }
  assert.equal(await ghosts(), 0)
  for (let n = 0; n < 9; n++) {
    use()
    await poll()
    b.clock.nowMs += minuteMs
  }
  assert.equal(await ghosts(), 1)
})

test('a use that its consumer reports a little later makes no ghost', async () => {
  const { b, poll, use, uses } = await watched(['web', 'queue'])
  b.clock.nowMs += 60 * minuteMs
  use()
  await poll()
  const usedMs = b.clock.nowMs
  b.clock.nowMs += 5 * minuteMs
  const own = { says: 'used', outcome: 'success', lane: null, path: 'usual' } as const
  await b.say('queue', 1, own, { atMs: usedMs })
  b.clock.nowMs += 60 * minuteMs
  await poll()
  assert.deepEqual((await b.store.ledger(b.credential)).ghosts, [])
  assert.equal(await uses(), 0)
})

test('a use that the only consumer did not report, although it reports its uses itself, is a ghost’s', async () => {
  const { b, poll, use, uses } = await watched(['web'])
  b.clock.nowMs += 60 * minuteMs
  const usedMs = b.clock.nowMs
  use()
  await poll()
  assert.deepEqual((await b.store.ledger(b.credential)).ghosts, [], 'its own word may still come')
  b.clock.nowMs += 60 * minuteMs
  await poll()
  const { entries, ghosts } = await b.store.ledger(b.credential)
  assert.deepEqual(
    ghosts.map(ghost => [ghost.version, ghost.lastMs, ghost.state]),
    [[1, usedMs, 'open']],
  )
  const web = entries.find(entry => entry.consumer === 'web')
  assert.ok(web === undefined || (factsOf(web, 1)?.lastUseMs ?? 0) < usedMs, 'web was blamed')
  assert.equal(await uses(), 1)
})

test('our own probe is no use by a stranger; what comes after it is', async () => {
  const { b, poll, use } = await watched(['web'])
  b.clock.nowMs += 60 * minuteMs
  await noteProbe(b.ground, b.credential, 1)
  use()
  b.clock.nowMs += 2 * 60 * minuteMs
  await poll()
  assert.deepEqual((await b.store.ledger(b.credential)).ghosts, [])
  use()
  await poll()
  b.clock.nowMs += 2 * 60 * minuteMs
  await poll()
  assert.equal((await b.store.ledger(b.credential)).ghosts.length, 1)
})
