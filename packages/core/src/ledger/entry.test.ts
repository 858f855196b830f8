import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { fixtureNowMs as t0 } from '../fixtures.ts'
import { seen, worked } from '../rotation/fixtures.ts'
import { dayMs, hourMs, minuteMs } from '../time.ts'
import { type Entry, emptyEntry, factsOf, fold, foldKeeping, lastOtherUseMs } from './entry.ts'
import type { Observation, Statement } from './observation.ts'

const empty = emptyEntry('cred-doc', 'web')
const all = (observations: readonly Observation[], living: readonly number[] = []) =>
  observations.reduce((entry, one) => foldKeeping(living, entry, one), empty)
const living = fc.subarray([4, 5, 6, 7, 8, 9])

const outcome = fc.constantFrom(
  'success' as const,
  'degraded' as const,
  'auth-failure' as const,
  'rate-limit' as const,
  'payload-error' as const,
  'outage' as const,
)
const usual: fc.Arbitrary<Statement> = fc.oneof(
  fc.record({
    says: fc.constant('used' as const),
    outcome,
    lane: fc.constantFrom(null, 'a', 'b'),
    path: fc.constantFrom('usual' as const, 'exception' as const, 'fallback' as const),
    times: fc.constantFrom(1, 2, 70),
    firstMs: fc.constantFrom(t0, t0 - 5 * minuteMs),
  }),
  fc.record({
    says: fc.constant('counted' as const),
    uses: fc.constantFrom(3, 70),
    authFailures: fc.constantFrom(0, 3),
  }),
  fc.constantFrom(
    { says: 'loaded' } as const,
    { says: 'present' } as const,
    { says: 'stopped' } as const,
    { says: 'delivered' } as const,
    { says: 'fallback', state: 'confirmed' } as const,
    { says: 'fallback', state: 'disabled' } as const,
  ),
)
const observation = (statement: fc.Arbitrary<Statement>): fc.Arbitrary<Observation> =>
  fc
    .record({
      statement,
      version: fc.constantFrom(null, 4, 5, 6, 7, 8, 9),
      instance: fc.constantFrom(null, 'i-1', 'i-2'),
      minutes: fc.integer({ min: 0, max: 40 }),
    })
    .map(({ statement, version, instance, minutes }) =>
      seen(statement, { version, instance, atMs: t0 + minutes * minuteMs }),
    )

/** What decisions look at, in an order of its own. Since when an instance holds a version is only shown. */
function facts(entry: Entry) {
  const by = <T>(list: readonly T[], name: (one: T) => string | number) =>
    list.toSorted((a, b) => (name(a) < name(b) ? -1 : 1))
  return {
    ...entry,
    versions: by(entry.versions, one => one.version).map(one => ({
      ...one,
      lanes: by(one.lanes, l => l.lane),
    })),
    instances: by(entry.instances, one => one.instance).map(({ instance, version, lastSeenMs, stoppedMs }) =>
      stoppedMs === null ? { instance, version, lastSeenMs } : { instance, stoppedMs },
    ),
    covered: null,
  }
}

