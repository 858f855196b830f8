import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LogError } from './error.ts'
import { parseTilePath, rightEdge, tilePath, widthAt } from './tile.ts'

test('a tile number is written in groups of three digits, all but the last behind an x', () => {
  assert.equal(tilePath({ level: 0, n: 1_234_067, width: 256 }), 'tile/0/x001/x234/067')
  assert.equal(tilePath({ level: 0, n: 1_000, width: 256 }), 'tile/0/x001/000')
  assert.equal(tilePath({ level: 3, n: 0, width: 256 }), 'tile/3/000')
  assert.equal(tilePath({ level: 1, n: 273, width: 17 }), 'tile/1/273.p/17')
  assert.equal(tilePath({ level: 'entries', n: 1_000, width: 1 }), 'tile/entries/x001/000.p/1')
})

test('every tile has one address, and reading it gives the tile back', () => {
  for (const level of [0, 1, 6, 63, 'entries'] as const) {
    for (const n of [0, 1, 999, 1_000, 1_234_067, 999_999_999, 2 ** 53 - 1]) {
      for (const width of [1, 99, 255, 256])
        assert.deepEqual(parseTilePath(tilePath({ level, n, width })), { level, n, width })
    }
  }
})

test('other spellings of an address are no address', () => {
  for (const path of [
    '/tile/0/000',
    'tile/00/000',
    'tile/64/000',
    'tile/-1/000',
    'tile/x/000',
    'tile/0/0',
    'tile/0/1000',
    'tile/0/001/000',
    'tile/0/x000/001',
    'tile/0/x001/x000',
    'tile/0/000.p/0',
    'tile/0/000.p/00',
    'tile/0/000.p/01',
    'tile/0/000.p/256',
    'tile/0/000.p/257',
    'tile/0/000.p/',
    'tile/0/000/',
    'tile/0/000\n',
    'tile/0/x999/x999/x999/x999/x999/999',
    'tile/../000',
    '',
  ])
    assert.equal(parseTilePath(path), null, path)
})

test('a tile that cannot exist has no address', () => {
  for (const bad of [
    { level: 64, n: 0, width: 1 },
    { level: -1, n: 0, width: 1 },
    { level: 0, n: -1, width: 1 },
    { level: 0, n: 2 ** 53, width: 1 },
    { level: 0, n: 0, width: 0 },
    { level: 0, n: 0, width: 257 },
  ])
    assert.throws(() => tilePath(bad), LogError)
})

test('the width of a tile follows from the size of the tree, and the right edge is the partial ones', () => {
  assert.equal(widthAt({ level: 0, n: 273 }, 70_000), 112)
  assert.equal(widthAt({ level: 0, n: 272 }, 70_000), 256)
  assert.equal(widthAt({ level: 0, n: 274 }, 70_000), 0)
  assert.equal(widthAt({ level: 1, n: 0 }, 256), 1)
  assert.deepEqual(rightEdge(70_000), [
    { level: 0, n: 273 },
    { level: 1, n: 1 },
    { level: 2, n: 0 },
  ])
  assert.deepEqual(rightEdge(256), [{ level: 1, n: 0 }])
  assert.deepEqual(rightEdge(0), [])
})
