import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ledger } from '../ledger/ledger.ts'
import { kinds, standingAt } from '../rotation/fixture-states.ts'
import { ask, underway, type Walk } from '../rotation/fixture-walk.ts'
import { anOwed, ledgerFacts, seen, worked } from '../rotation/fixtures.ts'
import type { Underway } from '../rotation/state.ts'
import { minuteMs } from '../time.ts'
import { asked, covered, did, ghost, observing, shut } from './fixtures.ts'
import { holdBacks } from './gates.ts'
import type { GateName } from './missing.ts'

describe('the gates do not fail open', () => {
  test('no consumer at all is nobody to ask, not everybody agreeing', () => {
    const none = { owed: [], waves: [[]] }
    const walk = observing({}, none)
    assert.deepEqual(shut(walk), ['owners: no-consumers'])
    ask(walk, { do: 'override', gate: 'owners', consumer: null, reason: 'it is used by nobody' })
    assert.deepEqual(shut(walk), [])
  })

  test('a consumer that the ledger does not know is missing, not fine', () => {
    const walk = observing()
    const blind = { facts: { owed: [anOwed({ consumer: 'jobs' })] } }
    assert.deepEqual(shut(walk, blind), ['freshSuccess: not-in-ledger'])
    for (const stage of ['return', 'recover'] as const) {
      assert.ok(shut(walk, { ...blind, stage }).includes('freshSuccess: not-in-ledger'), stage)
    }
    assert.deepEqual(
      holdBacks(ledger(ledgerFacts(underway(walk)), walk.nowMs), 'stranger', walk.nowMs).map(one => one.what),
      ['not-in-ledger'],
    )
  })

  test('an empty ledger opens no gate that asks for evidence', () => {
    const silent = { facts: { entries: [] } }
    const left = new Set(shut(observing(), silent).map(one => one.split(':')[0]))
    assert.deepEqual([...left].sort(), ['freshSuccess', 'quiet', 'telemetry', 'truth'])
  })

  test('rate limits, bad payloads and outages are neither success nor authentication failure', () => {
    for (const outcome of ['rate-limit', 'payload-error', 'outage'] as const) {
      assert.deepEqual(shut(observing(), { more: (_s, n) => [did(outcome, n)] }), [], outcome)
      const instead = shut(observing(), {
        only: (s, n) => [
          did(outcome, n),
          seen({ says: 'present' }, { instance: 'w', atMs: n }),
          covered(s, n),
        ],
      })
      assert.deepEqual(instead, ['freshSuccess: no-success'], outcome)
    }
  })

  test('errors are compared with those before the rotation, from the very minute of the move', () => {
    const rose = (authFailures: number) => {
      const walk = observing()
      const baseline = { uses: 100, authFailures }
      const more = (_state: Underway, nowMs: number) => [
        did('auth-failure', nowMs - 20_000),
        worked({ atMs: nowMs + 1 }),
      ]
      return shut(walk, {
        more,
        stage: 'wave',
        wave: 0,
        state: { baseline, lastMoveMs: walk.nowMs - 30_000 },
      })
    }
    assert.deepEqual(rose(0), ['authErrors: errors-rose'])
    assert.deepEqual(rose(60), [])
  })

  test('a ghost blocks until it is claimed or dismissed', () => {
    for (const state of ['claimed', 'dismissed'] as const) {
      assert.deepEqual(shut(observing(), { facts: { ghosts: [ghost(state)] } }), [])
    }
  })

  test('who is idle is not asked for life, and who is rare has one path to show for all', () => {
    assert.deepEqual(shut(observing({ idle: true }), { only: () => [] }), [])
    assert.deepEqual(shut(observing({ exercise: true, alive: false })), [])
  })
})

describe('overrides', () => {
  const over = (walk: Walk, gate: GateName, consumer: string | null) =>
    ask(walk, { do: 'override', gate, consumer, reason: 'agreed' })
  const behind = { only: (s: Underway, n: number) => [covered(s, n)] }

  test('open only the gate and only the consumer that they name, and leave their mark', () => {
    const walk = observing()
    const all = shut(walk, behind)
    assert.deepEqual(all, ['freshSuccess: no-success', 'telemetry: no-live-instance', 'truth: truth-unknown'])
    over(walk, 'freshSuccess', 'jobs')
    assert.deepEqual(shut(walk, behind), all, 'it named another consumer')
    over(walk, 'freshSuccess', 'web')
    assert.deepEqual(shut(walk, behind), all.slice(1))
    over(walk, 'telemetry', null)
    assert.deepEqual(shut(walk, behind), all.slice(2))
    const marked = asked(walk, behind).filter(one => one.overridden.length > 0)
    assert.deepEqual(
      marked.map(one => [one.gate, one.overridden.length, one.overridden[0]?.by]),
      [
        ['freshSuccess', 2, 'p-1'],
        ['telemetry', 1, 'p-1'],
      ],
    )
  })

  test('for one consumer do not open what concerns the rotation as a whole', () => {
    const walk = observing()
    over(walk, 'ghosts', 'web')
    assert.deepEqual(shut(walk, { facts: { ghosts: [ghost('open')] } }), ['ghosts: ghost'])
  })
})

describe('each stage asks what it is for', () => {
  test('a wave asks only those it moved, and is not held up by who comes only when called', () => {
    const walk = standingAt('running move moved', kinds['in waves'])
    assert.deepEqual(shut(walk, { stage: 'wave', wave: 0, only: () => [] }), ['freshSuccess: no-success'])
    assert.deepEqual(shut(walk, { stage: 'wave', wave: 1, only: () => [] }), ['moved: not-moved'])
    const rare = standingAt('running move moved', { owed: [anOwed({ exercise: true, alive: false })] })
    assert.deepEqual(shut(rare, { stage: 'wave', wave: 0, only: () => [] }), [])
  })

  test('after a revocation nothing is asked that would only delay the work: no quiet, no owners, no rights', () => {
    const walk = observing({ ownerId: null, quietMs: 600 * minuteMs })
    assert.deepEqual(shut(walk, { stage: 'recover', state: { rights: null } }), [])
    assert.deepEqual(shut(walk, { stage: 'recover', only: () => [] }), [
      'freshSuccess: no-success',
      'truth: truth-unknown',
      'telemetry: no-live-instance',
    ])
  })
})
