import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { describe, test } from 'node:test'
import { deflateSync, inflateSync } from 'node:zlib'
import { adlerOf, combined, statusBits } from './bits.ts'

/** As RFC 1950 has it: the last four bytes of what zlib makes. */
const adlerByZlib = (bytes: Uint8Array) => deflateSync(bytes).readUInt32BE(deflateSync(bytes).length - 4)
const randomBytes = (length: number) => Uint8Array.from({ length }, () => randomInt(256))

describe('the bits of a status list', () => {
  test('are the published ones for the published values of two bits', () => {
    const bits = statusBits(12)
    for (const [idx, value] of [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3].entries()) bits.set(idx, value)
    const packed = bits.compressed()
    assert.equal(inflateSync(packed).toString('hex'), 'c944f9')
    assert.equal(packed.toString('base64url'), 'eNo76fITAAPfAgc')
  })

  test('are compressed as the published vector of one bit is, byte for byte', () => {
    // The bytes b9a3, put in two bits at a time, lowest first.
    const bits = statusBits(8)
    for (const [idx, value] of [1, 2, 3, 2, 3, 0, 2, 2].entries()) bits.set(idx, value)
    const packed = bits.compressed()
    assert.equal(packed.toString('hex'), '78dadbb918000217015d')
    assert.equal(packed.toString('base64url'), 'eNrbuRgAAhcBXQ')
  })

  test('come out as they were put in, whatever changed in between', () => {
    const slots = 2 ** 17
    const bits = statusBits(slots)
    const expected = new Map<number, number>()
    for (let round = 0; round < 8; round++) {
      for (let nth = 0; nth < 500; nth++) {
        const [idx, value] = [randomInt(slots), randomInt(4)]
        bits.set(idx, value)
        expected.set(idx, value)
      }
      // Whoever unpacks it checks its sum.
      const bytes = inflateSync(bits.compressed())
      assert.equal(bytes.length, slots / 4)
      for (const [idx, value] of expected) assert.equal((bytes[idx >> 2]! >> ((idx & 3) * 2)) & 3, value)
    }
  })

  test('are small while little is dead, and never larger than they are', () => {
    const bits = statusBits(2 ** 20)
    for (let nth = 0; nth < 100; nth++) bits.set(randomInt(2 ** 20), 1)
    assert.ok(bits.compressed().length < 6_000, `${bits.compressed().length}`)
    for (let idx = 0; idx < 2 ** 20; idx++) bits.set(idx, randomInt(4))
    assert.ok(bits.compressed().length < 2 ** 18 * 1.01)
  })

  test('do not change for a value that stands there already, nor for one that does not fit', () => {
    const bits = statusBits(8)
    assert.equal(bits.set(3, 2), true)
    assert.equal(bits.set(3, 2), false)
    assert.equal(bits.changes(), 1)
    for (const [idx, value] of [
      [8, 0],
      [-1, 0],
      [0.5, 0],
      [0, 4],
      [0, -1],
    ] as const)
      assert.throws(() => bits.set(idx, value), RangeError)
  })
})

test('sums of blocks make the sum of the whole', () => {
  for (let nth = 0; nth < 50; nth++) {
    const [first, second] = [randomBytes(randomInt(5_000)), randomBytes(randomInt(5_000))]
    const whole = new Uint8Array([...first, ...second])
    assert.equal(adlerOf(first), adlerByZlib(first))
    assert.equal(combined(adlerOf(first), adlerOf(second), second.length), adlerByZlib(whole))
  }
})
