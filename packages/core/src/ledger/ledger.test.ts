import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { fixtureNowMs as t0 } from '../fixtures.ts'
import type { Owed } from '../plan/plan.ts'
import { anOwed, seen, worked } from '../rotation/fixtures.ts'
import { hourMs, minuteMs } from '../time.ts'
import { emptyEntry, fold } from './entry.ts'
import { errorsBetween, foldInto, type LedgerFacts, ledger, standingsAt } from './ledger.ts'
import type { Observation, Statement } from './observation.ts'
import { standing, type View } from './standing.ts'

const facts = (owed: Owed[], overrides: Partial<LedgerFacts> = {}): LedgerFacts => ({
  credential: 'cred-doc',
  arriving: 8,
  leaving: 7,
  freshMs: hourMs,
  owed,
  sinceMs: () => t0,
  entries: [],
  ghosts: [],
  targetCovered: null,
  ...overrides,
})

const anyOwed: fc.Arbitrary<Owed> = fc
  .record({
    exercise: fc.boolean(),
    refresh: fc.boolean(),
    alive: fc.boolean(),
    observable: fc.boolean(),
    idle: fc.boolean(),
    lanes: fc.constantFrom<string[]>(['any'], ['a'], ['a', 'b']),
    quietMs: fc.constantFrom(0, 15 * minuteMs, 3 * hourMs),
    turnsInMs: fc.constant(0),
    silentAfterMs: fc.constantFrom(minuteMs, 10 * minuteMs, 4 * hourMs),
    fallback: fc.constantFrom('none' as const, 'confirm-or-disable' as const),
  })
  .map(anOwed)
const statement: fc.Arbitrary<Statement> = fc.oneof(
  fc.record({
    says: fc.constant('used' as const),
    outcome: fc.constantFrom(
      'success' as const,
      'success' as const,
      'degraded' as const,
      'auth-failure' as const,
    ),
    lane: fc.constantFrom(null, 'a', 'b'),
    path: fc.constantFrom('usual' as const, 'fallback' as const),
    times: fc.constantFrom(1, 12),
  }),
  fc.record({
    says: fc.constant('counted' as const),
    uses: fc.constantFrom(5, 40),
    authFailures: fc.constantFrom(0, 5),
  }),
  fc.constantFrom({ says: 'present' } as const, { says: 'stopped' } as const, { says: 'loaded' } as const),
  fc.record({ says: fc.constant('covered' as const), fromMs: fc.integer({ min: -60, max: 60 }).map(at) }),
  fc.constant({ says: 'fallback', state: 'confirmed' } as const),
)
function at(minutes: number): number {
  return t0 + minutes * minuteMs
}
/** Up to two minutes ahead of our clock, as a source may be. */
const observation: fc.Arbitrary<Observation> = fc
  .record({
    statement,
    version: fc.constantFrom(7, 8, 8, 6, null),
    instance: fc.constantFrom(null, 'i-1', 'i-2'),
    consumer: fc.constantFrom('web', 'jobs'),
    seconds: fc.integer({ min: -3_600, max: 7_320 }),
  })
  .map(({ statement, seconds, ...rest }) => {
    const atMs = t0 + seconds * 1_000
    const said =
      statement.says === 'covered' ? { ...statement, fromMs: Math.min(statement.fromMs, atMs) } : statement
    return seen(said, { ...rest, atMs })
  })
const sum = (uses: number, authFailures: number, atMs: number) =>
  seen({ says: 'counted', uses, authFailures }, { version: null, atMs })
const covers = fc.option(
  fc.tuple(fc.integer({ min: -60, max: 30 }), fc.integer({ min: 30, max: 120 })).map(([from, to]) => ({
    fromMs: at(from),
    toMs: at(to),
  })),
)

