import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fixtureNowMs } from '../fixtures.ts'
import { emptyEntry, fold } from '../ledger/entry.ts'
import { foldInto, ledger } from '../ledger/ledger.ts'
import { hourMs } from '../time.ts'
import { kinds, standingAt, twoPeople } from './fixture-states.ts'
import { ask, aWalk, codes, effects, ended, go, stepName, type Walk } from './fixture-walk.ts'
import { anOwed, ledgerFacts, provedEntry, seen, theOld, worked } from './fixtures.ts'
import { next } from './next.ts'
import { isUnderway, owedOf, type Underway } from './state.ts'

describe('one consumer', () => {
  const toOld = { do: 'moveConsumer', consumer: 'web', to: 'old', reason: 'it misbehaves' } as const

  test('it is moved back and again, and blocks the decision while it is back', () => {
    const walk = standingAt('running observe')
    assert.ok(ask(walk, toOld).ok)
    walk.nowMs += hourMs
    const refused = ask(walk, { do: 'retire' })
    assert.ok(!refused.ok)
    assert.ok(
      refused.refusals.some(one => one.missing.some(m => m.what === 'not-moved' && m.consumer === 'web')),
    )
    assert.deepEqual(codes(ask(walk, toOld)), ['already-there'])
    assert.ok(ask(walk, { ...toOld, to: 'new' }).ok)
    assert.ok(go(walk, twoPeople()).state.phase === 'ended')
  })

  test('nobody is moved to a version before the target has accepted it', () => {
    const walk = standingAt('running probe new ready')
    assert.deepEqual(codes(ask(walk, { ...toOld, to: 'new' })), ['not-accepted'])
  })

  test('nor is a wave, whatever the course says', () => {
    const walk = aWalk({ with: { course: [{ do: 'mint' }, { do: 'move', wave: 0, to: 'new' }] } })
    go(walk, {}, one => stepName(one.state) === 'running move')
    assert.deepEqual(codes(ask(walk, { do: 'move' })), ['not-accepted'])
  })

  test('nobody is moved to a version that is past the decision', () => {
    const walk = standingAt('running disable old ready')
    assert.deepEqual(codes(ask(walk, toOld)), ['being-retired'])
  })

  test('who joins after the last wave is sent where everyone is', () => {
    const walk = standingAt('running observe')
    ask(walk, { do: 'join', owed: anOwed({ consumer: 'late' }) })
    assert.ok(isUnderway(walk.state))
    assert.equal(walk.state.assignments['late']?.side, 'new')
    assert.deepEqual(codes(ask(walk, { do: 'join', owed: anOwed({ consumer: 'late' }) })), ['already-part'])
  })

  test('who joins before the last wave is moved with it', () => {
    const walk = standingAt('running mint ready')
    ask(walk, { do: 'join', owed: anOwed({ consumer: 'late' }) })
    assert.equal(ended(go(walk, twoPeople())).assignments['late']?.side, 'new')
  })

  test('who joins after the decision is not put on the version that is about to die', () => {
    const walk = standingAt('running disable old ready')
    ask(walk, { do: 'join', owed: anOwed({ consumer: 'late' }) })
    assert.ok(isUnderway(walk.state) && walk.state.assignments['late']?.side === 'new')
  })

  test('who joins while no version is accepted is assigned to none until a wave moves it', () => {
    const walk = standingAt('running mint ready', kinds['revoke-first'])
    ask(walk, { do: 'join', owed: anOwed({ consumer: 'late' }) })
    assert.ok(isUnderway(walk.state) && walk.state.assignments['late'] === undefined)
    assert.equal(ended(go(walk, twoPeople())).assignments['late']?.side, 'new')
  })
})

