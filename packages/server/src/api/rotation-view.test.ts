import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  everyone,
  hourMs,
  instant,
  isUnderway,
  minuteMs,
  type Rotation,
  type Step,
  stepOf,
} from '@rekey/core'
import { aConsumer } from '@rekey/core/fixtures'
import { ProviderError } from '@rekey/providers'
import { type AnswerOf, type LedgerView, type RotationView, routes } from '@rekey/wire'
import { type Bench, type BenchOptions, bench, isEnded, person } from '../fixtures.ts'
import { ask } from '../runner/commit.ts'
import { tick } from '../runner/tick.ts'
import { fits } from './fixtures.ts'
import { gatesView } from './gates-view.ts'
import { ledgerView } from './ledger-view.ts'
import { rotationView } from './rotation-view.ts'
import { stepText } from './waits.ts'

interface Seen {
  view: RotationView
  ledger: LedgerView
  gates: AnswerOf<typeof routes.rotations.gates>
}

async function look(b: Bench, rotation: string): Promise<Seen> {
  const facts = await b.store.rotationFacts(rotation)
  assert.ok(facts !== null)
  const { nowMs } = b.clock
  return {
    view: fits(routes.rotations.get, rotationView(facts.row, facts.credential)),
    ledger: fits(routes.rotations.ledger, ledgerView(facts, nowMs)),
    gates: fits(routes.rotations.gates, gatesView(facts, nowMs)),
  }
}

async function opened(options: BenchOptions = {}) {
  const b = await bench(options)
  const { rotation } = await b.open()
  return { b, rotation, at: (done: (state: Rotation) => boolean) => b.until(rotation, done) }
}

const standsAt = (step: Step['do']) => (state: Rotation) =>
  state.phase === 'running' && stepOf(state).do === step

