import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fixtureNowMs as t0 } from '../fixtures.ts'
import type { Owed } from '../plan/plan.ts'
import { anOwed, seen, worked } from '../rotation/fixtures.ts'
import { hourMs, minuteMs } from '../time.ts'
import { emptyEntry, fold } from './entry.ts'
import type { Observation } from './observation.ts'
import { standing, truthOf, type View } from './standing.ts'

const view: View = {
  arriving: 8,
  leaving: 7,
  freshMs: hourMs,
  sinceMs: t0,
  targetCovered: null,
  targetLagMs: 0,
}
const at = (minutes: number) => t0 + minutes * minuteMs
const entryOf = (list: readonly Observation[]) => list.reduce(fold, emptyEntry('cred-doc', 'web'))
const present = (version: number | null, minutes: number, instance = 'i-1') =>
  seen({ says: 'present' }, { version, instance, atMs: at(minutes) })
const use = (version: number | null, minutes: number) => worked({ version, atMs: at(minutes) })
const stands = (
  owed: Partial<Owed>,
  list: readonly Observation[],
  minutes: number,
  over: Partial<View> = {},
) => standing(entryOf(list), anOwed(owed), { ...view, ...over }, at(minutes))
const whats = (...args: Parameters<typeof stands>) => stands(...args).missing.map(one => one.what)

describe('truth', () => {
  const truth = (owed: Partial<Owed>, list: readonly Observation[], minutes: number) =>
    truthOf(entryOf(list), anOwed(owed), view, at(minutes))

  const cases: [ReturnType<typeof truth>, string, Partial<Owed>, Observation[], number][] = [
    ['new', 'all live instances hold the arriving version', {}, [present(8, 1), present(8, 1, 'i-2')], 2],
    ['old', 'all hold the version that is left', {}, [present(7, 1)], 2],
    ['mixed', 'some hold the one, some the other', {}, [present(7, 1), present(8, 1, 'i-2')], 2],
    ['unknown', 'an instance has fallen silent', {}, [present(8, 1), present(8, 30, 'i-2')], 31],
    ['old', 'an instance does not say what it holds', {}, [present(null, 1)], 2],
    ['unknown', 'nothing was ever seen', {}, [], 2],
    ['new', 'no instance, and only the arriving version was used', {}, [use(8, 1)], 2],
    ['old', 'no instance, and only the other was used', {}, [use(7, 1)], 2],
    ['old', 'a use that nobody can place is not the arriving version', {}, [use(null, 1)], 2],
    ['new', 'it left the old one and never came back', {}, [use(7, 1), use(8, 2)], 3],
    ['old', 'it came back to the old one', {}, [use(8, 1), use(7, 2)], 3],
    ['mixed', 'it went to and fro', {}, [use(8, 1), use(7, 2), use(8, 3)], 4],
    [
      'new',
      'it went to and fro and has been quiet on the old one since',
      {},
      [use(8, 1), use(7, 2), use(8, 3)],
      17,
    ],
    [
      'new',
      'the instance that held the old one has stopped',
      {},
      [
        present(7, 1),
        present(8, 1, 'i-2'),
        seen({ says: 'stopped' }, { instance: 'i-1', version: 7, atMs: at(2) }),
      ],
      3,
    ],
    [
      'new',
      'a launch that was not heard again counts for a cycle',
      { alive: false },
      [present(7, 1), use(8, 2)],
      16,
    ],
    ['old', 'and not for less', { alive: false }, [present(7, 1), use(8, 2)], 15],
  ]
  for (const [is, why, owed, list, minutes] of cases) {
    test(`it is ${is} when ${why}`, () => assert.equal(truth(owed, list, minutes), is))
  }
})

test('who went to and fro is looked at again when it has been quiet for as long as agreed', () => {
  const list = [use(8, 1), use(7, 2), use(8, 3)]
  const { truth, recheckMs } = stands({ idle: true }, list, 4)
  assert.deepEqual([truth, recheckMs], ['mixed', at(17)])
})