describe('the moment until which a standing holds', () => {
  test('until it comes, computing again gives the same answer', () => {
    fc.assert(
      fc.property(
        anyOwed,
        fc.array(observation, { maxLength: 8 }),
        covers,
        fc.option(fc.constantFrom(t0, at(-30), at(30))),
        fc.constantFrom(7, null),
        (owed, list, targetCovered, sinceMs, leaving) => {
          const entry = list.reduce(fold, emptyEntry('cred-doc', 'web'))
          const view: View = {
            arriving: 8,
            leaving,
            freshMs: 30 * minuteMs,
            sinceMs,
            targetCovered,
            targetLagMs: 0,
          }
          const nowMs = at(120)
          const now = standing(entry, owed, view, nowMs)
          assert.ok(now.recheckMs > nowMs)
          const lastMs = Math.min(now.recheckMs - 1, nowMs + 30 * hourMs)
          // The places where something may have turned: around every instant that is known, shifted by every span.
          const instants = [...list.map(one => one.atMs), targetCovered?.toMs ?? t0, sinceMs ?? t0]
          const spans = [owed.quietMs, owed.silentAfterMs, view.freshMs]
          const turns = instants.flatMap(one =>
            spans.flatMap(span => [one + span, one + span + 1, one + span + 2]),
          )
          for (const thenMs of [...turns, lastMs]) {
            if (thenMs < nowMs || thenMs > lastMs) continue
            const { missing, truth, holdsWave } = standing(entry, owed, view, thenMs)
            assert.deepEqual(
              { missing, truth, holdsWave },
              {
                missing: now.missing,
                truth: now.truth,
                holdsWave: now.holdsWave,
              },
            )
          }
        },
      ),
      { numRuns: 3_000 },
    )
  })

  test('the shorter of two coverages is not forgotten over the longer one', () => {
    const list = [
      worked({ atMs: at(20) }),
      seen({ says: 'present' }, { instance: 'i-1', atMs: at(29) }),
      seen({ says: 'covered', fromMs: t0 }, { atMs: at(21) }),
    ]
    const known = ledger(
      facts([anOwed()], {
        entries: [list.reduce(fold, emptyEntry('cred-doc', 'web'))],
        // It reaches further, but began too late to prove enough.
        targetCovered: { fromMs: at(20), toMs: at(38) },
      }),
      at(30),
    )
    assert.deepEqual(known.standings[0]?.missing, [])
    assert.deepEqual(standingsAt(known, at(31))[0]?.missing, [])
    assert.deepEqual(
      standingsAt(known, at(31) + 1)[0]?.missing.map(one => one.what),
      ['heard-too-short'],
    )
  })
})

