import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bench } from '../fixtures.ts'
import { deliveredOf } from './delivered.ts'

const to = (credential: string, consumer: string) => ({ credential, consumer })

test('what a fleet was given in one second is one batch, and stands in the ledger as configuration', async () => {
  const b = await bench()
  const { store } = b.ground
  let batches = 0
  b.ground.store = {
    ...store,
    async observe(batch) {
      batches++
      return store.observe(batch)
    },
  }
  const delivered = deliveredOf(b.ground)
  for (let nth = 0; nth < 1_000; nth++)
    for (const consumer of ['web', 'queue']) delivered.note({ ...to(b.credential, consumer), version: 1 })
  await delivered.stop()
  assert.equal(batches, 1)
  const told = await store.buckets({ credential: b.credential, fromMs: 0, toMs: 9e15 })
  assert.deepEqual(told.map(one => [one.consumer, one.version, one.says, one.count]).sort(), [
    ['queue', 1, 'delivered', 1],
    ['web', 1, 'delivered', 1],
  ])
  await delivered.stop()
  assert.equal(batches, 1)
})

test('what could not be written down while the store was away is written down when it is back', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const b = await bench()
  const { store } = b.ground
  let fails = true
  b.ground.store = {
    ...store,
    async observe(batch) {
      if (fails) throw new Error('the store is away')
      return store.observe(batch)
    },
  }
  const delivered = deliveredOf(b.ground)
  const turn = async () => {
    t.mock.timers.tick(1_000)
    for (let nth = 0; nth < 20; nth++) await Promise.resolve()
  }
  const told = async () => (await store.buckets({ credential: b.credential, fromMs: 0, toMs: 9e15 })).length
  delivered.note({ ...to(b.credential, 'web'), version: 1 })
  await turn()
  delivered.note({ ...to(b.credential, 'queue'), version: 1 })
  await turn()
  assert.equal(await told(), 0)
  assert.deepEqual(
    b.trouble.map(one => one.where),
    ['delivered', 'delivered'],
  )
  fails = false
  await turn()
  assert.equal(await told(), 2)
  fails = true
  delivered.note({ ...to(b.credential, 'web'), version: 1 })
  await delivered.stop()
  await store.close()
})
