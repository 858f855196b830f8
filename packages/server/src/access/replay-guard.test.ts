import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { replayGuard } from './replay-guard.ts'

describe('a replay guard', () => {
  test('that is full refuses what is new, and still knows what it has', () => {
    const guard = replayGuard(1_000, 2)
    assert.equal(guard.add('a', 0), 'ok')
    assert.equal(guard.add('b', 0), 'ok')
    assert.equal(guard.add('c', 0), 'full')
    assert.equal(guard.add('a', 0), 'replayed')
    assert.equal(guard.add('c', 4_000), 'ok')
  })

  test('remembers each for at least two windows, and not much longer than four', () => {
    for (let atMs = 0; atMs < 2_000; atMs += 100) {
      const guard = replayGuard(1_000)
      guard.add('first', 0)
      guard.add('x', atMs)
      assert.equal(guard.add('x', atMs + 2_000), 'replayed', `added at ${atMs}`)
      assert.equal(guard.add('x', atMs + 6_000), 'ok')
    }
  })

  test('forgets nothing when the clock is set back', () => {
    const guard = replayGuard(1_000)
    guard.add('x', 10_000)
    assert.equal(guard.add('x', 9_000), 'replayed')
    assert.equal(guard.add('x', 5), 'replayed')
    assert.equal(guard.add('x', 1_900), 'replayed')
  })

  test('knows a hundred thousand, however it has grown, and takes none of them for another', () => {
    const guard = replayGuard(1_000, 100_000)
    const macs = Array.from({ length: 100_000 }, () => randomBytes(32).toString('base64url'))
    for (const mac of macs) assert.equal(guard.add(mac, 0), 'ok')
    for (const mac of macs) assert.equal(guard.add(mac, 1_000), 'replayed')
    assert.equal(guard.add(randomBytes(32).toString('base64url'), 0), 'full')
    // Those of the turn before and those of this one are both looked through.
    const later = replayGuard(1_000)
    for (const mac of macs.slice(0, 5_000)) assert.equal(later.add(mac, 0), 'ok')
    for (const mac of macs.slice(5_000, 10_000)) assert.equal(later.add(mac, 2_500), 'ok')
    for (const mac of macs.slice(0, 10_000)) assert.equal(later.add(mac, 2_600), 'replayed')
  })

  test('tells apart what differs in one of its first characters only', () => {
    const guard = replayGuard(1_000)
    const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    for (let at = 0; at < 10; at++) {
      for (const digit of digits.slice(1)) {
        const mac = `${'A'.repeat(at)}${digit}${'A'.repeat(42 - at)}`
        assert.deepEqual([guard.add(mac, 0), guard.add(mac, 0)], ['ok', 'replayed'], mac)
      }
    }
    assert.equal(guard.add('A'.repeat(43), 0), 'ok')
  })
})
