import assert from 'node:assert/strict'
import { createCipheriv, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { close, type Purpose, reopen, rewrap } from './envelope.ts'
import { rootKeyFrom } from './root-key.ts'

const rootKey = rootKeyFrom(randomBytes(32))
const other = rootKeyFrom(randomBytes(32))
const purpose: Purpose = { of: 'value', credential: 'stripe', version: 3 }
const plain = Buffer.from('sk_live_in_the_open')

test('what is sealed opens again, whatever its length and name', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), fc.nat(), (bytes, credential, version) => {
      const purpose: Purpose = { of: 'value', credential, version }
      const opened = reopen(rootKey, purpose, close(rootKey, purpose, bytes, randomBytes))
      assert.ok(opened !== null && Buffer.from(bytes).equals(opened))
    }),
    { numRuns: 50 },
  )
})

test('every bit of both parts is guarded', () => {
  const envelope = close(rootKey, purpose, plain, randomBytes)
  for (const part of ['wrappedKey', 'ciphertext'] as const) {
    for (let bit = 0; bit < envelope[part].length * 8; bit++) {
      const bytes = Uint8Array.from(envelope[part])
      bytes[bit >> 3] = bytes[bit >> 3]! ^ (1 << (bit & 7))
      assert.equal(reopen(rootKey, purpose, { ...envelope, [part]: bytes }), null, `${part}, bit ${bit}`)
    }
  }
})

test('a part that is cut short or made longer does not open', () => {
  const envelope = close(rootKey, purpose, plain, randomBytes)
  for (const part of ['wrappedKey', 'ciphertext'] as const) {
    for (let length = 0; length < envelope[part].length; length++) {
      assert.equal(
        reopen(rootKey, purpose, { ...envelope, [part]: envelope[part].subarray(0, length) }),
        null,
      )
    }
    const longer = Buffer.concat([envelope[part], Buffer.from([0])])
    assert.equal(reopen(rootKey, purpose, { ...envelope, [part]: longer }), null)
  }
})

test('an envelope opens only for what it was made for, and only under its root key', () => {
  const envelope = close(rootKey, purpose, plain, randomBytes)
  const purposes: Purpose[] = [
    { ...purpose, version: 4 },
    { ...purpose, credential: 'stripe2' },
    // Without lengths in front, "stripe" 31 and "stripe3" 1 would be bound to the same bytes.
    { of: 'value', credential: 'stripe3', version: 1 },
    { of: 'key', name: 'stripe' },
  ]
  for (const wrong of purposes) assert.equal(reopen(rootKey, wrong, envelope), null)
  assert.equal(reopen(other, purpose, envelope), null)
  assert.equal(reopen({ ...rootKey, id: other.id }, purpose, envelope), null)
})

test('the parts of two envelopes cannot be mixed', () => {
  const one = close(rootKey, purpose, plain, randomBytes)
  const two = close(rootKey, purpose, plain, randomBytes)
  assert.equal(reopen(rootKey, purpose, { wrappedKey: one.wrappedKey, ciphertext: two.ciphertext }), null)
  assert.equal(reopen(rootKey, purpose, { wrappedKey: one.ciphertext, ciphertext: one.wrappedKey }), null)
})

test('the layout is iv, ciphertext, tag, bound to length-prefixed fields, as the header says', () => {
  // Ones for the data key, twos for the iv of the value, threes for the iv of the data key.
  const fills = [1, 2, 3]
  const envelope = close(rootKey, purpose, plain, bytes => Buffer.alloc(bytes, fills.shift()!))
  const seal = (key: Parameters<typeof createCipheriv>[1], iv: Buffer, binding: string, plain: Buffer) => {
    const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(binding))
    return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  }
  const dataKey = Buffer.alloc(32, 1)
  const content = '\0\0\0\x0drekey value 1\0\0\0\x06stripe\0\0\0\x013'
  const key = `\0\0\0\x11rekey value key 1\0\0\0\x06stripe\0\0\0\x013\0\0\0\x10${rootKey.id}`
  assert.deepEqual(Buffer.from(envelope.ciphertext), seal(dataKey, Buffer.alloc(12, 2), content, plain))
  assert.deepEqual(Buffer.from(envelope.wrappedKey), seal(rootKey.key, Buffer.alloc(12, 3), key, dataKey))
})

test('re-wrapping changes the wrapped key alone, and then only the new root key opens it', () => {
  const before = close(rootKey, purpose, plain, randomBytes)
  const after = rewrap(rootKey, other, purpose, before, randomBytes)
  assert.ok(after !== null)
  assert.deepEqual(after.ciphertext, before.ciphertext)
  assert.deepEqual(reopen(other, purpose, after), plain)
  assert.equal(reopen(rootKey, purpose, after), null)
  assert.equal(rewrap(rootKey, other, { ...purpose, version: 4 }, before, randomBytes), null)
})

test('a name that is not well-formed Unicode is refused, because two such names would be bound alike', () => {
  assert.throws(() => close(rootKey, { of: 'key', name: '\ud800' }, plain, randomBytes), TypeError)
})

test('a random source that gives too few bytes is refused before anything is sealed', () => {
  assert.throws(() => close(rootKey, purpose, plain, () => new Uint8Array(8)), RangeError)
})
