import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { emptyEntry, fold } from '../ledger/entry.ts'
import { ledger } from '../ledger/ledger.ts'
import { minuteMs } from '../time.ts'
import { standingAt, twoPeople } from './fixture-states.ts'
import { ask, codes, ended, fork, go, stepName, underway, type Walk } from './fixture-walk.ts'
import { anOwed, ledgerFacts, provedEntry, provedLedger, seen, theClock, worked } from './fixtures.ts'
import { next } from './next.ts'
import { owedOf } from './state.ts'

const missing = (decision: ReturnType<typeof ask>) =>
  decision.ok
    ? []
    : decision.refusals.flatMap(one => one.missing.map(({ what, consumer }) => `${consumer} ${what}`))

describe('holding', () => {
  test('is for a person with a reason, stops the clock, and ends where it began', () => {
    const walk = standingAt('running observe')
    assert.deepEqual(codes(ask(walk, { do: 'hold', reason: '' }, { by: theClock })), [
      'needs-person',
      'needs-reason',
    ])
    ask(walk, { do: 'hold', reason: 'freeze' })
    assert.equal(stepName(walk.state), 'held observe')
    assert.equal(next(walk.state, walk.nowMs).do, 'wait')
    ask(walk, { do: 'release' })
    assert.equal(ended(go(walk, twoPeople())).ending, 'completed')
  })

  test('does not stop an effect that was intended from being brought to a known end', () => {
    const walk = standingAt('running disable old intended')
    ask(walk, { do: 'hold', reason: 'freeze' })
    assert.equal(next(walk.state, walk.nowMs).do, 'resolve')
    go(walk)
    assert.equal(stepName(walk.state), 'held endSessions old ready')
  })
})

