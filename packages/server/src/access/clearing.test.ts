import assert from 'node:assert/strict'
import { test } from 'node:test'
import { planeOn } from '../api/fixtures.ts'
import { bench } from '../fixtures.ts'
import { startClearing } from './clearing.ts'

test('what has expired is cleared away every minute, and a store that is away is tried again', async t => {
  const b = await bench()
  const plane = await planeOn(b)
  t.after(() => plane.stop())
  const { store } = plane.ground
  let fails = true
  let asked = 0
  const real = store.clearExpired
  store.clearExpired = async (...terms) => {
    asked++
    if (fails) throw new Error('the store is away')
    return real(...terms)
  }
  await plane.keep.once('nonce', 'short', true, b.clock.nowMs + 1_000)
  await plane.keep.once('nonce', 'long', true, b.clock.nowMs + 600_000)
  t.mock.timers.enable({ apis: ['setInterval'] })
  const clearing = startClearing(plane)
  b.clock.nowMs += 60_000
  t.mock.timers.tick(60_000)
  fails = false
  t.mock.timers.tick(60_000)
  await clearing.stop()
  t.mock.timers.tick(600_000)
  assert.equal(asked, 2)
  assert.deepEqual(
    b.trouble.splice(0).map(one => one.where),
    ['clearing'],
  )
  // As of a time at which it was still good: it is gone and not only over.
  assert.equal(await b.store.record('nonce', 'short', 0), null)
  assert.notEqual(await b.store.record('nonce', 'long', 0), null)
})
