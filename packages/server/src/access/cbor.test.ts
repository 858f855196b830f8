import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CborError, decodeFirst, decodeWhole } from './cbor.ts'

const hex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'))
const refused = (text: string) =>
  assert.throws(() => decodeWhole(hex(text)), CborError, `${text.slice(0, 40)} was read`)

describe('CBOR', () => {
  test('is read as RFC 8949, appendix A, has it', () => {
    for (const [text, value] of [
      ['00', 0],
      ['17', 23],
      ['1818', 24],
      ['1864', 100],
      ['1903e8', 1_000],
      ['1a000f4240', 1_000_000],
      ['1b000000e8d4a51000', 1_000_000_000_000],
      ['20', -1],
      ['3863', -100],
      ['3903e7', -1_000],
      ['f4', false],
      ['f5', true],
      ['f6', null],
      ['40', new Uint8Array()],
      ['4401020304', hex('01020304')],
      ['60', ''],
      ['6449455446', 'IETF'],
      ['62c3bc', 'ü'],
      ['64f0908591', '\u{10151}'],
      ['80', []],
      ['83010203', [1, 2, 3]],
      ['8301820203820405', [1, [2, 3], [4, 5]]],
      ['a0', new Map()],
      [
        'a201020304',
        new Map([
          [1, 2],
          [3, 4],
        ]),
      ],
      [
        'a26161016162820203',
        new Map<string, unknown>([
          ['a', 1],
          ['b', [2, 3]],
        ]),
      ],
      ['826161a161626163', ['a', new Map([['b', 'c']])]],
    ] as const) {
      assert.deepEqual(decodeWhole(hex(text)), value, text)
    }
  })

  test('with what authenticators do not write is refused', () => {
    for (const text of [
      'f7',
      'f0',
      'f818',
      'f90000',
      'fa47c35000',
      'fb3ff199999999999a',
      'c074',
      'd818456449455446',
    ])
      refused(text)
  })

  test('of indefinite length, or with a length that means nothing, is refused', () => {
    for (const text of [
      '5f42010243030405ff',
      '7f657374726561646d696e67ff',
      '9fff',
      'bfff',
      '1c',
      '5d',
      '7e',
      '9f',
      'ff',
    ])
      refused(text)
  })

  test('with a number in a longer form than it needs is refused', () => {
    for (const text of [
      '1800',
      '1817',
      '190000',
      '1900ff',
      '1a0000ffff',
      '1b00000000ffffffff',
      '3817',
      '580100',
      '980100',
      '7801',
    ])
      refused(text)
  })

  test('with a number that is not exact any more is refused', () => {
    assert.equal(decodeWhole(hex('1b001fffffffffffff')), Number.MAX_SAFE_INTEGER)
    refused('1b0020000000000000')
    refused('1bffffffffffffffff')
    refused('3bffffffffffffffff')
  })

  test('with a key twice, or a key that is neither number nor text, is refused', () => {
    for (const text of ['a201020102', 'a2616101616102', 'a1400102', 'a18001', 'a1f401']) refused(text)
  })

  test('that ends too early, or goes on after its end, is refused', () => {
    const whole = 'a26161016162820203'
    for (let i = 0; i < whole.length; i += 2) refused(whole.slice(0, i))
    refused(`${whole}00`)
    assert.throws(() => decodeFirst(hex('4401')), CborError)
    assert.equal(decodeFirst(hex(`ff${whole}00`), 1).end, 1 + whole.length / 2)
  })

  test('with a length that lies is refused at once, not after filling the memory', () => {
    for (const text of [
      '5affffffff',
      '9affffffff',
      'baffffffff',
      '7b001fffffffffffff',
      '9b001fffffffffffff01',
    ])
      refused(text)
    refused(`9903e9${'00'.repeat(1_001)}`)
  })

  test('nested too deep is refused', () => {
    assert.doesNotThrow(() => decodeWhole(hex(`${'81'.repeat(8)}00`)))
    refused(`${'81'.repeat(9)}00`)
    refused('81'.repeat(100_000))
  })

  test('with a text that is not UTF-8 is refused', () => {
    for (const text of ['61ff', '62c328', '63eda080', '61c3']) refused(text)
  })
})
