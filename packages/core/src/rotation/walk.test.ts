import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fixtureNowMs } from '../fixtures.ts'
import { minuteMs } from '../time.ts'
import { kinds, twoPeople } from './fixture-states.ts'
import { apply, ask, aWalk, effects, go, type Walk } from './fixture-walk.ts'
import { anOwed, theOld } from './fixtures.ts'
import { next } from './next.ts'
import { isUnderway } from './state.ts'

const upTo = (walk: Walk, name: string) => go(walk, twoPeople(), one => effects(one).includes(name))
const refusedWith = (decision: ReturnType<typeof ask>): string[] => {
  assert.ok(!decision.ok, 'expected a refusal')
  return decision.refusals.map(one => one.code)
}

describe('a rotation walked to its end', () => {
  const before = (walk: Walk, ...names: string[]) => {
    const done = effects(walk)
    const places = names.map(name => done.indexOf(name))
    assert.ok(
      places.every((place, at) => place >= 0 && (at === 0 || place > places[at - 1]!)),
      `${names.join(' < ')} in ${done.join(' · ')}`,
    )
  }
  for (const [kind, wishes] of Object.entries(kinds)) {
    test(`${kind}: ends completed, the old version is dead, the new one serves everyone`, () => {
      const walk = go(aWalk(wishes), twoPeople())
      const { state } = walk
      assert.ok(state.phase === 'ended', state.phase)
      assert.equal(state.ending, 'completed')
      assert.equal(state.because, null)
      assert.equal(state.old?.life ?? 'none', wishes.first ? 'none' : 'dead')
      assert.equal(state.new?.life, 'active')
      assert.equal(walk.target.get(state.new.version), 'live')
      if (!wishes.first) assert.equal(walk.target.get(theOld.version), 'gone')
      assert.deepEqual(
        Object.entries(state.assignments).map(([who, { side }]) => [who, side]),
        [
          ['web', 'new'],
          ['jobs', 'new'],
        ],
      )
      before(walk, 'mint new', 'probe new accepted', 'move new')
      assert.deepEqual(next(state, walk.nowMs), { do: 'nothing' })
    })
  }

  test('the old version is disabled, loses its sessions, is destroyed and then proved dead, in this order', () => {
    const walk = go(aWalk())
    before(walk, 'move new', 'disable old', 'endSessions old', 'destroy old', 'probe old refused')
    assert.equal(effects(walk).filter(name => name === 'destroy old').length, 1)
  })

  test('what a target cannot do is not asked of it', () => {
    const walk = go(aWalk(kinds['without any extra ability']))
    assert.deepEqual(effects(walk).slice(3), ['destroy old', 'probe old refused'])
    assert.ok(!effects(walk).some(name => name.startsWith('compareRights')))
  })

  test('after a compromise the old version is proved dead before a new one is minted', () => {
    before(go(aWalk(kinds['revoke-first'])), 'disable old', 'destroy old', 'probe old refused', 'mint new')
  })

  test('with one live version nothing is disabled or destroyed: minting has ended the old one', () => {
    for (const kind of ['atomic with one live', 'revoke-first with one live']) {
      const done = effects(go(aWalk(kinds[kind])))
      assert.ok(!done.some(name => name.startsWith('d')), done.join())
      assert.ok(done.includes('probe old refused'))
    }
  })

  test('each wave settles, and shows success, before the next one moves', () => {
    const walk = aWalk(kinds['in waves'])
    upTo(walk, 'move new')
    assert.ok(isUnderway(walk.state))
    assert.equal(walk.state.assignments['web']?.side, 'new')
    assert.equal(walk.state.assignments['jobs']?.side, 'old')
    assert.deepEqual(refusedWith(ask(walk, { do: 'settle' })), ['not-settled'])
    walk.nowMs += 5 * minuteMs
    assert.deepEqual(refusedWith(ask(walk, { do: 'settle' }, { ledger: null })), ['no-ledger'])
    assert.ok(ask(walk, { do: 'settle' }).ok)
  })

  test('nothing starts before its time unless a person starts it, and nothing starts with a gap in its plan', () => {
    const early = aWalk()
    early.nowMs = fixtureNowMs - 30_000
    assert.deepEqual(next(early.state, early.nowMs), { do: 'wait', untilMs: fixtureNowMs })
    const clock = { kind: 'system', id: 'clock' } as const
    assert.deepEqual(refusedWith(ask(early, { do: 'start' }, { by: clock })), ['too-early'])
    assert.ok(ask(early, { do: 'start' }).ok)
    const gap = { code: 'owner-missing', text: 't', how: 'h', overridable: false }
    const gaping = aWalk({ with: { gaps: [gap] } })
    assert.deepEqual(refusedWith(ask(gaping, { do: 'start' })), ['plan-owner-missing'])
    assert.deepEqual(next(gaping.state, gaping.nowMs), { do: 'nothing' })
  })

  test('a fenced store touches no target, moves nobody and retires nothing', () => {
    const walk = aWalk(kinds['in waves'])
    const fenced = { fenced: true }
    go(walk, twoPeople(), one => {
      const todo = next(one.state, one.nowMs)
      if (todo.do === 'start' || todo.do === 'intend' || todo.do === 'move' || todo.do === 'passWatch') {
        assert.ok(refusedWith(ask(one, { do: todo.do }, fenced)).includes('fenced'), todo.do)
      }
      if (todo.do === 'judge' && isUnderway(one.state) && one.state.progress.step.kind === 'observe') {
        assert.ok(refusedWith(ask(one, { do: 'retire' }, fenced)).includes('fenced'))
      }
      return false
    })
    assert.equal(walk.state.phase, 'ended')
  })
})