describe('the watch', () => {
  const watching = () => standingAt('running watch old')
  /** A ledger in which `web` reached for the old version just now. */
  const reaching = (walk: Walk) => {
    const state = walk.state as Underway
    const entries = owedOf(state).map(owed => provedEntry(state, owed, walk.nowMs))
    const late = worked({ version: theOld.version, atMs: walk.nowMs })
    return { late, facts: ledgerFacts(state, { entries }) }
  }

  test('it lasts a full cycle', () => {
    const walk = watching()
    assert.deepEqual(codes(ask(walk, { do: 'passWatch' })), ['watching'])
    walk.nowMs += hourMs
    assert.ok(ask(walk, { do: 'passWatch' }).ok)
  })

  test('who reaches for the disabled version ends it: the version is given back, and retired anew later', () => {
    const walk = watching()
    walk.nowMs += hourMs
    const { late, facts } = reaching(walk)
    const used = foldInto(ledger(facts, walk.nowMs), late, walk.nowMs)
    assert.ok(codes(ask(walk, { do: 'passWatch' }, { ledger: used })).includes('used-while-watched'))
    assert.ok(ask(walk, { do: 'reinstate', because: 'web needs it' }).ok)
    assert.ok(isUnderway(walk.state) && walk.state.approvals.length === 0)
    const { ending, old } = ended(go(walk, twoPeople()))
    assert.deepEqual([ending, old?.life], ['completed', 'dead'])
    const done = effects(walk).join(' · ')
    assert.match(
      done,
      /disable old.*enable old · probe old accepted · disable old.*destroy old · probe old refused$/,
    )
  })

  test('a ledger that knows nobody does not end it', () => {
    const walk = watching()
    walk.nowMs += hourMs
    const nobody = ledger(ledgerFacts(walk.state as Underway, { owed: [] }), walk.nowMs)
    assert.deepEqual(codes(ask(walk, { do: 'passWatch' }, { ledger: nobody })), ['gate-freshSuccess'])
  })

  test('an open ghost that was seen in it ends it', () => {
    const walk = watching()
    walk.nowMs += hourMs
    const { facts } = reaching(walk)
    const ghost = {
      id: 'g',
      credential: 'cred-doc',
      seenAs: '10.0.0.9',
      version: 7,
      firstMs: 0,
      lastMs: walk.nowMs,
      count: 1,
      state: 'open',
      by: null,
    } as const
    const haunted = ledger({ ...facts, ghosts: [ghost] }, walk.nowMs)
    const refused = codes(ask(walk, { do: 'passWatch' }, { ledger: haunted }))
    assert.deepEqual(refused.sort(), ['gate-ghosts', 'used-while-watched'])
  })

  test('a version that was not disabled cannot be given back', () => {
    assert.deepEqual(codes(ask(standingAt('running observe'), { do: 'reinstate', because: 'b' })), [
      'not-suspended',
    ])
  })

  test('a version is given back after a disable of which nobody heard, and enabled whether or not it happened', () => {
    const walk = standingAt('running disable old ready')
    const problem = { code: 'failed', text: 'x' }
    for (let n = 0; n < 3; n++) {
      go(
        walk,
        { outcome: () => ({ is: 'failed', problem, permanent: true }) },
        one => one.state.phase === 'stuck',
      )
    }
    assert.ok(ask(walk, { do: 'reinstate', because: 'web needs it' }).ok)
    assert.equal(stepName(walk.state), 'running enable old ready')
  })

  test('a version that was meant to be destroyed is not given back, for nobody knows whether it still is', () => {
    const walk = standingAt('running destroy old ready')
    const problem = { code: 'unreachable', text: 'x' }
    go(walk, { outcome: () => ({ is: 'unreachable', problem }) }, one => one.state.phase === 'stuck')
    assert.deepEqual(codes(ask(walk, { do: 'reinstate', because: 'b' })), ['not-suspended'])
    assert.deepEqual(codes(ask(walk, { do: 'rollBack', reason: 'b' })), ['old-is-gone'])
  })

  test('going back after a disable of which nobody heard enables the version before anyone is sent to it', () => {
    const walk = standingAt('running disable old intended')
    assert.ok(isUnderway(walk.state))
    assert.equal(walk.state.old?.life, 'suspended')
    const toOld = { do: 'moveConsumer', consumer: 'web', to: 'old', reason: 'r' } as const
    assert.ok(codes(ask(walk, toOld)).includes('not-accepted'))
  })

  test('what the target says it enabled is in use again only once a probe was accepted', () => {
    const walk = watching()
    ask(walk, { do: 'reinstate', because: 'web needs it' })
    go(walk, {}, one => stepName(one.state) === 'running probe old ready')
    assert.equal(effects(walk).at(-1), 'enable old')
    assert.ok(isUnderway(walk.state))
    assert.equal(walk.state.old?.life, 'suspended')
    const toOld = { do: 'moveConsumer', consumer: 'web', to: 'old', reason: 'r' } as const
    assert.ok(codes(ask(walk, toOld)).includes('not-accepted'))
    go(
      walk,
      {},
      one => stepName(one.state) !== 'running probe old ready' && effects(one).at(-1) !== 'enable old',
    )
    assert.equal(effects(walk).at(-1), 'probe old accepted')
    assert.equal((walk.state as Underway).old?.life, 'active')
    assert.ok(ask(walk, toOld).ok)
  })

  test('what is still refused after it was enabled is enabled once more when it is tried again', () => {
    const walk = watching()
    ask(walk, { do: 'reinstate', because: 'web needs it' })
    go(
      walk,
      { outcome: asked => (asked.verb === 'probe' ? { is: 'refused' } : undefined) },
      one => one.state.phase === 'stuck',
    )
    assert.equal((walk.state as Underway).old?.life, 'suspended')
    assert.ok(ask(walk, { do: 'retry', reason: 'again' }).ok)
    assert.equal(stepName(walk.state), 'running enable old ready')
  })

  test('what is still accepted after it was destroyed is destroyed once more when it is tried again', () => {
    const walk = standingAt('running probe old ready')
    go(walk, { outcome: () => ({ is: 'accepted' }) }, one => one.state.phase === 'stuck')
    assert.ok(ask(walk, { do: 'retry', reason: 'again' }).ok)
    assert.equal(stepName(walk.state), 'running destroy old ready')
  })
})

