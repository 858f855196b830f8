import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Consumer, Reload } from '../consumer.ts'
import { aConsumer } from '../fixtures.ts'
import { hourMs, minuteMs } from '../time.ts'
import type { Wave } from './plan.ts'
import { type WaveInput, wavesFor } from './waves.ts'

const waves = (consumers: Consumer[], over: Partial<WaveInput> = {}) =>
  wavesFor({
    consumers,
    model: 'waves',
    errorWindowMs: 15 * minuteMs,
    propagationMs: 0,
    atOnce: false,
    ...over,
  })
const who = (list: Wave[]) => list.map(wave => wave.consumers)

const restart: Reload = { how: 'restart', documented: true }

test('what shows success fastest moves first, what needs somebody later, what is rare last', () => {
  const consumers = [
    aConsumer({ id: 'replay', pathClass: 'exception', cadence: { how: 'on-demand' } }),
    aConsumer({ id: 'app', reload: restart }),
    aConsumer({ id: 'slow', reload: { how: 'ttl', ttlMs: hourMs } }),
    aConsumer({ id: 'quick' }),
  ]
  assert.deepEqual(who(waves(consumers)), [['quick'], ['slow'], ['app'], ['replay']])
})

test('a quick consumer that is critical is not in the first wave when a lighter one is as quick', () => {
  const consumers = [
    aConsumer({ id: 'a-checkout', critical: true, pathClass: 'primary' }),
    aConsumer({ id: 'b-web', pathClass: 'primary' }),
    aConsumer({ id: 'c-export' }),
  ]
  assert.deepEqual(who(waves(consumers)), [['c-export'], ['b-web', 'a-checkout']])
})

test('the first wave is small and the next ones grow', () => {
  const consumers = Array.from({ length: 3000 }, (_, at) => aConsumer({ id: `c${at}` }))
  assert.deepEqual(
    waves(consumers).map(wave => wave.consumers.length),
    [10, 100, 1000, 1890],
  )
})

test('a derived consumer never moves before the one that it goes through', () => {
  const consumers = [
    aConsumer({ id: 'child', access: { how: 'indirect', through: 'parent' } }),
    aConsumer({ id: 'parent', reload: restart }),
    aConsumer({ id: 'quick' }),
  ]
  assert.deepEqual(who(waves(consumers)), [['quick'], ['parent', 'child']])
})

test('atomic, dual and alias have one wave, and so has everything that must go at once', () => {
  const consumers = [aConsumer({ id: 'a' }), aConsumer({ id: 'b', reload: restart })]
  for (const model of ['atomic', 'dual', 'alias'] as const)
    assert.equal(waves(consumers, { model }).length, 1)
  const [only, ...rest] = waves(consumers, { atOnce: true })
  assert.deepEqual(rest, [])
  assert.equal(only?.settleMs, 0)
})

test('a wave settles for the error window, or until its slowest has had time to show itself', () => {
  const [first, second] = waves([
    aConsumer({ id: 'a' }),
    aConsumer({ id: 'b', cadence: { how: 'every', everyMs: 2 * hourMs }, cacheMs: minuteMs }),
  ])
  assert.equal(first?.settleMs, 15 * minuteMs)
  assert.equal(second?.settleMs, 2 * hourMs + minuteMs)
})

test('without consumers there is no wave', () => {
  assert.deepEqual(waves([]), [])
})