describe('a containment', () => {
  const contained = (): Walk => {
    const walk = standingAt('running observe')
    walk.nowMs += minuteMs
    assert.ok(ask(walk, { do: 'contain', cause: 'errors rose' }, { by: theClock }).ok)
    return walk
  }
  /** Everyone proved as of `atMs`, but for what `web` did besides. */
  const besides = (walk: Walk, atMs: number, ...more: Parameters<typeof fold>[1][]) => {
    const state = underway(walk)
    const entries = owedOf(state).map(owed => {
      const entry = provedEntry(state, owed, atMs)
      return owed.consumer === 'web' ? more.reduce(fold, entry) : entry
    })
    return ledger(ledgerFacts(state, { entries }), walk.nowMs)
  }

  test('goes on only after one clean success of each, from after it began', () => {
    const walk = contained()
    const before = besides(walk, walk.nowMs - 30_000)
    walk.nowMs += minuteMs
    assert.deepEqual(missing(ask(walk, { do: 'resume' }, { ledger: before })), [
      'web no-success',
      'jobs no-success',
    ])
    assert.ok(ask(walk, { do: 'resume' }).ok)
    assert.equal(ended(go(walk, twoPeople())).ending, 'completed')
  })

  test('does not take a success for clean that a refusal followed, nor one of two versions at once', () => {
    const walk = contained()
    walk.nowMs += minuteMs
    const atMs = walk.nowMs
    const refused = seen(
      { says: 'used', outcome: 'auth-failure', lane: null, path: 'usual' },
      { atMs: atMs + 1 },
    )
    assert.deepEqual(missing(ask(walk, { do: 'resume' }, { ledger: besides(walk, atMs, refused) })), [
      'web no-success',
    ])
    const split = seen({ says: 'present' }, { instance: 'web-2', version: 7, atMs })
    assert.deepEqual(missing(ask(walk, { do: 'resume' }, { ledger: besides(walk, atMs, split) })), [
      'web truth-mixed',
    ])
  })

  test('asks everyone anew: what was proved before it does not open a gate after it', () => {
    const walk = contained()
    walk.nowMs += minuteMs
    ask(walk, { do: 'resume' })
    const state = underway(walk)
    const old = owedOf(state).map(({ consumer }) =>
      fold(emptyEntry('cred-doc', consumer), worked({ consumer, atMs: state.proofSinceMs! - 1 })),
    )
    walk.nowMs += 10 * minuteMs
    const decision = ask(
      walk,
      { do: 'retire' },
      { ledger: ledger(ledgerFacts(state, { entries: old }), walk.nowMs) },
    )
    assert.ok(missing(decision).includes('web no-success'))
  })

  test('who cannot be verified is restricted, keeps retirement shut, and is freed by a named person', () => {
    const walk = contained()
    walk.nowMs += minuteMs
    const jobsOnly = ledger(
      ledgerFacts(underway(walk), {
        entries: [provedEntry(underway(walk), owedOf(underway(walk))[1]!, walk.nowMs)],
      }),
      walk.nowMs,
    )
    assert.deepEqual(missing(ask(walk, { do: 'resume' }, { ledger: jobsOnly })), ['web no-success'])
    assert.deepEqual(codes(ask(walk, { do: 'restrict', consumer: 'x', reason: 'r' })), ['unknown-consumer'])
    ask(walk, { do: 'restrict', consumer: 'web', reason: 'nobody can say' })
    ask(walk, { do: 'restrict', consumer: 'web', reason: 'twice is once' })
    assert.deepEqual(underway(walk).restricted, ['web'])
    assert.ok(ask(walk, { do: 'resume' }, { ledger: jobsOnly }).ok)
    walk.nowMs += 60 * minuteMs
    assert.deepEqual(missing(ask(walk, { do: 'retire' })), ['web restricted'])
    assert.deepEqual(codes(ask(walk, { do: 'lift', consumer: 'web', reason: 'r' }, { by: theClock })), [
      'needs-person',
    ])
    ask(walk, { do: 'lift', consumer: 'web', reason: 'it is clean' })
    assert.ok(ask(walk, { do: 'retire' }).ok)
  })

  test('the restricted are not moved by a wave', () => {
    const walk = standingAt('running move')
    ask(walk, { do: 'contain', cause: 'c' })
    ask(walk, { do: 'restrict', consumer: 'web', reason: 'r' })
    go(walk)
    assert.ok(ask(walk, { do: 'resume' }).ok)
    ask(walk, { do: 'move' })
    assert.equal(underway(walk).assignments['web']?.side, 'old')
  })

  test('it is not left by way of a stuck effect', () => {
    const walk = standingAt('running disable old intended')
    ask(walk, { do: 'contain', cause: 'c' })
    const problem = { code: 'unreachable', text: 't' }
    for (let n = 0; n < 5; n++) go(walk, { outcome: () => ({ is: 'failed', problem, permanent: true }) })
    assert.equal(walk.state.phase, 'contained')
  })

  test('a derived token proves itself on whichever version its parent holds, a direct consumer on its own', () => {
    const token = anOwed({ consumer: 'token', direct: false })
    const direct = anOwed({ consumer: 'direct' })
    const walk = standingAt('running observe', { owed: [token, direct] })
    ask(walk, { do: 'contain', cause: 'errors rose' })
    walk.nowMs += minuteMs
    const state = underway(walk)
    const resumed = (onVersion: Record<string, number>) => {
      const entries = owedOf(state).map(({ consumer }) => {
        const said = { consumer, version: onVersion[consumer]!, atMs: walk.nowMs }
        return fold(emptyEntry('cred-doc', consumer), worked(said))
      })
      const known = ledger(ledgerFacts(state, { entries }), walk.nowMs)
      return missing(ask(fork(walk), { do: 'resume' }, { ledger: known }))
    }
    assert.equal(state.assignments['token']?.side, 'new')
    assert.deepEqual(resumed({ token: 7, direct: 8 }), [])
    assert.deepEqual(resumed({ token: 8, direct: 8 }), [])
    assert.deepEqual(
      resumed({ token: 6, direct: 8 }),
      ['token no-success'],
      'version 6 is neither of the two',
    )
    assert.deepEqual(resumed({ token: 7, direct: 7 }), ['direct no-success'])
  })

  test('a ledger that was gathered for other consumers, another version or another moment proves nothing', () => {
    const walk = contained()
    walk.nowMs += minuteMs
    const state = underway(walk)
    const good = provedLedger(state, walk.nowMs)
    const facts = ledgerFacts(state, { entries: good.entries })
    for (const [name, wrong] of Object.entries({
      'no consumers': { ...facts, owed: [] },
      'another version': { ...facts, arriving: 9 },
      'another moment': { ...facts, sinceMs: () => state.proofSinceMs! - 1 },
    })) {
      const stale = ledger(wrong, walk.nowMs)
      assert.ok(missing(ask(walk, { do: 'resume' }, { ledger: stale })).includes('web not-in-ledger'), name)
    }
    assert.ok(ask(walk, { do: 'resume' }, { ledger: good }).ok)
  })
})

describe('overrides', () => {
  test('no one talks open a plan that is incomplete or a decision that was not taken', () => {
    const walk = standingAt('running observe')
    for (const gate of ['plan', 'decision'] as const) {
      const command = { do: 'override', gate, consumer: null, reason: 'r' } as const
      assert.deepEqual(codes(ask(walk, command)), ['not-overridable'])
    }
  })
})
