import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeBundle, encodeBundle, maxEntryBytes } from './bundle.ts'
import { LogError } from './error.ts'

test('a bundle is each entry behind its length in two bytes, the high one first', () => {
  const bundle = encodeBundle([Uint8Array.of(7), new Uint8Array(0), new Uint8Array(0x0102).fill(9)])
  assert.deepEqual([...bundle.subarray(0, 8)], [0, 1, 7, 0, 0, 1, 2, 9])
  assert.equal(bundle.length, 3 + 2 + 2 + 0x0102)
})

test('entries come out of a bundle as they went in', () => {
  const entries = Array.from({ length: 256 }, (_, i) => new Uint8Array(i * 3).fill(i))
  assert.deepEqual(decodeBundle(encodeBundle(entries)), entries)
  const largest = [new Uint8Array(maxEntryBytes).fill(1)]
  assert.deepEqual(decodeBundle(encodeBundle(largest)), largest)
})

test('an entry of more than 65,535 bytes is refused with what to do instead', () => {
  assert.throws(() => encodeBundle([new Uint8Array(65_536)]), {
    code: 'entry-too-large',
    message: /65536.*log its hash/,
  })
})

test('a bundle that is cut, empty or overfull is refused', () => {
  const bundle = encodeBundle([Uint8Array.of(1, 2, 3), Uint8Array.of(4)])
  for (const length of [1, 2, 3, 4, 6, 7])
    assert.throws(() => decodeBundle(bundle.subarray(0, length)), LogError)
  assert.throws(() => decodeBundle(new Uint8Array(0)), LogError)
  assert.throws(() => decodeBundle(new Uint8Array(2 * 257)), LogError)
  assert.throws(() => encodeBundle([]), LogError)
  assert.throws(() => encodeBundle(new Array<Uint8Array>(257).fill(new Uint8Array(0))), LogError)
})
