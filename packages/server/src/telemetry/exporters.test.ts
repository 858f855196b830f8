// The exporters of OpenTelemetry themselves, sending to loopback: what they write is what is read here.
import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { OTLPLogExporter as JsonLogs } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPLogExporter as ProtobufLogs } from '@opentelemetry/exporter-logs-otlp-proto'
import {
  AggregationTemporalityPreference,
  OTLPMetricExporter as JsonMetrics,
} from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPMetricExporter as ProtobufMetrics } from '@opentelemetry/exporter-metrics-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { refused, taken } from './answer.ts'
import { collector, type Received } from './fixtures.ts'
import { isMark, marksOfLogs, marksOfSums, usesMetric } from './marks.ts'
import { readLogs, readSums } from './otlp.ts'
import type { Series } from './series.ts'

const resource = resourceFromAttributes({ 'service.name': 'web', 'service.instance.id': 'web-1' })
const mark = { 'rekey.credential.id': 'db', 'rekey.credential.version': 2, 'rekey.outcome': 'success' }
const noSeries: Series = new Map()
const reading = () => ({
  source: 'otel',
  nowMs: Date.now(),
  serviceToConsumer: (_: string, name: string) => `c-${name}`,
})

const logExporters = { protobuf: ProtobufLogs, json: JsonLogs }
const metricExporters = { protobuf: ProtobufMetrics, json: JsonMetrics }
const gzip = { compression: 'gzip' as never }

const logAnswer = (body: Received) => {
  const read = readLogs(body)
  return read.ok ? taken('logs', read.encoding) : refused(read)
}

async function logged(t: TestContext, encoding: 'json' | 'protobuf', more = {}) {
  const { url, received } = await collector(t, logAnswer)
  const exporter = new logExporters[encoding]({ url: `${url}/v1/logs`, ...more })
  const provider = new LoggerProvider({ resource, processors: [new SimpleLogRecordProcessor({ exporter })] })
  const logger = provider.getLogger('test')
  const atMs = Date.now()
  logger.emit({
    eventName: 'rekey.credential.used',
    timestamp: atMs,
    body: 'used it – once',
    attributes: { ...mark, real: 0.5, yes: true, list: ['a'], large: 2 ** 52 + 1 },
  })
  logger.emit({ body: { nested: 'text' }, attributes: {} })
  await provider.forceFlush()
  await provider.shutdown()
  const items = received
    .flatMap(body => {
      const read = readLogs(body)
      assert.ok(read.ok, JSON.stringify(read))
      assert.equal(read.encoding, encoding)
      return read.items
    })
    // Each record is sent by itself, and which comes first is a matter of luck.
    .sort((a, b) => b.attributes.size - a.attributes.size)
  return { received, items, atMs }
}

for (const encoding of ['protobuf', 'json'] as const) {
  describe(`the exporter for ${encoding}`, () => {
    test('its log records are read whole', async t => {
      const { items, atMs } = await logged(t, encoding)
      assert.equal(items.length, 2)
      const [used, plain] = items
      assert.equal(used!.eventName, 'rekey.credential.used')
      assert.equal(used!.atMs, atMs)
      assert.ok(used!.observedMs! >= atMs)
      assert.equal(used!.body, 'used it – once')
      assert.deepEqual(Object.fromEntries(used!.attributes), {
        ...mark,
        real: 0.5,
        yes: true,
        large: 2 ** 52 + 1,
      })
      assert.deepEqual(Object.fromEntries(used!.resource), {
        'service.name': 'web',
        'service.instance.id': 'web-1',
      })
      assert.deepEqual([plain!.body, plain!.eventName, plain!.attributes.size], [null, null, 0])
    })

    test('what it packs with gzip is read as well', async t => {
      const { received, items } = await logged(t, encoding, gzip)
      assert.equal(received[0]?.contentEncoding, 'gzip')
      assert.equal(items[0]?.eventName, 'rekey.credential.used')
    })

    test('a log event becomes one use', async t => {
      const { items, atMs } = await logged(t, encoding)
      assert.deepEqual(marksOfLogs(items, reading()), {
        observations: [
          {
            credential: 'db',
            consumer: 'c-web',
            seenAs: null,
            instance: 'web-1',
            version: 2,
            statement: { says: 'used', outcome: 'success', lane: null, path: 'usual' },
            atMs,
            source: 'otel',
          },
        ],
        ignored: 1,
        faults: [],
      })
    })

    for (const [temporality, counted] of [
      [AggregationTemporalityPreference.CUMULATIVE, [3, 7]],
      [AggregationTemporalityPreference.DELTA, [3, 4]],
    ] as const) {
      test(`its counter is counted once, sent as ${AggregationTemporalityPreference[temporality]}`, async t => {
        const { url, received } = await collector(t, body => {
          const read = readSums(body)
          return read.ok ? taken('metrics', read.encoding) : refused(read)
        })
        const exporter = new metricExporters[encoding]({
          url: `${url}/v1/metrics`,
          temporalityPreference: temporality,
        })
        const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
        const provider = new MeterProvider({ resource, readers: [reader] })
        const meter = provider.getMeter('test')
        const counter = meter.createCounter(usesMetric)
        meter.createHistogram('http.duration').record(3)
        const beganMs = Date.now() - 1
        counter.add(3, mark)
        await provider.forceFlush()
        await new Promise(resolve => setTimeout(resolve, 3))
        counter.add(4, mark)
        await provider.forceFlush()
        let previous = noSeries
        const values: number[] = []
        const uses = received.map(body => {
          const read = readSums(body, isMark)
          assert.ok(read.ok)
          values.push(...read.items.map(one => one.value))
          const { observations, next, faults } = marksOfSums(read.items, reading(), previous)
          assert.deepEqual(faults, [])
          previous = next
          return observations.map(({ statement, atMs }) => ({ ...statement, atMs }))
        })
        await provider.shutdown()
        assert.deepEqual(values.slice(0, 2), counted)
        assert.deepEqual(
          uses.flat().map(one => one.says === 'used' && [one.times, one.outcome]),
          [
            [3, 'success'],
            [4, 'success'],
          ],
        )
        for (const one of uses.flat()) {
          assert.ok(one.says === 'used' && one.firstMs !== undefined)
          assert.ok(one.firstMs >= beganMs && one.firstMs <= one.atMs && one.atMs <= Date.now())
        }
      })
    }
  })
}
