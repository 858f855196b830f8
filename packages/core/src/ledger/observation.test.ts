import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fixtureNowMs as t0 } from '../fixtures.ts'
import { seen, worked } from '../rotation/fixtures.ts'
import { hourMs, minuteMs } from '../time.ts'
import {
  type Observation,
  type Refused,
  refuse,
  type Source,
  type SourceKind,
  type Statement,
} from './observation.ts'

const source = (overrides: Partial<Source> = {}): Source => ({
  id: 'sdk-1',
  kind: 'sdk',
  speaksFor: 'all',
  lagMs: 0,
  complete: true,
  revoked: false,
  ...overrides,
})
const covered = (fromMs: number, overrides: Partial<Observation> = {}) =>
  seen({ says: 'covered', fromMs }, overrides)

test('an observation counts when its source may say it, about whom it may, and in time', () => {
  assert.equal(refuse(worked(), source(), t0), null)
  assert.equal(refuse(worked(), source({ speaksFor: ['web'] }), t0), null)
  assert.equal(refuse(covered(t0 - hourMs, { consumer: null }), source({ kind: 'provider' }), t0), null)
})

const cases: [Refused, string, Observation, Partial<Source>][] = [
  ['revoked-source', 'its source was revoked', worked(), { revoked: true }],
  ['out-of-scope', 'it says it comes from another source', worked({ source: 'sdk-2' }), {}],
  ['out-of-scope', 'its source may not speak for the consumer', worked(), { speaksFor: ['jobs'] }],
  [
    'out-of-scope',
    'a source of one consumer speaks for nobody',
    worked({ consumer: null, seenAs: 'x' }),
    { speaksFor: ['web'] },
  ],
  ['no-right', 'a wrapper sees no business work', worked(), { kind: 'wrapper' }],
  ['no-right', 'a target sees no processes', seen({ says: 'present' }), { kind: 'provider' }],
  ['no-right', 'a person delivers nothing', seen({ says: 'delivered' }), { kind: 'person' }],
  ['from-the-future', 'its clock is far ahead', worked({ atMs: t0 + 2 * minuteMs + 1 }), {}],
  ['from-the-future', 'nobody has seen what comes', covered(t0, { atMs: t0 + 1 }), {}],
  ['stale', 'it is older than two days', worked({ atMs: t0 - 48 * hourMs - 1 }), {}],
  ['incomplete-source', 'its silence proves nothing', covered(t0), { complete: false }],
  ['malformed', 'its instant is no number', worked({ atMs: Number.NaN }), {}],
  ['malformed', 'its instant lies before time', worked({ atMs: -1 }), {}],
  ['malformed', 'it is about nobody', worked({ consumer: null }), {}],
  ['malformed', 'it ends before it begins', covered(t0 + 1), {}],
  ['malformed', 'it begins at no time', covered(Number.NEGATIVE_INFINITY), {}],
  ['malformed', 'no version has that number', worked({ version: Number.NaN }), {}],
  ['malformed', 'numbers begin at 1', worked({ version: 0 }), {}],
]
for (const [why, text, observation, from] of cases) {
  test(`${why}: ${text}`, () => assert.equal(refuse(observation, source(from), t0), why))
}

test('a source that is known to be late is waited for', () => {
  const late = worked({ atMs: t0 - 50 * hourMs })
  assert.equal(refuse(late, source(), t0), 'stale')
  assert.equal(refuse(late, source({ lagMs: 2 * hourMs }), t0), null)
})

test('each kind of source has a right to its own layers and to no other', () => {
  const said: Record<string, Statement> = {
    configuration: { says: 'delivered' },
    runtime: { says: 'loaded' },
    behaviour: { says: 'used', outcome: 'success', lane: null, path: 'usual' },
  }
  const may = (kind: SourceKind) =>
    Object.entries(said)
      .filter(([, statement]) => refuse(seen(statement), source({ kind }), t0) === null)
      .map(([layer]) => layer[0])
      .join('')
  const table: Record<SourceKind, string> = {
    sdk: 'crb',
    wrapper: 'cr',
    broker: 'crb',
    provider: 'b',
    telemetry: 'rb',
    metrics: 'b',
    webhook: 'b',
    ci: 'b',
    person: 'rb',
    runner: 'c',
  }
  for (const [kind, layers] of Object.entries(table)) assert.equal(may(kind as SourceKind), layers, kind)
})