describe('the decision to retire', () => {
  const observing = (approvals: 0 | 1 | 2) => {
    const walk = aWalk({ approvals })
    go(walk, {}, one => isUnderway(one.state) && one.state.progress.step.kind === 'observe')
    walk.nowMs += 25 * minuteMs
    return walk
  }

  test('it waits for the whole observation, though every gate is open', () => {
    const walk = observing(0)
    walk.nowMs -= 10 * minuteMs
    assert.ok(refusedWith(ask(walk, { do: 'retire' })).includes('observing'))
    walk.nowMs += 10 * minuteMs
    assert.ok(ask(walk, { do: 'retire' }).ok)
  })

  test('where two must approve, the same person twice is one', () => {
    const walk = observing(2)
    assert.ok(ask(walk, { do: 'retire' }).ok)
    assert.deepEqual(refusedWith(ask(walk, { do: 'retire' })), ['gate-decision'])
    const clock = { kind: 'system', id: 'clock' } as const
    assert.deepEqual(refusedWith(ask(walk, { do: 'retire' }, { by: clock })), ['gate-decision'])
    assert.ok(ask(walk, { do: 'retire' }, { by: { kind: 'person', id: 'p-2' } }).ok)
    assert.ok(walk.events.some(event => event.type === 'retirementDecided'))
  })

  test('an approval lapses when a consumer moves or joins after it', () => {
    for (const change of [
      { do: 'moveConsumer', consumer: 'web', to: 'old', reason: 'r' },
      { do: 'join', owed: anOwed({ consumer: 'late' }) },
      { do: 'contain', cause: 'c' },
    ] as const) {
      const walk = observing(2)
      ask(walk, { do: 'retire' })
      assert.ok(ask(walk, change).ok)
      assert.ok(isUnderway(walk.state) && walk.state.approvals.length === 0, change.do)
    }
  })

  test('a containment between the decision and its deed asks for the decision anew', () => {
    const walk = observing(1)
    assert.ok(ask(walk, { do: 'retire' }).ok)
    assert.ok(ask(walk, { do: 'contain', cause: 'errors' }).ok)
    walk.nowMs += minuteMs
    assert.ok(ask(walk, { do: 'resume' }).ok)
    assert.ok(isUnderway(walk.state) && walk.state.progress.step.kind === 'observe')
  })
})

test('events that cannot follow are refused by the machine itself', () => {
  const walk = go(aWalk(), {}, one => effects(one).length === 1)
  const at = { atMs: walk.nowMs, by: { kind: 'system', id: 'x' } } as const
  for (const event of [
    { type: 'waveMoved', wave: 0, to: 'new', consumers: ['web'] },
    { type: 'waveSettled', wave: 0 },
    { type: 'retirementDecided', leaving: 'old', gates: [] },
    { type: 'recoveryProved', gates: [] },
    { type: 'watchPassed' },
    { type: 'rotationResumed' },
    { type: 'rotationReleased' },
    { type: 'rotationRetried', reason: 'r' },
    { type: 'rotationEscalated', to: null },
    { type: 'versionReinstated', side: 'old', because: 'b' },
    { type: 'rotationStarted', baseline: { uses: 0, authFailures: 0 } },
    { type: 'effectDone', verb: 'destroy', side: 'old', key: 'k', result: { is: 'done' } },
    { type: 'effectIntended', verb: 'destroy', side: 'old', version: 7, key: 'k' },
  ] as const) {
    assert.throws(() => apply(walk, { ...event, gates: [], ...at } as never), /cannot follow/, event.type)
  }
})
