import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { aPlan, seen, worked } from '../rotation/fixtures.ts'
import type { Underway } from '../rotation/state.ts'
import { minuteMs } from '../time.ts'
import { asked, covered, did, ghost, observing, shut } from './fixtures.ts'
import { areOpen } from './gates.ts'
import { type GateName, gateNames } from './missing.ts'

test('with everything shown, every gate is asked and every gate is open', () => {
  const results = asked(observing())
  assert.ok(areOpen(results))
  assert.deepEqual(
    results.map(one => one.gate),
    gateNames.filter(gate => gate !== 'decision'),
  )
})

describe('a gate refuses, and names what is missing', () => {
  const here = (_state: Underway, nowMs: number) =>
    seen({ says: 'present' }, { instance: 'web-1', atMs: nowMs })
  const cases: [GateName, string, string, () => string[]][] = [
    [
      'plan',
      'plan-gap',
      'the plan has a gap',
      () =>
        shut(observing(), {
          state: { plan: aPlan({ with: { gaps: [{ code: 'g', text: 't', how: 'h', overridable: true }] } }) },
        }),
    ],
    ['owners', 'no-owner', 'a direct consumer has no owner', () => shut(observing({ ownerId: null }))],
    [
      'rarePaths',
      'not-exercised',
      'a rare one was not run',
      () =>
        shut(observing({ exercise: true, alive: false }), { only: (s, n) => [covered(s, n)] }).filter(
          one => !one.startsWith('exc'),
        ),
    ],
    [
      'exceptionPath',
      'no-exception-path',
      'not one of the rare ones was run',
      () =>
        shut(observing({ exercise: true, alive: false }), { only: (s, n) => [covered(s, n)] }).filter(one =>
          one.startsWith('exc'),
        ),
    ],
    [
      'refreshed',
      'instance-behind',
      'a long-lived instance holds the old version',
      () =>
        shut(observing({ refresh: true }), {
          only: (s, n) => [
            worked({ atMs: n }),
            seen({ says: 'present' }, { instance: 'w', version: 7, atMs: n }),
            covered(s, n),
          ],
        }).filter(one => one.startsWith('refreshed')),
    ],
    [
      'freshSuccess',
      'no-success',
      'no work was done with the new version',
      () => shut(observing(), { only: (s, n) => [here(s, n), covered(s, n)] }),
    ],
    [
      'freshSuccess',
      'not-fresh',
      'its success is too old',
      () => {
        const walk = observing()
        walk.nowMs += 90 * minuteMs
        return shut(walk, {
          only: (s, n) => [worked({ atMs: n - 61 * minuteMs }), here(s, n), covered(s, n)],
        })
      },
    ],
    [
      'freshSuccess',
      'refused-with-new',
      'it is refused with the new version',
      () =>
        shut(observing(), { more: (_s, n) => [did('auth-failure', n + 1)] }).filter(
          one => !one.startsWith('auth'),
        ),
    ],
    [
      'quality',
      'degraded',
      'it works only in part',
      () => shut(observing(), { more: (_s, n) => [did('degraded', n + 1)] }),
    ],
    [
      'fallback',
      'fallback-unconfirmed',
      'nobody spoke about its fallback',
      () =>
        shut(observing({ fallback: 'confirm-or-disable' }), {
          only: (s, n) => [worked({ atMs: n }), here(s, n), covered(s, n)],
        }),
    ],
    [
      'fallback',
      'fallback-in-use',
      'it ran on its fallback last',
      () =>
        shut(observing({ fallback: 'confirm-or-disable' }), {
          more: (_s, n) => [
            seen({ says: 'used', outcome: 'success', lane: null, path: 'fallback' }, { atMs: n + 1 }),
          ],
        }),
    ],
    [
      'quiet',
      'used-since',
      'the old version was used since',
      () => shut(observing(), { more: (_s, n) => [worked({ version: 7, atMs: n - 10 * minuteMs })] }),
    ],
    [
      'quiet',
      'too-soon',
      'its cadence and horizon have not passed',
      () => shut(observing({ quietMs: 120 * minuteMs })),
    ],
    [
      'quiet',
      'silence-unproved',
      'nobody covers its silence',
      () => shut(observing(), { only: (s, n) => [worked({ atMs: n }), here(s, n)] }),
    ],
    [
      'quiet',
      'idle-but-used',
      'it is idle and yet used it',
      () =>
        shut(observing({ idle: true }), { more: (_s, n) => [worked({ version: 7, atMs: n - minuteMs })] }),
    ],
    [
      'authErrors',
      'errors-rose',
      'errors rose',
      () => shut(observing(), { more: (_s, n) => [did('auth-failure', n - minuteMs)] }),
    ],
    [
      'authErrors',
      'errors-too-soon',
      'errors were not watched for long enough',
      () => {
        const walk = observing()
        return shut(walk, { state: { lastMoveMs: walk.nowMs - 14 * minuteMs } })
      },
    ],
    [
      'rights',
      'rights-differ',
      'rights differ',
      () => shut(observing(), { state: { rights: { missing: ['read'], extra: [] } } }),
    ],
    [
      'rights',
      'rights-differ',
      'rights were not compared',
      () => shut(observing(), { state: { rights: null } }),
    ],
    [
      'ghosts',
      'ghost',
      'somebody unknown used it',
      () => shut(observing(), { facts: { ghosts: [ghost('open')] } }),
    ],
    [
      'rollback',
      'no-rollback',
      'there is no way back',
      () => shut(observing(), { state: { plan: aPlan({ with: { rollback: null } }) } }),
    ],
    [
      'telemetry',
      'cannot-be-observed',
      'its silence would say nothing',
      () => shut(observing({ observable: false })),
    ],
    [
      'telemetry',
      'no-live-instance',
      'nobody is alive and it is not idle',
      () => shut(observing(), { only: (s, n) => [worked({ atMs: n }), covered(s, n)] }),
    ],
    [
      'telemetry',
      'instance-silent',
      'an instance fell silent',
      () =>
        shut(observing(), {
          more: (_s, n) => [seen({ says: 'present' }, { instance: 'web-2', atMs: n - 11 * minuteMs })],
        }),
    ],
    [
      'truth',
      'truth-mixed',
      'its instances hold both',
      () =>
        shut(observing(), {
          more: (_s, n) => [seen({ says: 'present' }, { instance: 'web-2', version: 7, atMs: n })],
        }).filter(one => one.includes('mixed')),
    ],
    [
      'restricted',
      'restricted',
      'a consumer is restricted',
      () => shut(observing(), { state: { restricted: ['web'] } }),
    ],
  ]
  for (const [gate, what, why, ask] of cases) {
    test(`${gate}: ${why}`, () => assert.deepEqual(ask(), [`${gate}: ${what}`]))
  }

  test('decision is a gate of its own, which only people open', () => {
    assert.ok(!asked(observing()).some(one => one.gate === 'decision'))
  })
})
