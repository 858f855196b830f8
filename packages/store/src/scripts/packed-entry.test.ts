import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Entry, emptyEntry, fold, type Observation, type Statement } from '@rekey/core'
import fc from 'fast-check'
import { packEntry, unpackEntry } from './packed-entry.ts'

const statements: Statement[] = [
  { says: 'used', outcome: 'success', lane: 'in', path: 'usual' },
  { says: 'used', outcome: 'success', lane: null, path: 'exception' },
  { says: 'used', outcome: 'auth-failure', lane: null, path: 'exception' },
  { says: 'used', outcome: 'degraded', lane: null, path: 'fallback' },
  { says: 'loaded' },
  { says: 'present' },
  { says: 'stopped' },
  { says: 'delivered' },
  { says: 'covered', fromMs: 5 },
  { says: 'fallback', state: 'confirmed' },
]

const observation = fc.record({
  statement: fc.constantFrom(...statements),
  version: fc.constantFrom(null, 1, 2, 3, 4, 5, 6),
  instance: fc.constantFrom(null, 'a', 'b'),
  atMs: fc.integer({ min: 10, max: 200 * 60_000 }),
})

test('an entry comes out of its row as it went in, whatever was folded into it', () => {
  fc.assert(
    fc.property(fc.array(observation, { maxLength: 80 }), said => {
      const entry = said.reduce(
        (known: Entry, one) => fold(known, { ...base, ...one } as Observation),
        emptyEntry('cred', 'web'),
      )
      assert.deepEqual(unpackEntry('cred', 'web', packEntry(entry)), entry)
    }),
  )
})

const base = { credential: 'cred', consumer: 'web', seenAs: null, source: 'sdk' }
