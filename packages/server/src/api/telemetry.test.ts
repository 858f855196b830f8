// Long because: what is sent stands beside what comes of it, for both signals.
import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto'
import {
  AggregationTemporalityPreference,
  OTLPMetricExporter,
} from '@opentelemetry/exporter-metrics-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { minuteMs } from '@rekey/core'
import { aConsumer } from '@rekey/core/fixtures'
import { type Doors, doors, toldOf } from '../intake/fixtures.ts'
import { usesMetric } from '../telemetry/marks.ts'

interface Answer {
  status: number
  headers: Headers
  body: { partialSuccess?: Record<string, string>; message?: string }
}

async function telemetry(t: TestContext, more: object = {}, consumers?: ReturnType<typeof aConsumer>[]) {
  // The exporters' clock is that of the machine. It listens since before they began.
  const d = await doors(t, consumers === undefined ? {} : { consumers }, Date.now() - 1_000)
  const bindings = [{ credential: d.b.credential, consumer: 'web' }]
  const token = await d.source('otel', { kind: 'telemetry', bindings, ...more })
  const send = async (signal: 'logs' | 'metrics', body: unknown, headers = {}): Promise<Answer> => {
    const response = await fetch(`${d.url}/api/v1/otlp/v1/${signal}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      body: body instanceof Uint8Array ? Buffer.from(body) : JSON.stringify(body),
    })
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as Answer['body'],
    }
  }
  return { ...d, token, send }
}

const attributes = (given: Record<string, string | number>) =>
  Object.entries(given).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: value } : { stringValue: value },
  }))
const nanos = (ms: number) => `${Math.floor(ms)}000000`

/** One record of a use by the service, with what its mark says besides. */
const logs = (
  d: Doors,
  service: string | null,
  more: Record<string, string | number> = {},
  eventName = 'rekey.credential.used',
) => ({
  resourceLogs: [
    {
      resource: { attributes: attributes(service === null ? {} : { 'service.name': service }) },
      scopeLogs: [
        {
          logRecords: [
            {
              timeUnixNano: nanos(d.b.clock.nowMs),
              eventName,
              attributes: attributes({
                'rekey.credential.id': d.b.credential,
                'rekey.credential.version': 1,
                'rekey.outcome': 'success',
                ...more,
              }),
            },
          ],
        },
      ],
    },
  ],
})

/** One point of the counter of uses. */
const sums = (d: Doors, value: number, { startMs = d.b.clock.nowMs, isDelta = false, version = 1 } = {}) => ({
  resourceMetrics: [
    {
      resource: { attributes: attributes({ 'service.name': 'web' }) },
      scopeMetrics: [
        {
          metrics: [
            {
              name: usesMetric,
              sum: {
                aggregationTemporality: isDelta ? 1 : 2,
                isMonotonic: true,
                dataPoints: [
                  {
                    startTimeUnixNano: nanos(startMs),
                    timeUnixNano: nanos(d.b.clock.nowMs),
                    asInt: String(value),
                    attributes: attributes({
                      'rekey.credential.id': d.b.credential,
                      'rekey.credential.version': version,
                      'rekey.outcome': 'success',
                    }),
                  },
                ],
              },
            },
          ],
        },
      ],
    },
  ],
})

const ledger = ({ b }: Doors) => b.store.ledger(b.credential)
const usesOf = async (d: Doors, consumer = 'web') => {
  const entry = (await ledger(d)).entries.find(one => one.consumer === consumer)
  return entry?.minutes.reduce((sum, one) => sum + one.uses, 0) ?? 0
}
const ghostsOf = async (d: Doors) => (await ledger(d)).ghosts.map(one => one.seenAs)

describe('exporters of OpenTelemetry', () => {
  test('send a log event, and it is one use', async t => {
    const d = await telemetry(t)
    const exporter = new OTLPLogExporter({
      url: `${d.url}/api/v1/otlp/v1/logs`,
      headers: { authorization: `Bearer ${d.token}` },
      compression: 'gzip' as never,
    })
    const resource = resourceFromAttributes({ 'service.name': 'web' })
    const provider = new LoggerProvider({
      resource,
      processors: [new SimpleLogRecordProcessor({ exporter })],
    })
    provider.getLogger('test').emit({
      eventName: 'rekey.credential.used',
      attributes: {
        'rekey.credential.id': d.b.credential,
        'rekey.credential.version': 1,
        'rekey.outcome': 'success',
      },
    })
    await provider.forceFlush()
    await provider.shutdown()
    assert.equal(await usesOf(d), 1)
    assert.deepEqual(await ghostsOf(d), [])
  })

  for (const temporality of ['CUMULATIVE', 'DELTA'] as const) {
    test(`send a counter as ${temporality}, and each use is counted once`, async t => {
      const d = await telemetry(t)
      const exporter = new OTLPMetricExporter({
        url: `${d.url}/api/v1/otlp/v1/metrics`,
        headers: { authorization: `Bearer ${d.token}` },
        temporalityPreference: AggregationTemporalityPreference[temporality],
      })
      const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
      const resource = resourceFromAttributes({ 'service.name': 'web' })
      const provider = new MeterProvider({ resource, readers: [reader] })
      const counter = provider.getMeter('test').createCounter(usesMetric)
      const mark = {
        'rekey.credential.id': d.b.credential,
        'rekey.credential.version': 1,
        'rekey.outcome': 'success',
      }
      counter.add(3, mark)
      await provider.forceFlush()
      await new Promise(resolve => setTimeout(resolve, 3))
      counter.add(4, mark)
      await provider.forceFlush()
      await provider.shutdown()
      assert.equal(await usesOf(d), 7)
    })
  }
})

describe('whose use it was', () => {
  test('is said by the name in the mark, where the source is bound to that', async t => {
    const d = await telemetry(t)
    await d.send('logs', logs(d, 'anything', { 'rekey.consumer.id': 'web' }))
    assert.equal(await usesOf(d), 1)
  })

  test('is otherwise said by the list of services, and then by the names that consumers go by', async t => {
    const consumers = [aConsumer({ id: 'web', seenAs: ['web-frontend'] }), aConsumer({ id: 'queue' })]
    const d = await telemetry(t, {}, consumers)
    const binding = { credential: d.b.credential, consumer: 'web' }
    await d.source('otel', { kind: 'telemetry', bindings: [binding], services: { shop: binding } })
    await d.send('logs', logs(d, 'shop', { 'rekey.consumer.id': 'somebody' }))
    assert.equal(await usesOf(d), 1)
    await d.send('logs', logs(d, 'web-frontend'))
    assert.equal(await usesOf(d), 2)
    assert.deepEqual(await ghostsOf(d), [])
  })

  test('nobody knows: then it is a ghost, under the name that it has', async t => {
    const d = await telemetry(t)
    await d.send('logs', logs(d, 'stranger'))
    await d.send('logs', logs(d, null, { 'rekey.consumer.id': 'claimed' }))
    assert.deepEqual((await ghostsOf(d)).sort(), ['claimed', 'stranger'])
    assert.equal(await usesOf(d), 0)
  })

  test('is not counted for a consumer that the source is not bound to, under whichever name it comes', async t => {
    const d = await telemetry(t)
    const byService = await d.send('logs', logs(d, 'queue'))
    const byMark = await d.send('logs', logs(d, null, { 'rekey.consumer.id': 'queue' }))
    for (const { status, body } of [byService, byMark]) {
      assert.equal(status, 200)
      assert.deepEqual(body.partialSuccess, {
        rejectedLogRecords: '1',
        errorMessage: 'out-of-scope: 1. See docs/observations.md.',
      })
    }
    assert.equal(await usesOf(d, 'queue'), 0)
    await toldOf(d, 'observationsRefused', { source: 'source/otel', why: 'out-of-scope' })
  })

  test('of a credential that the source is not bound to at all does not matter', async t => {
    const d = await telemetry(t)
    const { body } = await d.send('logs', logs(d, 'web', { 'rekey.credential.id': 'another' }))
    assert.equal(body.partialSuccess?.['rejectedLogRecords'], '1')
  })

  test('is a heartbeat’s only where the source is said to see everything', async t => {
    const d = await telemetry(t)
    const heartbeat = () => ({
      'rekey.consumer.id': 'web',
      'rekey.covered_from': d.b.clock.nowMs - minuteMs,
    })
    const beat = () => d.send('logs', logs(d, 'web', heartbeat(), 'rekey.heartbeat'))
    assert.match((await beat()).body.partialSuccess?.['errorMessage'] ?? '', /incomplete-source: 1/)
    const bindings = [{ credential: d.b.credential, consumer: 'web' }]
    await d.source('otel', { kind: 'telemetry', bindings, complete: true })
    d.b.clock.nowMs++
    assert.deepEqual((await beat()).body, {})
    const entry = (await ledger(d)).entries.find(one => one.consumer === 'web')
    assert.deepEqual(entry?.covered, { fromMs: d.b.clock.nowMs - minuteMs, toMs: d.b.clock.nowMs })
  })
})

describe('a request', () => {
  test('that is sent again, since its answer was lost, counts once', async t => {
    const d = await telemetry(t)
    const body = logs(d, 'web')
    assert.deepEqual((await d.send('logs', body)).body, {})
    assert.deepEqual((await d.send('logs', body)).body, {})
    assert.equal(await usesOf(d), 1)
    const counter = sums(d, 5, { isDelta: true })
    for (let times = 0; times < 2; times++) assert.equal((await d.send('metrics', counter)).status, 200)
    assert.equal(await usesOf(d), 6)
  })

  test('without the token, or with that of another kind, is refused and leaves an event', async t => {
    const d = await telemetry(t)
    assert.equal((await d.send('logs', logs(d, 'web'), { authorization: 'Bearer no' })).status, 401)
    await toldOf(d, 'accessRefused', { what: 'telemetry.logs', code: 'not-signed-in' })
    await d.source('otel', { kind: 'webhook', bindings: [{ credential: d.b.credential, consumer: 'web' }] })
    assert.equal((await d.send('logs', logs(d, 'web'))).status, 401)
    assert.equal(await usesOf(d), 0)
  })

  test('with the token before the newest is refused', async t => {
    const d = await telemetry(t)
    const bindings = [{ credential: d.b.credential, consumer: 'web' }]
    const newer = await d.source('otel', { kind: 'telemetry', bindings, anew: true })
    assert.match(newer, /^rekey_source_/)
    assert.equal((await d.send('logs', logs(d, 'web'))).status, 401)
    assert.equal((await d.send('logs', logs(d, 'web'), { authorization: `Bearer ${newer}` })).status, 200)
  })

  test('that is not what it says is refused in its own encoding, and must not come again', async t => {
    const d = await telemetry(t)
    const wrong = await d.send('logs', [])
    assert.equal(wrong.status, 400)
    assert.match(wrong.body.message ?? '', /\. /)
    const response = await fetch(`${d.url}/api/v1/otlp/v1/metrics`, {
      method: 'POST',
      headers: { authorization: `Bearer ${d.token}`, 'content-type': 'application/x-protobuf' },
      body: Buffer.from([0xff, 0xff, 0xff]),
    })
    assert.deepEqual([response.status, response.headers.get('content-type')], [400, 'application/x-protobuf'])
    assert.equal((await d.send('logs', logs(d, 'web'), { 'content-type': 'text/plain' })).status, 415)
    await toldOf(d, 'observationsRefused', { source: 'source/otel', why: 'malformed' })
  })

  test('that grows beyond measure when it is unpacked is refused', async t => {
    const d = await telemetry(t)
    const bomb = gzipSync(Buffer.alloc(9 * 1_048_576))
    assert.ok(bomb.length < 20_000)
    assert.equal((await d.send('logs', bomb, { 'content-encoding': 'gzip' })).status, 413)
  })

  test('that cannot be stored is to come again later, and then all of it counts', async t => {
    const d = await telemetry(t)
    const { store } = d.b.ground
    const ground = d.b.ground as { store: typeof store }
    const listening = { startMs: d.b.clock.nowMs + 1 }
    d.b.clock.nowMs += minuteMs
    const body = sums(d, 5, listening)
    ground.store = { ...store, observe: () => Promise.reject(new Error('the disk is full')) }
    const failed = await d.send('metrics', body)
    assert.deepEqual([failed.status, failed.headers.get('retry-after')], [503, '5'])
    assert.ok(d.b.trouble.length > 0)
    ground.store = store
    assert.equal((await d.send('metrics', body)).status, 200)
    assert.equal(await usesOf(d), 5)
  })

  test('says how much of it says less than it could, without refusing that', async t => {
    const d = await telemetry(t)
    const { body } = await d.send('logs', logs(d, 'web', { 'rekey.outcome': 'splendid' }))
    assert.deepEqual(body.partialSuccess, {
      rejectedLogRecords: '0',
      errorMessage: 'bad-outcome: 1. See docs/observations.md.',
    })
    assert.equal(await usesOf(d), 1)
  })
})

describe('a cumulative counter that began before we listened', () => {
  test('is counted from its second point on: what it holds may be of long ago', async t => {
    const d = await telemetry(t)
    const startMs = d.b.clock.nowMs - 60 * minuteMs
    await d.send('metrics', sums(d, 1_000, { startMs }))
    assert.equal(await usesOf(d), 0)
    d.b.clock.nowMs += minuteMs
    await d.send('metrics', sums(d, 1_004, { startMs }))
    assert.equal(await usesOf(d), 4)
    d.b.clock.nowMs += minuteMs
    await d.send('metrics', sums(d, 1_004, { startMs }))
    assert.equal(await usesOf(d), 4)
  })

  test('says nothing of a version that nobody uses any more', async t => {
    const d = await telemetry(t)
    const startMs = d.b.clock.nowMs - 60 * minuteMs
    for (let times = 0; times < 3; times++) {
      await d.send('metrics', sums(d, 12, { startMs }))
      d.b.clock.nowMs += minuteMs
    }
    const entry = (await ledger(d)).entries.find(one => one.consumer === 'web')
    assert.equal(entry?.versions.find(one => one.version === 1)?.lastUseMs ?? null, null)
  })
})
