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

const many = (more: { times?: number; firstMs?: number }, atMs = t0) =>
  seen({ says: 'used', outcome: 'success', lane: null, path: 'usual', ...more }, { atMs })

test('many uses said together count up to a million, from as long ago as a single one may be told', () => {
  const lateMs = t0 - 48 * hourMs
  assert.equal(refuse(many({ times: 1 }), source(), t0), null)
  assert.equal(refuse(many({ times: 1_000_000, firstMs: lateMs }), source(), t0), null)
  assert.equal(refuse(many({ times: 9, firstMs: t0 }), source(), t0), null)
  assert.equal(refuse(many({ firstMs: lateMs - hourMs }), source(), t0), 'malformed')
  assert.equal(refuse(many({ firstMs: lateMs - hourMs }), source({ lagMs: hourMs }), t0), null)
})

const sum = (uses: unknown, authFailures: unknown, overrides: Partial<Observation> = {}) =>
  seen({ says: 'counted', uses, authFailures } as Statement, { version: null, ...overrides })

test('a sum of uses counts from none up to a million, of which all may have been refused', () => {
  for (const [uses, authFailures] of [
    [0, 0],
    [1, 0],
    [1_000_000, 1_000_000],
  ]) {
    assert.equal(refuse(sum(uses, authFailures), source({ kind: 'metrics' }), t0), null)
  }
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
  ['no-right', 'a wrapper counts no business work', sum(9, 1), { kind: 'wrapper' }],
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
  ['malformed', 'nobody used it', many({ times: 0 }), {}],
  ['malformed', 'it was used less than never', many({ times: -1 }), {}],
  ['malformed', 'a use is whole', many({ times: 1.5 }), {}],
  ['malformed', 'so many uses drown all others', many({ times: 1_000_001 }), {}],
  ['malformed', 'its count is no number', many({ times: Number.NaN }), {}],
  ['malformed', 'its count is a text', many({ times: '7' as unknown as number }), {}],
  ['malformed', 'its count is nothing', many({ times: null as unknown as number }), {}],
  ['malformed', 'the first use comes after the last', many({ times: 2, firstMs: t0 + 1 }), {}],
  ['malformed', 'the first use lies before time', many({ times: 2, firstMs: -1 }, 5), { lagMs: t0 }],
  ['malformed', 'the first use has no instant', many({ times: 2, firstMs: Number.NaN }), {}],
  ['malformed', 'the first use is too long ago', many({ times: 2, firstMs: t0 - 48 * hourMs - 1 }), {}],
  ['malformed', 'who counts cannot tell versions apart', sum(9, 1, { version: 8 }), {}],
  ['malformed', 'uses of nobody in particular were counted', sum(9, 1, { consumer: null, seenAs: 'x' }), {}],
  ['malformed', 'more were refused than have tried', sum(9, 10), {}],
  ['malformed', 'fewer than none were counted', sum(-1, -1), {}],
  ['malformed', 'fewer than none were refused', sum(9, -1), {}],
  ['malformed', 'so large a sum drowns all others', sum(1_000_001, 0), {}],
  ['malformed', 'a part of a use was counted', sum(1.5, 0), {}],
  ['malformed', 'a part of a refusal was counted', sum(2, 1.5), {}],
  ['malformed', 'a sum is no number', sum(Number.NaN, 0), {}],
  ['malformed', 'a sum is a text', sum('9', 0), {}],
  ['malformed', 'refusals are nothing', sum(9, null), {}],
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
