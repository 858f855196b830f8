import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { longestBodyBytes } from './body.ts'
import {
  bad,
  encoded,
  good,
  json,
  jsonLog,
  jsonRequest,
  logRequest,
  logsOf,
  type Part,
  protobuf,
  string,
  sumsRequest,
} from './fixtures.ts'
import { longestText, mostAttributes, mostItems, type OtlpBody, readLogs, readSums } from './otlp.ts'

describe('a limit', () => {
  const many = (count: number) => protobuf(logsOf(Array.from({ length: count }, (): Part => [2, []])))

  test('of so many records is kept exactly', () => {
    assert.equal(good(readLogs(many(mostItems))).items.length, mostItems)
    bad(readLogs(many(mostItems + 1)), 400, /more than 100000/)
  })

  test('of so many attributes leaves out the rest, and counts it', () => {
    const attributes = Array.from({ length: mostAttributes + 3 }, (_, i): Part => [6, string(`k${i}`, 'v')])
    const { items, leftOut } = good(readLogs(protobuf(logsOf([[2, attributes]]))))
    assert.deepEqual([items[0]?.attributes.size, leftOut], [mostAttributes, 3])
  })

  test('of length leaves out what would be another value if it were cut, and cuts the body', () => {
    const fits = 'x'.repeat(longestText)
    const record = { body: { stringValue: `${fits}y` }, eventName: `${fits}y` }
    const attributes = [
      { key: 'fits', value: { stringValue: fits } },
      { key: 'long', value: { stringValue: `${fits}y` } },
    ]
    const { items, leftOut } = good(readLogs(json(jsonRequest({ ...record, attributes }))))
    assert.deepEqual([...items[0]!.attributes.keys()], ['fits'])
    assert.deepEqual([items[0]!.body, items[0]!.eventName, leftOut], [fits, null, 3])
  })

  test('a body is never cut through the middle of a letter', () => {
    const record = { body: { stringValue: `${'x'.repeat(longestText - 1)}😀` } }
    const [item] = good(readLogs(json(jsonRequest(record)))).items
    assert.ok(item!.body!.isWellFormed())
  })

  test('of the whole body counts before and after it is unpacked', () => {
    const bytes = Buffer.alloc(longestBodyBytes + 1)
    const body: OtlpBody = { contentType: 'application/json', contentEncoding: undefined, bytes }
    bad(readLogs(body), 413, /bytes/)
    bad(readLogs({ ...body, contentEncoding: 'gzip', bytes: gzipSync(bytes) }), 413, /bytes/)
  })

  test('what is nested deeply, or is nothing but empty parts, is read in no time', () => {
    const deep = `{"x":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}`
    const began = performance.now()
    assert.deepEqual(good(readLogs(json(deep))).items, [])
    bad(readLogs(json('['.repeat(1_000_000))), 400, /not JSON/)
    const empty = Buffer.alloc(1_000_000, Buffer.from([0x0a, 0]))
    assert.deepEqual(good(readLogs({ ...protobuf([]), bytes: empty })).items, [])
    assert.ok(performance.now() - began < 1_500)
  })
})

