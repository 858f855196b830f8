import assert from 'node:assert/strict'
import { createHmac, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { hmacKey, hmacOf } from './hmac.ts'

test('the code is that of createHmac, whatever the key and the text', () => {
  for (let round = 0; round < 800; round++) {
    const key = randomBytes(1 + (round % 64))
    const text = randomBytes(round).toString(round % 2 === 0 ? 'base64' : 'utf8')
    assert.equal(hmacOf(hmacKey(key), text), createHmac('sha256', key).update(text).digest('base64url'))
  }
})

test('the codes of RFC 4231 come out, case 1 and 2', () => {
  const hex = (key: Uint8Array, text: string) =>
    Buffer.from(hmacOf(hmacKey(key), text), 'base64url').toString('hex')
  assert.equal(
    hex(Buffer.alloc(20, 0x0b), 'Hi There'),
    'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
  )
  assert.equal(
    hex(Buffer.from('Jefe'), 'what do ya want for nothing?'),
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  )
})

test('a key that would have to be hashed first is refused rather than cut', () => {
  assert.throws(() => hmacKey(randomBytes(65)), TypeError)
})
