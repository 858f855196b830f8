import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aConsumer } from '@rekey/core/fixtures'
import { bench, person } from '../fixtures.ts'
import { claimGhost, dismissGhost } from './ghosts.ts'

const machine = { kind: 'system', id: 'cron' } as const

async function withGhost() {
  const b = await bench()
  const used = { says: 'used', outcome: 'success', lane: null, path: 'usual' } as const
  await b.say('web', 1, used, { consumer: null, seenAs: '10.1.2.3 curl' })
  const [ghost] = (await b.store.ledger(b.credential)).ghosts
  const now = async () => (await b.store.ledger(b.credential)).ghosts[0]?.state
  return { b, ghost: ghost!, now }
}

test('only a person dismisses a ghost, and says why', async () => {
  const { b, ghost, now } = await withGhost()
  const { length } = await b.store.events(0, 1_000)
  assert.equal(await dismissGhost(b.ground, ghost, 'it is known', machine), false)
  assert.equal(await dismissGhost(b.ground, ghost, '  ', person), false)
  assert.equal(await now(), 'open')
  assert.equal((await b.store.events(0, 1_000)).length, length)
  assert.equal(await dismissGhost(b.ground, ghost, 'our own test', person), true)
  assert.equal(await now(), 'dismissed')
})

test('only a person claims a ghost as a consumer', async () => {
  const { b, ghost, now } = await withGhost()
  const consumer = aConsumer({ id: 'curl' })
  assert.equal(await claimGhost(b.ground, ghost, consumer, machine), false)
  assert.equal(await now(), 'open')
  assert.equal((await b.store.consumers(b.credential)).length, 2)
  assert.equal(await claimGhost(b.ground, ghost, consumer, person), true)
  assert.equal(await now(), 'claimed')
})
