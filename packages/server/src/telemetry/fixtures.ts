// For tests only: requests as an exporter would write them, in both encodings, and a place on loopback that exporters can send to.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { minuteMs, type Observation, type Source } from '@rekey/core'
import type { OtlpBody } from './body.ts'
import type { MarkReading } from './marks.ts'
import type { OtlpFault, OtlpItems } from './otlp.ts'

/** One field of a protobuf message: a number, text, or the fields of a message within. */
export type Part = [
  field: number,
  value: string | number | bigint | { double: number } | { fixed: bigint } | Part[],
]

export function encoded(parts: readonly Part[]): Buffer {
  return Buffer.concat(
    parts.map(([field, value]) => {
      if (typeof value === 'number' || typeof value === 'bigint') {
        return Buffer.concat([varint(field * 8), varint(value)])
      }
      if (typeof value === 'object' && !Array.isArray(value)) {
        const bytes = Buffer.alloc(8)
        if ('double' in value) bytes.writeDoubleLE(value.double)
        else bytes.writeBigUInt64LE(value.fixed)
        return Buffer.concat([varint(field * 8 + 1), bytes])
      }
      const bytes = typeof value === 'string' ? Buffer.from(value) : encoded(value)
      return Buffer.concat([varint(field * 8 + 2), varint(bytes.length), bytes])
    }),
  )
}

function varint(value: number | bigint): Buffer {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) + 128)
  return Buffer.from([...bytes, Number(rest)])
}

export const protobuf = (parts: readonly Part[]): OtlpBody => ({
  contentType: 'application/x-protobuf',
  contentEncoding: undefined,
  bytes: encoded(parts),
})

export const json = (value: unknown): OtlpBody => ({
  contentType: 'application/json',
  contentEncoding: undefined,
  bytes: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
})

export interface Received extends OtlpBody {
  path: string
}

/** Whatever is sent there is kept, and answered as the test wants it. */
export async function collector(
  t: TestContext,
  answer: (body: Received) => { status: number; contentType: string; bytes: Uint8Array },
): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    const { 'content-type': contentType, 'content-encoding': contentEncoding } = request.headers
    const body = { path: request.url ?? '', contentType, contentEncoding, bytes: Buffer.concat(parts) }
    received.push(body)
    const { status, contentType: type, bytes } = answer(body)
    response.writeHead(status, { 'content-type': type }).end(bytes)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(async () => {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received }
}

export const atNs = 1_700_000_000_123_456_789n
export const atMs = 1_700_000_000_123

const attribute = (key: string, value: Part[]): Part[] => [
  [1, key],
  [2, value],
]
export const string = (key: string, value: string) => attribute(key, [[1, value]])

export const logParts: Part[] = [
  [1, { fixed: atNs }],
  [2, 9],
  [3, 'INFO'],
  [5, [[1, 'a text']]],
  [6, string('rekey.credential.id', 'db')],
  [6, attribute('rekey.credential.version', [[3, 3]])],
  [6, attribute('negative', [[3, -5]])],
  [6, attribute('huge', [[3, 2n ** 63n - 1n]])],
  [6, attribute('real', [[4, { double: 0.25 }]])],
  [6, attribute('yes', [[2, 1]])],
  [6, attribute('list', [[5, [[1, [[1, 'a']]]]]])],
  [6, attribute('empty', [])],
  [11, { fixed: atNs + 1_000_000n }],
  [12, 'rekey.credential.used'],
]
export const logsOf = (records: Part[]): Part[] => [
  [
    1,
    [
      [1, [[1, string('service.name', 'web')]]],
      [2, [[1, [[1, 'a scope']]], ...records]],
      [3, 'a schema'],
    ],
  ],
]
export const logRequest = logsOf([[2, logParts]])

export const jsonRequest = (record: object) => ({
  resourceLogs: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'web' } }] },
      scopeLogs: [{ scope: { name: 'a scope' }, logRecords: [record] }],
    },
  ],
})
export const jsonLog = {
  timeUnixNano: String(atNs),
  observedTimeUnixNano: String(atNs + 1_000_000n),
  severityNumber: 9,
  body: { stringValue: 'a text' },
  traceId: '5B8EFFF798038103D269B633813FC60C',
  attributes: [
    { key: 'rekey.credential.id', value: { stringValue: 'db' } },
    { key: 'rekey.credential.version', value: { intValue: '3' } },
    { key: 'negative', value: { intValue: -5 } },
    { key: 'huge', value: { intValue: '9223372036854775807' } },
    { key: 'real', value: { doubleValue: 0.25 } },
    { key: 'yes', value: { boolValue: true } },
    { key: 'list', value: { arrayValue: { values: [{ stringValue: 'a' }] } } },
    { key: 'empty', value: {} },
  ],
  eventName: 'rekey.credential.used',
}

export const pointParts: Part[] = [
  [2, { fixed: atNs - 60_000_000_000n }],
  [3, { fixed: atNs }],
  [6, { fixed: 42n }],
  [7, string('rekey.credential.id', 'db')],
]
export const sumsOf = (
  points: Part[],
  more: Part[] = [
    [2, 1],
    [3, 1],
  ],
): Part[] => [
  [
    1,
    [
      [
        2,
        [
          [
            2,
            [
              [1, 'rekey.credential.uses'],
              [3, '{use}'],
              [7, [...points, ...more]],
            ],
          ],
        ],
      ],
    ],
  ],
]
export const sumsRequest = sumsOf([[1, pointParts]])

export function good<Item>(read: OtlpItems<Item> | OtlpFault): OtlpItems<Item> {
  assert.ok(read.ok, JSON.stringify(read))
  return read
}

export function bad(read: OtlpItems<unknown> | OtlpFault, status: number, text: RegExp): void {
  assert.ok(!read.ok, 'it was read')
  assert.equal(read.status, status)
  assert.match(read.text, text)
  assert.match(read.how, /\.$/)
}

export const t0 = 1_700_000_000_000

/** What a program writes on its telemetry, whole. */
export const fullMark = {
  'rekey.credential.id': 'db',
  'rekey.credential.version': 2,
  'rekey.outcome': 'success',
  'rekey.lane': 'checkout',
  'rekey.path': 'exception',
}
export const webService = { 'service.name': 'web-app', 'service.instance.id': 'web-1' }

export const reading: MarkReading = {
  source: 'otel',
  nowMs: t0 + minuteMs,
  serviceToConsumer: (credential, service) => (credential === 'db' && service === 'web-app' ? 'web' : null),
}
export const otelSource: Source = {
  id: 'otel',
  kind: 'telemetry',
  speaksFor: 'all',
  lagMs: 0,
  complete: true,
  revoked: false,
}

export const usedOnce = { says: 'used', outcome: 'success', lane: 'checkout', path: 'exception' } as const
/** What the whole mark of one use becomes. */
export const observed: Observation = {
  credential: 'db',
  consumer: 'web',
  seenAs: null,
  instance: 'web-1',
  version: 2,
  statement: usedOnce,
  atMs: t0,
  source: 'otel',
}