describe('a ledger', () => {
  test('that observations are folded into stands as one that is built anew from the same entries', () => {
    const owed = fc.tuple(anyOwed, anyOwed).map(([one, other]) => [one, { ...other, consumer: 'jobs' }])
    const timed = fc.tuple(observation, fc.integer({ min: 0, max: 20 }))
    fc.assert(
      fc.property(owed, fc.array(timed, { maxLength: 12 }), (list, said) => {
        let nowMs = at(60)
        let known = ledger(facts(list), nowMs)
        for (const [one, minutes] of said) {
          nowMs += minutes * minuteMs
          known = foldInto(known, one, nowMs)
        }
        const anew = ledger(facts(list, { entries: known.entries }), nowMs)
        const bare = (standings: typeof anew.standings) =>
          standings.map(({ truth, missing, holdsWave }) => ({ truth, missing, holdsWave }))
        assert.deepEqual(bare(standingsAt(known, nowMs)), bare(anew.standings))
        assert.deepEqual(known.minutes, anew.minutes)
        const earlierMs = nowMs - 45 * minuteMs
        assert.deepEqual(
          bare(standingsAt(known, earlierMs)),
          bare(ledger(facts(list, { entries: known.entries }), earlierMs).standings),
          'a clock that goes back makes everything be looked at again',
        )
      }),
      { numRuns: 500 },
    )
  })

  test('is a value: folding leaves the one before as it was', () => {
    const before = ledger(facts([anOwed()]), at(1))
    const copy = structuredClone({ ...before })
    const after = foldInto(before, worked({ atMs: at(1) }), at(1))
    assert.deepEqual({ ...before }, copy)
    assert.notDeepEqual(after.entries, before.entries)
    assert.notDeepEqual(after.standings[0]?.missing, before.standings[0]?.missing)
  })

  test('takes coverage at the target for everyone, and nothing from those it does not know', () => {
    const known = ledger(facts([anOwed()]), at(1))
    const said = foldInto(
      known,
      seen({ says: 'covered', fromMs: t0 }, { consumer: null, atMs: at(1) }),
      at(1),
    )
    assert.deepEqual(said.targetCovered, { fromMs: t0, toMs: at(1) })
    assert.ok(!said.standings[0]?.missing.some(one => one.what === 'silence-unproved'))
    assert.equal(foldInto(known, worked({ consumer: 'stranger' }), at(1)), known)
    assert.equal(foldInto(known, worked({ consumer: null, seenAs: '10.0.0.9' }), at(1)), known)
  })

  test('computes nothing again before time could have changed it', () => {
    const known = ledger(facts([anOwed()], { targetCovered: { fromMs: t0, toMs: at(1) } }), at(1))
    assert.equal(standingsAt(known, known.recheckMs - 1), known.standings)
    assert.notEqual(standingsAt(known, known.recheckMs), known.standings)
  })

  test('counts errors by minute, with the whole minute in which the span begins', () => {
    const refused = seen(
      { says: 'used', outcome: 'auth-failure', lane: null, path: 'usual' },
      { atMs: t0 + 20_000 },
    )
    let known = ledger(facts([anOwed()]), t0)
    for (const one of [refused, worked({ atMs: at(1) }), worked({ atMs: at(2) })])
      known = foldInto(known, one, at(2))
    assert.deepEqual(errorsBetween(known, t0 + 10_000, at(2)), { uses: 2, authFailures: 1 })
    assert.deepEqual(errorsBetween(known, at(1), at(3)), { uses: 2, authFailures: 0 })
  })

  test('counts a sum of uses in its minute, besides those that were said one by one', () => {
    const said = [worked({ atMs: at(1) }), sum(99, 30, at(1) + 59_999), sum(50, 0, at(2) + 59_999)]
    let known = ledger(facts([anOwed()]), t0)
    for (const one of said) known = foldInto(known, one, at(3))
    assert.deepEqual(errorsBetween(known, at(1), at(2)), { uses: 100, authFailures: 30 })
    assert.deepEqual(errorsBetween(known, at(1), at(3)), { uses: 150, authFailures: 30 })
  })

  test('stands as it would without the sums of uses, whatever they are', () => {
    const sums = fc.array(
      fc.tuple(fc.nat(900), fc.nat(900), fc.integer({ min: -60, max: 120 })).map(([all, bad, minutes]) => {
        return sum(Math.max(all, bad), bad, at(minutes))
      }),
      { minLength: 1, maxLength: 6 },
    )
    const stands = (owed: Owed, said: readonly Observation[]) => {
      const known = said.reduce((before, one) => foldInto(before, one, at(60)), ledger(facts([owed]), at(60)))
      return { standings: known.standings, recheckMs: known.recheckMs }
    }
    fc.assert(
      fc.property(
        anyOwed,
        fc.array(observation, { maxLength: 8 }),
        sums,
        fc.nat(8),
        (owed, said, more, place) => {
          const mixed = [...said.slice(0, place), ...more, ...said.slice(place)]
          assert.deepEqual(stands(owed, mixed), stands(owed, said))
        },
      ),
      { numRuns: 500 },
    )
  })

  test('counts uses that were said together as often as they happened', () => {
    const used = (outcome: 'success' | 'auth-failure', times: number) =>
      seen({ says: 'used', outcome, lane: null, path: 'usual', times, firstMs: t0 }, { atMs: at(1) })
    let known = ledger(facts([anOwed()]), t0)
    for (const one of [used('auth-failure', 30), used('success', 900)]) known = foldInto(known, one, at(2))
    assert.deepEqual(errorsBetween(known, at(1), at(2)), { uses: 930, authFailures: 30 })
  })
})