describe('folding observations', () => {
  test('the order in which they arrive does not matter', () => {
    fc.assert(
      fc.property(
        fc
          .array(observation(usual), { maxLength: 12 })
          .chain(list => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        living,
        ([one, other], lives) => assert.deepEqual(facts(all(one, lives)), facts(all(other, lives))),
      ),
      { numRuns: 500 },
    )
  })

  test('one that is repeated changes nothing but the counts of its minute', () => {
    fc.assert(
      fc.property(
        fc.array(observation(usual), { minLength: 1, maxLength: 12 }),
        fc.nat(),
        living,
        (list, pick, lives) => {
          const { minutes: _once, ...once } = facts(all(list, lives))
          const { minutes: _twice, ...twice } = facts(all([...list, list[pick % list.length]!], lives))
          assert.deepEqual(once, twice)
        },
      ),
    )
  })

  test('coverage never proves more than was said, in whatever order it is said', () => {
    const stretch = fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 30 }))
    fc.assert(
      fc.property(fc.array(stretch, { minLength: 1, maxLength: 8 }), list => {
        const said = list.map(
          ([from, length]) => [t0 + from * minuteMs, t0 + (from + length) * minuteMs] as const,
        )
        const { covered } = all(said.map(([fromMs, atMs]) => seen({ says: 'covered', fromMs }, { atMs })))
        assert.ok(covered !== null)
        for (let atMs = covered.fromMs; atMs <= covered.toMs; atMs += 15_000) {
          // A heartbeat may be two minutes late, on either side of what was said.
          const near = said.some(([from, to]) => atMs >= from - 2 * minuteMs && atMs <= to + 2 * minuteMs)
          assert.ok(near, `${(atMs - t0) / minuteMs} min was covered by nobody`)
        }
      }),
    )
  })

  test('stretches of coverage join across a late heartbeat, and not across a gap', () => {
    const covered = (fromMs: number, atMs: number) => seen({ says: 'covered', fromMs }, { atMs })
    const late = all([covered(t0, t0 + minuteMs), covered(t0 + 3 * minuteMs, t0 + 4 * minuteMs)])
    assert.deepEqual(late.covered, { fromMs: t0, toMs: t0 + 4 * minuteMs })
    const gap = all([covered(t0, t0 + minuteMs), covered(t0 + 4 * minuteMs, t0 + 5 * minuteMs)])
    assert.deepEqual(gap.covered, { fromMs: t0 + 4 * minuteMs, toMs: t0 + 5 * minuteMs })
  })

  test('an entry stays bounded, whatever names a source makes up', () => {
    let entry = empty
    for (let n = 0; n < 3_000; n++) {
      const atMs = t0 + n * minuteMs
      const instance = `pod-${n}`
      entry = fold(entry, seen({ says: 'present' }, { instance, version: 1 + (n % 50), atMs }))
      entry = fold(entry, worked({ version: 1 + (n % 50), atMs }, `lane-${n}`))
    }
    assert.equal(entry.versions.length, 4)
    assert.equal(entry.minutes.length, 48)
    assert.equal(entry.instances.length, 2_000)
    assert.ok(entry.versions.every(one => one.lanes.length <= 64))
    // The instance that is forgotten is not taken for one that fell silent.
    assert.ok(entry.unknownUseMs !== null)
  })

  test('a version that lives is never forgotten, however many came and went after it', () => {
    const gone = [2, 3, 4, 5, 6, 7].map(version => worked({ version, atMs: t0 + version }))
    const entry = all([worked({ version: 1, atMs: t0 + 1 }), ...gone], [1])
    assert.deepEqual(
      entry.versions.map(one => one.version),
      [1, 5, 6, 7],
    )
    assert.equal(factsOf(entry, 1)?.lastSuccessMs, t0 + 1)
    assert.equal(entry.unknownUseMs, t0 + 4)
  })

  test('what is forgotten of an old version lives on as a use that nobody can place', () => {
    const entry = all([1, 2, 3, 4, 5].map(version => worked({ version, atMs: t0 + version })))
    assert.equal(factsOf(entry, 1), null)
    assert.equal(entry.unknownUseMs, t0 + 1)
    assert.equal(lastOtherUseMs(all([worked({ version: 8 })]), 8), null)
    assert.equal(lastOtherUseMs(entry, 5), t0 + 4)
  })
})

describe('an instance', () => {
  const at = (says: 'present' | 'stopped' | 'loaded', minutes: number, version = 8) =>
    seen({ says }, { instance: 'i-1', version, atMs: t0 + minutes * minuteMs })

  test('that stopped is not brought back by a word from before it stopped', () => {
    for (const list of [
      [at('present', 1), at('stopped', 5), at('present', 4)],
      [at('stopped', 5), at('present', 4)],
      [at('stopped', 5), at('present', 5)],
    ]) {
      assert.equal(all(list).instances[0]?.stoppedMs, t0 + 5 * minuteMs)
    }
  })

  test('that was seen after it was said to have stopped is alive', () => {
    for (const list of [
      [at('stopped', 5), at('present', 6)],
      [at('present', 6), at('stopped', 5)],
    ]) {
      assert.equal(all(list).instances[0]?.stoppedMs, null)
    }
  })

  test('that says two things at one instant is taken to hold the one that proves less', () => {
    for (const list of [
      [at('present', 1, 7), at('loaded', 1, 8)],
      [at('loaded', 1, 8), at('present', 1, 7)],
    ]) {
      assert.equal(all(list).instances[0]?.version, 7)
    }
  })

  test('that stopped two days ago is forgotten', () => {
    const entry = all([
      at('stopped', 0),
      seen({ says: 'present' }, { instance: 'i-2', atMs: t0 + 2 * dayMs + 1 }),
    ])
    assert.deepEqual(
      entry.instances.map(one => one.instance),
      ['i-2'],
    )
  })
})