describe('what a consumer lacks', () => {
  const fine = [present(8, 20), use(8, 20), seen({ says: 'covered', fromMs: t0 }, { atMs: at(20) })]

  test('nothing, once it works on the arriving version and has been quiet, seen all the time', () => {
    assert.deepEqual(whats({}, fine, 21), [])
  })

  test('everything, where it has not been moved', () => {
    assert.deepEqual(whats({}, fine, 21, { sinceMs: null }), ['not-moved'])
    assert.deepEqual(whats({ idle: true }, [], 21, { sinceMs: null }), ['not-moved'])
  })

  test('a success in each of its lanes, since it was moved', () => {
    const owed = { lanes: ['a', 'b'] }
    const list = [...fine, worked({ atMs: at(19) }, 'a'), worked({ atMs: at(-1) }, 'b')]
    const { missing, holdsWave } = stands(owed, list, 21)
    assert.deepEqual(
      missing.map(one => [one.what, one.lane]),
      [['no-success', 'b']],
    )
    assert.deepEqual(holdsWave, missing)
  })

  test('freshness: what runs all the time shows it again and again', () => {
    const long = [...fine, seen({ says: 'covered', fromMs: t0 }, { atMs: at(90) }), present(8, 90)]
    assert.deepEqual(whats({}, long, 81), ['not-fresh'])
    assert.deepEqual(whats({ exercise: true }, long, 81), [], 'what is run on purpose has shown it once')
  })

  test('a run on purpose, where it is rare; it holds up no wave, but retirement', () => {
    const { missing, holdsWave } = stands({ exercise: true, alive: false, reportsRuns: true }, [], 21)
    assert.deepEqual([missing.map(one => one.what), holdsWave], [['not-exercised'], []])
  })

  test('peace: a rare one that went back to the old version after its exercise acts on the old version', () => {
    const list = [use(8, 1), use(7, 2)]
    assert.deepEqual(whats({ exercise: true, alive: false, reportsRuns: true }, list, 60), ['truth-old'])
  })

  test('an end to refusals with the arriving version', () => {
    const refused = seen(
      { says: 'used', outcome: 'auth-failure', lane: null, path: 'usual' },
      { atMs: at(20) + 1 },
    )
    assert.deepEqual(whats({}, [...fine, refused], 21), ['refused-with-new'])
    assert.deepEqual(whats({}, [...fine, refused, use(8, 21)], 21), [])
  })

  test('coverage: silence counts only as far as it was heard without a gap', () => {
    assert.deepEqual(whats({}, fine.slice(0, 2), 21), ['silence-unproved'])
    const late = seen({ says: 'covered', fromMs: at(11) }, { atMs: at(20) })
    assert.deepEqual(whats({}, [...fine.slice(0, 2), late], 21), ['heard-too-short'])
    const later = seen({ says: 'covered', fromMs: at(11) }, { atMs: at(26) })
    assert.deepEqual(
      whats({}, [present(8, 25), use(8, 25), later], 26),
      [],
      'what was heard for long enough proves it',
    )
    assert.deepEqual(
      whats({}, [...fine, present(8, 31)], 31),
      ['silence-unproved'],
      'coverage that ended proves nothing about now',
    )
    const short = seen({ says: 'covered', fromMs: t0 }, { atMs: at(14) })
    assert.deepEqual(
      whats({}, [...fine.slice(0, 2), short], 21),
      ['too-soon'],
      'a quiet time that nobody has listened to until its end may still turn out to have been none',
    )
    const lagging = { targetCovered: { fromMs: t0, toMs: at(20) }, targetLagMs: 30 * minuteMs }
    assert.deepEqual(
      whats({}, [present(8, 48), use(8, 48)], 50, lagging),
      [],
      'a target that is late with its word is believed as far as its word reaches',
    )
    const atTarget = { targetCovered: { fromMs: t0, toMs: at(20) } }
    assert.deepEqual(whats({}, fine.slice(0, 2), 21, atTarget), [], 'the target may have seen it instead')
  })

  test('quiet, counted anew from each use of anything else', () => {
    const { missing } = stands({}, [...fine, use(7, 12)], 21)
    assert.deepEqual(
      missing.map(one => [one.what, one.untilMs]),
      [['used-since', at(27)]],
    )
    assert.deepEqual(whats({}, fine, 14), ['too-soon'])
  })

  test('nothing of the sort where no version is left', () => {
    assert.deepEqual(whats({}, fine.slice(0, 2), 21, { leaving: null }), [])
  })

  test('an instance: who should be alive and is not seen, or not on the right version, or silent', () => {
    assert.deepEqual(whats({}, fine.slice(1), 21), ['no-live-instance'])
    const [what] = stands({ refresh: true }, [...fine, present(7, 20, 'i-2')], 21).missing
    assert.deepEqual([what?.gate, what?.instance, what?.version], ['refreshed', 'i-2', 7])
    assert.deepEqual(whats({}, [...fine, present(8, 5, 'i-2')], 21), ['instance-silent'])
  })

  test('no more than an assignment while it is idle, unless there is a sign of life', () => {
    const idle = { idle: true }
    assert.deepEqual(whats(idle, [], 60), [])
    assert.deepEqual(whats(idle, [use(7, 5)], 60), ['idle-but-used'])
    assert.deepEqual(whats(idle, [present(7, 5)], 60), ['instance-behind'])
    assert.deepEqual(whats(idle, [present(8, 5), use(7, -5)], 60), [])
  })
})