describe('a request that is not what it says is refused:', () => {
  const cases: [string, OtlpBody, number, RegExp][] = [
    ['another content type', { ...json({}), contentType: 'text/plain' }, 415, /content type/],
    ['no content type', { ...json({}), contentType: undefined }, 415, /content type/],
    ['another content encoding', { ...json({}), contentEncoding: 'br' }, 415, /encoding/],
    ['what is not gzip', { ...json({}), contentEncoding: 'gzip' }, 400, /gzip/],
    ['what is not JSON', json('{"resourceLogs":'), 400, /not JSON/],
    ['what is not UTF-8', { ...json({}), bytes: Buffer.from([0x22, 0xff, 0x22]) }, 400, /not JSON/],
    ['JSON that is no object', json('[]'), 400, /object/],
    ['a list that is none', json({ resourceLogs: {} }), 400, /resourceLogs must be a list/],
    ['a record that is null', json({ resourceLogs: [null] }), 400, /object/],
    ['names as the schema spells them', json({ resource_logs: [] }), 400, /must be written resourceLogs/],
    ['the same, further in', json(jsonRequest({ time_unix_nano: '1' })), 400, /written timeUnixNano/],
    ['a time that is no number', json(jsonRequest({ timeUnixNano: 'now' })), 400, /timeUnixNano/],
    ['a time that is too large', json(jsonRequest({ timeUnixNano: '18446744073709551616' })), 400, /64 bits/],
    ['a time below zero', json(jsonRequest({ timeUnixNano: -1 })), 400, /64 bits/],
    ['a time that is not whole', json(jsonRequest({ timeUnixNano: 1.5 })), 400, /64 bits/],
    ['a name that is no text', json(jsonRequest({ eventName: 5 })), 400, /eventName must be text/],
    ['a field of another type', protobuf(logsOf([[2, [[12, 7]]]])), 400, /another type/],
    ['text that is not UTF-8', { ...protobuf([]), bytes: notText() }, 400, /UTF-8/],
    ['a group', { ...protobuf([]), bytes: Buffer.from([0x0b, 0x0c]) }, 400, /does not use/],
    ['a field without a number', { ...protobuf([]), bytes: Buffer.from([0x00, 0x00]) }, 400, /number 0/],
    ['a tag without end', { ...protobuf([]), bytes: Buffer.alloc(20, 0xff) }, 400, /too large/],
    [
      'a tag that says nothing without end',
      { ...protobuf([]), bytes: Buffer.alloc(20, 0x80) },
      400,
      /too large/,
    ],
    [
      'a number without end',
      { ...protobuf([]), bytes: Buffer.from([0x18, ...Array(12).fill(0xff)]) },
      400,
      /ten bytes/,
    ],
    [
      'a length past the end',
      { ...protobuf([]), bytes: Buffer.from([0x0a, 0x05, 0x00]) },
      400,
      /in the middle/,
    ],
  ]
  for (const [title, body, status, text] of cases) test(title, () => bad(readLogs(body), status, text))

  test('logs that were sent to where metrics belong', () => {
    bad(readSums(protobuf(logRequest)), 400, /another type/)
  })
})

/** A name of one byte, which no text has. */
function notText(): Uint8Array {
  return encoded(logsOf([[2, [[12, '?']]]])).map(byte => (byte === 0x3f ? 0xff : byte))
}

describe('whatever comes in', () => {
  const readers = [readLogs, readSums]
  const contentTypes = ['application/json', 'application/x-protobuf'] as const

  test('is read or refused, and never throws', () => {
    const body = fc.record({
      contentType: fc.constantFrom(...contentTypes),
      contentEncoding: fc.constantFrom(undefined, 'gzip'),
      bytes: fc.uint8Array({ maxLength: 200 }),
    })
    fc.assert(
      fc.property(body, fc.constantFrom(...readers), (one, read) => typeof read(one).ok === 'boolean'),
      { numRuns: 2_000 },
    )
  })

  test('JSON of any shape is read or refused, with the right names as well', () => {
    const names = [
      'resourceLogs',
      'scopeLogs',
      'logRecords',
      'attributes',
      'key',
      'value',
      'body',
      'timeUnixNano',
    ]
    const { tree } = fc.letrec<{ tree: unknown }>(tie => ({
      tree: fc.oneof(
        { maxDepth: 7 },
        fc.constantFrom<unknown>(null, 1, '1', true, 'x', -1, 1.5),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...names), tie('tree')),
      ),
    }))
    fc.assert(
      fc.property(tree, one => typeof readLogs(json(one)).ok === 'boolean'),
      { numRuns: 1_000 },
    )
  })

  test('a request that was cut short is never read as another', () => {
    for (const [read, whole] of [
      [readLogs, protobuf(logRequest)],
      [readSums, protobuf(sumsRequest)],
    ] as const) {
      for (let length = 1; length < whole.bytes.length; length++) {
        const cut = read({ ...whole, bytes: whole.bytes.subarray(0, length) })
        assert.ok(!cut.ok, `the first ${length} bytes were read`)
      }
    }
    const text = json(jsonRequest(jsonLog))
    for (let length = 0; length < text.bytes.length; length++) {
      assert.ok(!readLogs({ ...text, bytes: text.bytes.subarray(0, length) }).ok)
    }
  })

  test('one changed byte is read or refused, and never throws', () => {
    const { bytes } = protobuf(logRequest)
    for (let at = 0; at < bytes.length; at++) {
      for (const byte of [0x00, 0x7f, 0x80, 0xff, bytes[at]! ^ 1, bytes[at]! ^ 8]) {
        const changed = Buffer.from(bytes)
        changed[at] = byte
        assert.equal(typeof readLogs({ ...protobuf([]), bytes: changed }).ok, 'boolean')
      }
    }
  })
})
