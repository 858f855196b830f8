import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { mintToken, readToken, scanPattern, tokenTypes } from './token-format.ts'

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

describe('a token', () => {
  for (const type of tokenTypes) {
    test(`of type ${type} is read as what was minted`, () => {
      const { text, id, hash } = mintToken(type, randomBytes)
      assert.match(text.reveal(), new RegExp(`^rekey_${type}_[0-9A-Za-z]{36}$`))
      assert.deepEqual(readToken(text.reveal()), { type, id, hash })
      assert.equal(id, text.reveal().split('_')[2]?.slice(0, 8))
      assert.equal(hash, createHash('sha256').update(text.reveal()).digest('hex'))
    })
  }

  test('is not read when any one of its characters is another', () => {
    const text = mintToken('pat', randomBytes).text.reveal()
    for (let i = 0; i < text.length; i++) {
      for (const other of ['A', 'b', '7', '_']) {
        if (text[i] === other) continue
        assert.equal(readToken(text.slice(0, i) + other + text.slice(i + 1)), null, `at ${i}`)
      }
    }
  })

  test('is not read under another type, nor with two characters changed about', () => {
    const text = mintToken('join', () => Uint8Array.from({ length: 40 }, (_, i) => i)).text.reveal()
    assert.equal(readToken(text.replace('_join_', '_pat_')), null)
    assert.equal(readToken(text.replace('0123', '0132')), null)
  })

  test('is not read when something stands around it, or when it is something else', () => {
    const text = mintToken('source', randomBytes).text.reveal()
    for (const bent of [` ${text}`, `${text}\n`, `${text}x`, text.slice(0, -1), text.toUpperCase(), '']) {
      assert.equal(readToken(bent), null, JSON.stringify(bent.length))
    }
    for (const bent of ['rekey_pat_', 'x'.repeat(1_000_000), undefined, null, 7, {}]) {
      assert.equal(readToken(bent as string), null)
    }
  })

  test('has the checksum of its published parts, so that others can check it too', () => {
    const text = mintToken('pat', n => new Uint8Array(n)).text.reveal()
    assert.equal(text.slice(0, -6), `rekey_pat_${'0'.repeat(30)}`)
    assert.equal(text.slice(-6), base62(crcByTheBook(text.slice(0, -6))).padStart(6, '0'))
  })

  test('takes each digit equally often: bytes that would favour some are thrown away', () => {
    const bytes = Uint8Array.from({ length: 40 }, (_, i) => (i < 10 ? 248 + (i % 8) : 61))
    assert.equal(
      mintToken('pat', () => bytes)
        .text.reveal()
        .slice(10, 40),
      'z'.repeat(30),
    )
    const counts = new Map<string, number>()
    let next = 0
    const allBytes = (n: number) => Uint8Array.from({ length: n }, () => next++ % 256)
    for (let i = 0; i < 62 * 32; i++) {
      for (const digit of mintToken('pat', allBytes).text.reveal().slice(10, 40))
        counts.set(digit, (counts.get(digit) ?? 0) + 1)
    }
    const drawn = [...alphabet].map(digit => counts.get(digit) ?? 0)
    assert.ok(Math.max(...drawn) / Math.min(...drawn) < 1.2, drawn.join())
  })

  test('a broken source of randomness is told of, and does not hang', () => {
    assert.throws(() => mintToken('pat', n => new Uint8Array(n).fill(255)), /randomness/)
    assert.throws(() => mintToken('pat', () => new Uint8Array()), /randomness/)
  })

  test('is found by scanners in the middle of a text, and its text is never shown', () => {
    const { text } = mintToken('setup', randomBytes)
    assert.equal(scanPattern.exec(`export TOKEN="${text.reveal()}";`)?.[0], text.reveal())
    assert.equal(scanPattern.test('rekey_token_of_no_kind'), false)
    assert.equal(String(text), '[secret]')
  })
})

function crcByTheBook(text: string): number {
  let crc = 0xffffffff
  for (const byte of Buffer.from(text)) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return (crc ^ 0xffffffff) >>> 0
}

function base62(value: number): string {
  return value === 0 ? '' : base62(Math.floor(value / 62)) + alphabet[value % 62]
}