describe('the view of a rotation', () => {
  test('that is planned has no step behind it, and shows who will owe what', async () => {
    const { b, rotation } = await opened()
    const { view, ledger, gates } = await look(b, rotation)
    assert.deepEqual([view.phase, view.step?.do, view.step?.at, view.new], ['planned', 'start', 0, null])
    assert.equal(view.old?.version, 1)
    assert.deepEqual([ledger.arriving, ledger.leaving], [null, 1])
    assert.deepEqual(
      ledger.rows.map(row => [row.consumer, row.safe, row.missing[0]?.what]),
      [
        ['queue', false, 'not-moved'],
        ['web', false, 'not-moved'],
      ],
    )
    assert.deepEqual([gates.stage, gates.open, gates.gates.map(one => one.gate)], ['wave', true, ['plan']])
  })

  test('that moves a wave says until when the wave has to stand, and shows the gates of the wave', async () => {
    const { b, rotation, at } = await opened()
    const state = await at(now => standsAt('move')(now) && isUnderway(now) && now.lastMoveMs !== null)
    assert.ok(isUnderway(state) && state.progress.step.kind === 'move')
    const { view, gates } = await look(b, rotation)
    assert.match(
      view.step?.waitsFor ?? '',
      /^the wave to stand without harm until .*, and its gates to open$/,
    )
    assert.ok(view.step?.waitsFor?.includes(instant(view.step.notBeforeMs!)))
    assert.equal(gates.stage, 'wave')
    assert.ok(!gates.gates.some(one => one.gate === 'quiet'))
    assert.ok(view.assignments.length > 0 && view.assignments.every(one => one.side === 'new'))
    assert.equal(view.step?.at, state.progress.at + 1)
  })

  test('that observes says what is missing of whom, and in what time each took the new version up', async () => {
    const { b, rotation, at } = await opened({ credential: { policy: { approvals: 2 } } })
    const state = await at(standsAt('observe'))
    assert.ok(isUnderway(state))
    const movedMs = state.assignments['web']!.sinceMs
    const { view, ledger, gates } = await look(b, rotation)
    const untilMs = state.progress.enteredMs + state.plan.windows.observeMs
    assert.equal(
      view.step?.waitsFor,
      `the observation to last until ${instant(untilMs)}, every gate to open, and the approval of two people`,
    )
    assert.equal(view.step?.notBeforeMs, untilMs)
    assert.equal(gates.stage, 'retire')
    assert.deepEqual(gates.gates.find(one => one.gate === 'decision')?.missing[0]?.what, 'decision-due')
    const web = ledger.rows.find(row => row.consumer === 'web')!
    assert.deepEqual([web.truth, web.behaviour, web.movedMs, web.owner], ['new', 2, movedMs, 'Apps team'])
    assert.equal(web.firstNewSuccessMs! - movedMs, web.propagationMs)
    assert.deepEqual(
      web.runtime.map(one => [one.instance, one.version]),
      [['web-1', 2]],
    )
    assert.equal(web.refresh, 'reads it at every use')
    assert.equal(web.exercised, null)
    assert.ok(web.missing.every(one => one.text !== '' && one.how !== ''))
    assert.deepEqual([ledger.arriving, ledger.leaving], [2, 1])
  })

  test('the last use of another version, errors since the move, and what failed are told by consumer', async () => {
    const { b, rotation, at } = await opened()
    await at(standsAt('observe'))
    const { nowMs } = b.clock
    await b.say('web', 1, { says: 'used', outcome: 'success', lane: null, path: 'usual' })
    b.clock.nowMs += minuteMs
    await b.say('queue', 2, { says: 'used', outcome: 'auth-failure', lane: null, path: 'usual' })
    await b.say('queue', 2, { says: 'delivered' })
    const { ledger } = await look(b, rotation)
    const [queue, web] = ledger.rows
    assert.equal(web?.lastOldUseMs, nowMs)
    assert.equal(web?.safe, false)
    assert.deepEqual([queue?.configuration, web?.configuration], [2, null])
    assert.equal(ledger.errors.since.authFailures, 1)
    assert.deepEqual(
      ledger.patterns.map(one => (one as { name: string; consumer: string }).consumer),
      ['queue'],
    )
  })

  test('a rare consumer that owes a run on purpose shows whether it has been run', async () => {
    const rare = aConsumer({ id: 'replay', pathClass: 'exception', cadence: { how: 'on-demand' } })
    const { b, rotation } = await opened({ consumers: [aConsumer({ id: 'web' }), rare] })
    const replay = async () => (await look(b, rotation)).ledger.rows.find(one => one.consumer === 'replay')!
    assert.equal((await replay()).exercised, false)
    for (let turn = 0; turn < 200 && (await replay()).movedMs === null; turn++) {
      const on = (await b.store.assignments(b.credential)).find(one => one.consumer === 'web')!.version
      await b.say('web', on, { says: 'present' })
      await b.say('web', on, { says: 'used', outcome: 'success', lane: null, path: 'usual' })
      await tick(b.ground)
      b.clock.nowMs += 5 * minuteMs
    }
    assert.ok((await replay()).movedMs !== null)
    assert.equal((await replay()).exercised, false)
    await b.say('replay', 2, { says: 'used', outcome: 'success', lane: null, path: 'exception' })
    assert.equal((await replay()).exercised, true)
  })

  test('that watches a disabled version says so, and has the gates of retirement', async () => {
    const { b, rotation, at } = await opened()
    await at(standsAt('watch'))
    const { view, gates } = await look(b, rotation)
    assert.match(view.step?.waitsFor ?? '', /^nobody to reach for the disabled version until /)
    assert.equal(view.old?.life, 'suspended')
    assert.deepEqual([gates.stage, gates.gates.find(one => one.gate === 'decision')?.open], ['retire', true])
    // At the last step of all there is no look ahead any more: what was asked at the last one is what counts.
    const facts = (await b.store.rotationFacts(rotation))!
    const { state } = facts.row
    assert.ok(isUnderway(state))
    const progress = { ...state.progress, at: state.progress.course.length - 1 }
    const last = { ...facts, row: { ...facts.row, state: { ...state, progress } } }
    assert.equal(gatesView(last, b.clock.nowMs).stage, 'retire')
  })

  test('that is held or contained says by what, and that a person is waited for', async () => {
    const { b, rotation, at } = await opened()
    await at(standsAt('observe'))
    assert.ok((await ask(b.ground, rotation, { do: 'hold', reason: 'the month ends' }, person)).ok)
    const held = (await look(b, rotation)).view
    assert.deepEqual(
      [held.phase, held.heldBecause, held.step?.waitsFor],
      ['held', 'the month ends', 'a person to let it go on'],
    )
    assert.ok((await ask(b.ground, rotation, { do: 'contain', cause: 'invoices fail' }, person)).ok)
    await ask(b.ground, rotation, { do: 'restrict', consumer: 'web', reason: 'nobody knows' }, person)
    const { view, gates } = await look(b, rotation)
    assert.deepEqual([view.phase, view.heldBecause, view.restricted], ['contained', 'invoices fail', ['web']])
    assert.equal(gates.gates.find(one => one.gate === 'restricted')?.open, false)
  })

  test('that is stuck names its problem, and when it is looked at again', async () => {
    const { b, rotation, at } = await opened({
      wrap: provider => ({
        ...provider,
        disable: () => Promise.reject(new ProviderError('denied', 'we may not do that')),
      }),
    })
    await at(state => state.phase === 'stuck')
    const { view } = await look(b, rotation)
    assert.equal(view.problem?.code, 'denied')
    assert.match(view.step?.waitsFor ?? '', /^a person to mend it and try again/)
  })

  test('that overrode a gate says who did, and the gate is open for that', async () => {
    const { b, rotation, at } = await opened()
    await at(standsAt('observe'))
    const over = {
      do: 'override',
      gate: 'quiet',
      consumer: null,
      reason: 'they are all on the new one',
    } as const
    assert.ok((await ask(b.ground, rotation, over, person)).ok)
    const { view, gates } = await look(b, rotation)
    assert.deepEqual(
      view.overrides.map(one => [one.gate, one.by]),
      [['quiet', 'alice']],
    )
    const quiet = gates.gates.find(one => one.gate === 'quiet')
    assert.deepEqual([quiet?.open, quiet?.overridden[0]?.by], [true, 'alice'])
  })

  test('that has ended stands as it stood at its end, however long ago', async () => {
    const { b, rotation, at } = await opened()
    await at(isEnded)
    b.clock.nowMs += 100 * hourMs
    const { view, ledger, gates } = await look(b, rotation)
    assert.deepEqual([view.phase, view.ending, view.step], ['ended', 'completed', null])
    assert.equal(view.old?.life, 'dead')
    assert.deepEqual([ledger.arriving, ledger.leaving], [2, 1])
    assert.deepEqual(
      ledger.rows.map(row => [row.consumer, row.safe, row.missing.length]),
      [
        ['queue', true, 0],
        ['web', true, 0],
      ],
    )
    assert.deepEqual([gates.open, gates.gates], [false, []])
  })

  test('on its way back asks what the way back asks', async () => {
    const { b, rotation, at } = await opened()
    await at(standsAt('observe'))
    assert.ok((await ask(b.ground, rotation, { do: 'rollBack', reason: 'exports break' }, person)).ok)
    await at(standsAt('observe'))
    const { view, gates, ledger } = await look(b, rotation)
    assert.deepEqual([view.turnedBecause, gates.stage], ['exports break', 'return'])
    assert.equal(view.step?.waitsFor, 'every gate to open')
    assert.deepEqual([ledger.arriving, ledger.leaving], [1, 2])
    await at(isEnded)
    const done = await look(b, rotation)
    assert.deepEqual([done.view.ending, done.view.because], ['rolled-back', 'exports break'])
    assert.deepEqual([done.ledger.arriving, done.ledger.leaving], [1, 2])
  })

  test('of a first version shows no gates, for nothing is left; and a target that is away is tried again', async () => {
    const { b, rotation, at } = await opened({
      existing: false,
      wrap: provider => ({
        ...provider,
        mint: () => Promise.reject(new ProviderError('unreachable', 'nobody is there')),
        find: () => Promise.resolve({ is: 'not-started' } as const),
      }),
    })
    await at(isUnderway)
    const { view, gates } = await look(b, rotation)
    assert.deepEqual([view.old, view.problem?.code], [null, 'unreachable'])
    assert.match(view.step?.waitsFor ?? '', /^another try at /)
    assert.deepEqual([gates.open, gates.gates], [false, []])
  })
})

test('every kind of step has words of its own', () => {
  const sides: Step[] = [
    { do: 'mint' },
    { do: 'probe', side: 'new', expect: 'accepted' },
    { do: 'probe', side: 'old', expect: 'refused' },
    { do: 'compareRights' },
    { do: 'move', wave: 0, to: 'new' },
    { do: 'move', wave: everyone, to: 'old' },
    { do: 'observe', leaving: 'old' },
    { do: 'disable', side: 'old' },
    { do: 'enable', side: 'old' },
    { do: 'endSessions', side: 'old' },
    { do: 'watch', side: 'old' },
    { do: 'destroy', side: 'old' },
  ]
  const words = sides.map(stepText)
  assert.equal(new Set(words).size, sides.length)
  assert.equal(words[4], 'move wave 1 to new')
  assert.equal(words[5], 'move everyone to old')
})
