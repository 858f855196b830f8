import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  atMs,
  atNs,
  good,
  json,
  jsonLog,
  jsonRequest,
  logParts,
  logRequest,
  logsOf,
  type Part,
  pointParts,
  protobuf,
  string,
  sumsOf,
  sumsRequest,
} from './fixtures.ts'
import { type LogRecord, readLogs, readSums, type SumPoint } from './otlp.ts'

const expected: LogRecord = {
  atMs,
  observedMs: atMs + 1,
  eventName: 'rekey.credential.used',
  body: 'a text',
  attributes: new Map<string, string | number | boolean>([
    ['rekey.credential.id', 'db'],
    ['rekey.credential.version', 3],
    ['negative', -5],
    ['huge', '9223372036854775807'],
    ['real', 0.25],
    ['yes', true],
  ]),
  resource: new Map([['service.name', 'web']]),
}

describe('logs', () => {
  test('are the same, whichever encoding they came in', () => {
    for (const body of [protobuf(logRequest), json(jsonRequest(jsonLog))]) {
      const { items, leftOut } = good(readLogs(body))
      assert.deepEqual(items, [expected])
      assert.equal(leftOut, 0)
    }
  })

  test('without a time, a name or a body say null, and not zero or nothing', () => {
    for (const body of [
      protobuf(logsOf([[2, [[1, { fixed: 0n }]]]])),
      json(jsonRequest({ timeUnixNano: '0' })),
    ]) {
      const [record] = good(readLogs(body)).items
      assert.deepEqual(
        [record?.atMs, record?.observedMs, record?.eventName, record?.body],
        [null, null, null, null],
      )
    }
  })

  test('that hold nothing are an empty list', () => {
    for (const body of [protobuf([]), json({}), json({ resourceLogs: [] }), json({ resourceLogs: null })]) {
      assert.deepEqual(good(readLogs(body)).items, [])
    }
  })

  test('keep of their attributes those that are asked for, however many others there are', () => {
    const others = Array.from({ length: 500 }, (_, i): Part => [6, string(`other.${i}`, 'x')])
    const body = protobuf(logsOf([[2, [...others, ...logParts]]]))
    const { items, leftOut } = good(readLogs(body, key => key.startsWith('rekey.')))
    assert.deepEqual([...items[0]!.attributes.keys()], ['rekey.credential.id', 'rekey.credential.version'])
    assert.equal(leftOut, 0)
  })

  test('of a key that is there twice the last value counts, in both encodings', () => {
    const twice = ['a', 'b'].map((one): Part => [6, string('key', one)])
    const attributes = ['a', 'b'].map(one => ({ key: 'key', value: { stringValue: one } }))
    for (const body of [protobuf(logsOf([[2, twice]])), json(jsonRequest({ attributes }))]) {
      assert.equal(good(readLogs(body)).items[0]?.attributes.get('key'), 'b')
    }
  })
})

describe('sums', () => {
  const point: SumPoint = {
    name: 'rekey.credential.uses',
    startMs: atMs - 60_000,
    atMs,
    value: 42,
    attributes: new Map([['rekey.credential.id', 'db']]),
    resource: new Map(),
    isMonotonic: true,
    temporality: 'delta',
  }
  const jsonSums = (dataPoint: object, more: object = {}) => ({
    resourceMetrics: [
      {
        scopeMetrics: [
          {
            metrics: [
              { name: 'size', gauge: { dataPoints: [{ asDouble: 1 }] } },
              {
                name: 'rekey.credential.uses',
                sum: { dataPoints: [dataPoint], aggregationTemporality: 1, isMonotonic: true, ...more },
              },
            ],
          },
        ],
      },
    ],
  })
  const jsonPoint = {
    startTimeUnixNano: String(atNs - 60_000_000_000n),
    timeUnixNano: String(atNs),
    asInt: '42',
    attributes: [{ key: 'rekey.credential.id', value: { stringValue: 'db' } }],
  }

  test('are the same, whichever encoding they came in; other kinds of metrics are passed over', () => {
    for (const body of [protobuf(sumsRequest), json(jsonSums(jsonPoint))]) {
      assert.deepEqual(good(readSums(body)).items, [point])
    }
  })

  test('may be real, negative, cumulative and not monotonic', () => {
    const parts = sumsOf([[1, [[4, { double: -1.5 }]]]], [[2, 2]])
    const asJson = jsonSums({ asDouble: -1.5 }, { aggregationTemporality: 2, isMonotonic: false })
    for (const body of [protobuf(parts), json(asJson)]) {
      const [one] = good(readSums(body)).items
      assert.deepEqual(
        [one?.value, one?.temporality, one?.isMonotonic, one?.atMs],
        [-1.5, 'cumulative', false, null],
      )
    }
    const negative = protobuf(sumsOf([[1, [[6, { fixed: 2n ** 64n - 3n }]]]]))
    assert.equal(good(readSums(negative)).items[0]?.value, -3)
    assert.ok(Number.isNaN(good(readSums(json(jsonSums({ asDouble: 'NaN' })))).items[0]?.value))
  })

  test('without a value, marked as ended or of no known temporality are left out and counted', () => {
    const without = protobuf(
      sumsOf([
        [1, [[3, { fixed: atNs }]]],
        [1, [...pointParts, [8, 1]]],
        [1, pointParts],
      ]),
    )
    const { items, leftOut } = good(readSums(without))
    assert.deepEqual([items.length, leftOut], [1, 2])
    const unknown = good(readSums(protobuf(sumsOf([[1, pointParts]], [[2, 9]]))))
    assert.deepEqual([unknown.items.length, unknown.leftOut], [0, 1])
  })
})