describe('a use', () => {
  const did = (
    outcome: 'success' | 'degraded' | 'auth-failure' | 'rate-limit' | 'payload-error' | 'outage',
  ) => factsOf(all([seen({ says: 'used', outcome, lane: null, path: 'usual' })]), 8)!

  test('that met a rate limit, a bad payload or an outage is neither a success nor a refusal', () => {
    for (const outcome of ['rate-limit', 'payload-error', 'outage'] as const) {
      const facts = did(outcome)
      assert.deepEqual(
        [facts.lastSuccessMs, facts.lastAuthFailureMs, facts.lastDegradedMs],
        [null, null, null],
      )
      assert.equal(facts.lastUseMs, t0, 'it still used the version')
      const { minutes } = all([seen({ says: 'used', outcome, lane: null, path: 'usual' })])
      assert.deepEqual(minutes, [{ minuteMs: t0, uses: 1, authFailures: 0 }])
    }
  })

  test('that was degraded, or ran on the fallback, is not a success', () => {
    assert.equal(did('degraded').lastSuccessMs, null)
    const fallback = all([seen({ says: 'used', outcome: 'success', lane: 'a', path: 'fallback' })])
    assert.deepEqual([factsOf(fallback, 8)?.lastSuccessMs, factsOf(fallback, 8)?.lanes], [null, []])
  })

  test('that was refused still shows who holds the version', () => {
    assert.deepEqual([did('auth-failure').lastUseMs, did('auth-failure').firstAuthFailureMs], [t0, t0])
  })

  test('is counted in its own minute, and minutes that are long past are dropped', () => {
    const late = all([worked({ atMs: t0 + 3 * hourMs }), worked({ atMs: t0 }), worked({ atMs: t0 + 1 })])
    assert.deepEqual(
      late.minutes.map(one => one.uses),
      [2, 1],
    )
  })

  test('that was said together with others counts as often, and began with the first of them', () => {
    const said = (outcome: 'success' | 'auth-failure') =>
      seen(
        { says: 'used', outcome, lane: 'a', path: 'usual', times: 40, firstMs: t0 },
        { atMs: t0 + 5 * minuteMs },
      )
    const worked = factsOf(all([said('success')]), 8)!
    assert.deepEqual(
      [worked.firstSuccessMs, worked.lastSuccessMs, worked.lastUseMs],
      [t0, t0 + 5 * minuteMs, t0 + 5 * minuteMs],
    )
    assert.deepEqual(worked.lanes, [{ lane: 'a', lastSuccessMs: t0 + 5 * minuteMs }])
    const refused = all([said('auth-failure'), said('success')])
    assert.deepEqual(
      [factsOf(refused, 8)?.firstAuthFailureMs, factsOf(refused, 8)?.lastAuthFailureMs],
      [t0, t0 + 5 * minuteMs],
    )
    assert.deepEqual(refused.minutes, [{ minuteMs: t0 + 5 * minuteMs, uses: 80, authFailures: 40 }])
  })
})

test('a sum of uses changes the counts of its minute, when the consumer was seen, and nothing else', () => {
  const sum = (uses: number, authFailures: number, atMs: number) =>
    seen({ says: 'counted', uses, authFailures }, { version: null, instance: 'i-1', atMs })
  const before = all([worked({ atMs: t0 }), seen({ says: 'present' }, { instance: 'i-1', atMs: t0 })])
  const after = [sum(90, 7, t0 + minuteMs), sum(10, 0, t0 + minuteMs + 59_999)].reduce(fold, before)
  assert.deepEqual(after, {
    ...before,
    minutes: [
      { minuteMs: t0, uses: 1, authFailures: 0 },
      { minuteMs: t0 + minuteMs, uses: 100, authFailures: 7 },
    ],
    lastSeenMs: t0 + minuteMs + 59_999,
  })
})
