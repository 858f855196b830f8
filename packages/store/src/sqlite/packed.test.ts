import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Observation, Statement } from '@rekey/core'
import { pack, unpack } from './packed.ts'

const observation: Observation = {
  credential: 'doc',
  consumer: null,
  seenAs: 'null',
  instance: '',
  version: null,
  statement: { says: 'loaded' },
  atMs: 1,
  source: 's',
}

test('observations come out of the buffer as they went in', () => {
  const statements: Statement[] = [
    { says: 'used', outcome: 'success', lane: null, path: 'usual' },
    { says: 'used', outcome: 'success', lane: '', path: 'usual' },
    { says: 'used', outcome: 'success', lane: 'null', path: 'usual' },
    { says: 'used', outcome: 'outage', lane: 'a b', path: 'fallback' },
    { says: 'used', outcome: 'outage', lane: 'b', path: 'exception' },
    { says: 'used', outcome: 'outage', lane: 'b', path: 'exception', times: 7, firstMs: 0 },
    { says: 'used', outcome: 'outage', lane: 'b', path: 'exception', times: 7 },
    { says: 'used', outcome: 'outage', lane: 'b', path: 'exception', firstMs: 7 },
    { says: 'loaded' },
    { says: 'present' },
    { says: 'stopped' },
    { says: 'delivered' },
    { says: 'counted', uses: 11, authFailures: 1 },
    { says: 'counted', uses: 1, authFailures: 1 },
    { says: 'counted', uses: 1, authFailures: 0 },
    { says: 'covered', fromMs: 5 },
    { says: 'covered', fromMs: 6 },
    { says: 'fallback', state: 'confirmed' },
    { says: 'fallback', state: 'disabled' },
  ]
  const observations = [...statements, ...statements].map((statement, at) => ({
    ...observation,
    statement,
    atMs: Date.UTC(2025, 2, 1) + at,
    version: at % 3 === 0 ? null : at,
    consumer: at % 2 === 0 ? null : `web-${at % 4}`,
    instance: at % 5 === 0 ? null : `i-${at}`,
  }))
  const batch = { source: 's', batch: 'b', receivedMs: 7, observations }
  assert.deepEqual(unpack(structuredClone(pack(batch))), batch)
})

test('uses that are said together share one statement, however often each was counted', () => {
  const observations = [1, 2, 3].map(times => ({
    ...observation,
    statement: {
      says: 'used',
      outcome: 'success',
      lane: null,
      path: 'usual',
      times,
      firstMs: 9 - times,
    } as const,
  }))
  const packed = pack({ source: 's', batch: 'b', receivedMs: 7, observations })
  assert.equal(packed.statements.length, 1)
})
