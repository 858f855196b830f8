import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalBytes, canonicalJson, parseCanonicalJson } from './canonical.ts'
import { LogError } from './error.ts'

const refuses = (value: unknown, message: RegExp) =>
  assert.throws(
    () => canonicalJson(value),
    (error: unknown) =>
      error instanceof LogError && error.code === 'not-canonical' && message.test(error.message),
  )

test('numbers are written as in RFC 8785 appendix B', () => {
  for (const [bits, text] of [
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555554', '333333333.33333325'],
    ['41b3de4355555555', '333333333.3333333'],
    ['41b3de4355555556', '333333333.3333334'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])
    assert.equal(canonicalJson(Buffer.from(bits!, 'hex').readDoubleBE()), text)
  refuses(Buffer.from('7fffffffffffffff', 'hex').readDoubleBE(), /NaN/)
  refuses(Buffer.from('7ff0000000000000', 'hex').readDoubleBE(), /Infinity/)
})

test('the example of RFC 8785 section 3.2 comes out as there', () => {
  const value = JSON.parse(`{
    "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
    "literals": [null, true, false]
  }`)
  const text = String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`
  assert.equal(canonicalJson(value), text)
  assert.equal(Buffer.from(canonicalBytes(value)).toString('utf8'), text)
})

test('keys are sorted by UTF-16 unit, not by code point or by language', () => {
  const value = {
    '\u20ac': 'Euro Sign',
    '\r': 'Carriage Return',
    '\ufb33': 'Hebrew Letter Dalet With Dagesh',
    1: 'One',
    '\ud83d\ude00': 'Emoji: Grinning Face',
    '\u0080': 'Control',
    '\u00f6': 'Latin Small Letter O With Diaeresis',
  }
  const order = [...canonicalJson(value).matchAll(/:"([A-Z][a-z]+)/g)].map(match => match[1])
  assert.deepEqual(order, ['Carriage', 'One', 'Control', 'Latin', 'Euro', 'Emoji', 'Hebrew'])
})

test('numeric keys are sorted as texts, and __proto__ is a key like any other', () => {
  assert.equal(canonicalJson({ 10: 1, 9: 2, a: 3 }), '{"10":1,"9":2,"a":3}')
  assert.equal(canonicalJson(JSON.parse('{"b":1,"__proto__":{"a":1}}')), '{"__proto__":{"a":1},"b":1}')
  assert.equal(canonicalJson(Object.assign(Object.create(null), { a: [] })), '{"a":[]}')
})

test('what JSON cannot say is refused with its place, never dropped or rewritten', () => {
  refuses(undefined, /undefined/)
  refuses({ a: undefined }, /\$\.a is undefined/)
  refuses([1, undefined], /\$\[1\]/)
  refuses(new Array(2), /\$\[0\] is undefined/)
  refuses({ a: { b: [Number.NaN] } }, /\$\.a\.b\[0\] is NaN/)
  refuses(Number.NEGATIVE_INFINITY, /-Infinity/)
  refuses(1n, /bigint/)
  refuses(Symbol('x'), /symbol/)
  refuses(() => 1, /function/)
  refuses('\ud800', /lone surrogate/)
  refuses({ '\udc00': 1 }, /lone surrogate/)
  refuses(new Date(0), /plain object/)
  refuses(new Map(), /plain object/)
  refuses(new Uint8Array(1), /plain object/)
  refuses(Object('text'), /plain object/)
  refuses({ [Symbol('x')]: 1 }, /symbols/)
  const circle: unknown[] = []
  circle.push(circle)
  refuses(circle, /holds itself/)
})

test('reading takes only the one canonical text', () => {
  assert.deepEqual(parseCanonicalJson('{"a":[1,"ö"],"b":null}'), { a: [1, 'ö'], b: null })
  for (const text of [
    '',
    '{',
    '{"a": 1}',
    '{"b":1,"a":1}',
    '{"a":1,"a":1}',
    '{"a":1}\n',
    '1.0',
    '1e2',
    '-0',
    '9007199254740993',
    '"\\u0041"',
    '"\\/"',
    '"\\ud800"',
    '\ufeff1',
  ])
    assert.throws(() => parseCanonicalJson(text), LogError, text)
})

const units = (text: string) => fc.string({ unit: fc.constantFrom(...text), maxLength: 6 })
/** What serialisers differ on: escapes, separators, the ends of the surrogate range, beyond the BMP. */
const delicate = '1"\\/\0\b\t\n\f\r\u001f\u007f\u0080\u00f6\u20ac\u2028\ud7ff\ue000\ufb33\u{1f600}'
// Keys without escapes, for the reason given at parseCanonicalJson; how escapes are written is the same for both.
const { json } = fc.letrec(tie => ({
  json: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(
      fc.constant(null),
      fc.boolean(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      units(delicate),
    ),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(units('a1/\u007f\u0080\u00f6\u20ac\u2028\ud7ff\ue000\ufb33\u{1f600}'), tie('json'), {
      maxKeys: 5,
    }),
  ),
}))

test('any JSON value has one text, whatever the order of its keys, and comes back equal', () => {
  fc.assert(
    fc.property(json, value => {
      const text = canonicalJson(value)
      assert.equal(canonicalJson(turned(value)), text)
      const read = parseCanonicalJson(text)
      assert.equal(canonicalJson(read), text)
      assert.deepEqual(read, JSON.parse(JSON.stringify(value)))
      assert.ok(!/[\n\r\t]/.test(text))
    }),
    { numRuns: 200 },
  )
})

test('a key with escapes is either read as what it is or refused, never read as another', () => {
  for (const key of ['"', '\\', '\n', '\r', '\t', '\0', '\\n', 'a\n']) {
    const text = canonicalJson({ a: 1, [key]: 2 })
    try {
      assert.deepEqual(parseCanonicalJson(text), { a: 1, [key]: 2 })
    } catch (error) {
      assert.ok(error instanceof LogError, JSON.stringify(key))
    }
  }
})

/** The same value with the keys of every object in reverse. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, turned(member)]),
  )
}