test('the owner is told once that the window is overdue, even while the rotation is held', () => {
  const walk = standingAt('running observe')
  ask(walk, { do: 'hold', reason: 'freeze' })
  assert.deepEqual(codes(ask(walk, { do: 'alarm' })), ['not-overdue'])
  const todo = next(walk.state, walk.nowMs)
  assert.ok(todo.do === 'wait' && Number.isFinite(todo.untilMs), 'it sleeps no longer than the deadline')
  walk.nowMs = todo.untilMs
  assert.deepEqual(next(walk.state, walk.nowMs), { do: 'alarm' })
  assert.ok(ask(walk, { do: 'alarm' }).ok)
  assert.deepEqual(codes(ask(walk, { do: 'alarm' })), ['already-alarmed'])
  assert.notEqual(next(walk.state, walk.nowMs).do, 'alarm')
})

describe('on the way back', () => {
  const rare = anOwed({ consumer: 'rare', exercise: true, alive: false, reportsRuns: true })
  /** Everyone has returned and the errors of that are over; `rare` did this in its time on the new version. */
  function returning(...did: Parameters<typeof fold>[1][]) {
    const walk = standingAt('running observe', { owed: [anOwed(), rare] })
    assert.ok(ask(walk, { do: 'rollBack', reason: 'it differs' }).ok)
    go(walk, {}, one => stepName(one.state) === 'running observe')
    assert.equal(stepName(walk.state), 'running observe')
    const state = walk.state as Underway
    walk.nowMs += 2 * hourMs
    const entries = [
      provedEntry(state, owedOf(state)[0]!, walk.nowMs),
      did.reduce(fold, emptyEntry('cred-doc', 'rare')),
    ]
    const known = ledger(ledgerFacts(state, { entries }), walk.nowMs)
    const decision = ask(walk, { do: 'retire' }, { ledger: known })
    return decision.ok
      ? []
      : decision.refusals.flatMap(one => one.missing.map(({ what, consumer }) => `${consumer} ${what}`))
  }
  const early = { consumer: 'rare', version: 8, atMs: fixtureNowMs }

  test('a rare consumer that never took up the new version need not be run', () => {
    assert.deepEqual(returning(), [])
    const onOld = worked({ ...early, version: theOld.version })
    assert.deepEqual(returning(onOld), [], 'what it did on the old one is no reason')
  })

  test('a rare consumer that had taken up the new version must be run again', () => {
    const refused = seen({ says: 'used', outcome: 'auth-failure', lane: null, path: 'usual' }, early)
    for (const took of [worked(early), refused, seen({ says: 'loaded' }, early)]) {
      assert.deepEqual(returning(took), ['rare not-exercised'], JSON.stringify(took.statement))
    }
  })
})
