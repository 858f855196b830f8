import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextStop, type Stop } from './stops.ts'

const stop = (id: string, x: number, y: number): Stop => ({ id, x, y, width: 100, height: 40 })
const stops = [
  stop('target', 0, 100),
  stop('a', 300, 0),
  stop('b', 300, 100),
  stop('c', 300, 200),
  stop('d', 600, 200),
]
const go = (id: string, key: string) => nextStop(stops, id, key)?.id ?? null

test('an arrow leads to the nearest node in its direction', () => {
  assert.equal(go('target', 'ArrowRight'), 'b')
  assert.equal(go('b', 'ArrowUp'), 'a')
  assert.equal(go('b', 'ArrowDown'), 'c')
  assert.equal(go('d', 'ArrowLeft'), 'c')
  assert.equal(go('c', 'Home'), 'target')
})

test('at the edge, and for other keys, there is nowhere to go', () => {
  assert.equal(go('target', 'ArrowLeft'), null)
  assert.equal(go('a', 'x'), null)
  assert.equal(go('nobody', 'ArrowUp'), null)
  assert.equal(go('a', 'constructor'), null)
})
