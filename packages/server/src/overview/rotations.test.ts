import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isUnderway, minuteMs, type Rotation, type Step, stepOf } from '@rekey/core'
import { aConsumer } from '@rekey/core/fixtures'
import { ProviderError } from '@rekey/providers'
import { type Bench, type BenchOptions, bench, isEnded, person } from '../fixtures.ts'
import { ask } from '../runner/commit.ts'
import { tick } from '../runner/tick.ts'
import type { Draft } from './draft.ts'
import { inFlight } from './flights.ts'
import { daysOf } from './of-credential.ts'

const standsAt = (step: Step['do']) => (state: Rotation) =>
  state.phase === 'running' && stepOf(state).do === step

async function look({ store, clock }: Bench, rotation: string) {
  const { row, credential, ledger } = (await store.rotationFacts(rotation))!
  const owner = {
    row: credential,
    version: null,
    consumers: 0,
    rotation: row,
    days: daysOf(credential, null),
  }
  const { flight, drafts } = inFlight(owner, { row, ledger, readMs: clock.nowMs }, clock.nowMs)
  return { flight, drafts, kinds: drafts.map(one => one.kind) }
}

async function opened(options: BenchOptions = {}) {
  const b = await bench(options)
  const { rotation } = await b.open()
  const at = (done: (state: Rotation) => boolean) => b.until(rotation, done)
  const one = async (kind: Draft['kind']) => {
    const { drafts } = await look(b, rotation)
    const found = drafts.filter(each => each.kind === kind)
    assert.equal(found.length, 1, JSON.stringify(drafts))
    return found[0]!
  }
  return { b, rotation, at, one, look: () => look(b, rotation) }
}

/** Ticks without a word from any consumer. */
async function silently(b: Bench, ms: number) {
  for (const untilMs = b.clock.nowMs + ms; b.clock.nowMs < untilMs; b.clock.nowMs += 5 * minuteMs)
    await tick(b.ground)
}

describe('a rotation', () => {
  test('that goes well needs nobody, from its plan to its end', async () => {
    const { b, rotation, look } = await opened()
    for (let turn = 0; turn < 500; turn++) {
      const { drafts } = await look()
      assert.deepEqual(drafts, [], `in turn ${turn}`)
      if (isEnded(await b.state(rotation))) return
      await b.work()
      await tick(b.ground)
      b.clock.nowMs += minuteMs
    }
    assert.fail('it never ended')
  })

  test('under way is one line with what its ledger and its gates say', async () => {
    const { b, at, look } = await opened()
    assert.equal((await look()).flight, null, 'it has not begun')
    await at(standsAt('observe'))
    await b.say('web', 1, { says: 'used', outcome: 'success', lane: null, path: 'usual' })
    const { flight } = await look()
    assert.deepEqual(
      [flight?.phase, flight?.step?.do, flight?.old, flight?.new],
      ['running', 'observe', 1, 2],
    )
    const { old, new: fresh, mixed, unknown } = flight!.truth
    assert.equal(old + fresh + mixed + unknown, 2)
    assert.ok(flight!.refusedGates.includes('quiet'))
    assert.deepEqual([flight!.consumers, flight!.safe < 2], [2, true])
    assert.ok(flight!.deadlineMs! > b.clock.nowMs)
  })

  test('whose plan has gaps says all of them', async () => {
    const nobodys = aConsumer({ id: 'web', owner: null, reload: { how: 'unknown' } })
    const { b, rotation, one } = await opened({ credential: { owner: null }, consumers: [nobodys] })
    const { because, action, untilMs } = await one('plan-gaps')
    const state = await b.state(rotation)
    for (const { text } of state.plan.gaps) assert.ok(because.includes(text), text)
    assert.deepEqual([action.do, action.needs, untilMs], ['complete-plan', 'operate', state.startAtMs])
  })

  test('that is stuck names its problem and where it stands', async () => {
    const denied = () => Promise.reject(new ProviderError('denied', 'we may not do that'))
    const { at, one } = await opened({ wrap: provider => ({ ...provider, disable: denied }) })
    await at(state => state.phase === 'stuck')
    const { because, urgency, action } = await one('rotation-stuck')
    assert.match(because, /^We may not do that\. It stands at: disable\.$/)
    assert.deepEqual([urgency, action.do, action.needs], ['now', 'retry', 'operate'])
  })

  test('that is held says by whom and why; contained, who has not shown a clean success since', async () => {
    const { b, rotation, at, one } = await opened()
    await at(standsAt('observe'))
    await ask(b.ground, rotation, { do: 'hold', reason: 'the month ends' }, person)
    const held = await one('rotation-held')
    assert.match(held.because, /alice.* asked it to wait: The month ends\.$/)
    assert.deepEqual([held.urgency, held.action.do], ['today', 'release'])
    b.clock.nowMs += minuteMs
    await ask(b.ground, rotation, { do: 'contain', cause: 'invoices fail' }, person)
    const contained = await one('rotation-contained')
    assert.equal(contained.because, 'Invoices fail. No clean success since of queue and web.')
    assert.deepEqual(
      [contained.urgency, contained.action.do, contained.action.needs],
      ['now', 'resume', 'decide'],
    )
    b.clock.nowMs += minuteMs
    await b.work()
    assert.match((await one('rotation-contained')).because, /it can go on\.$/)
  })

  test('that waits for hands says which step, and that it is late once it is', async () => {
    const { b, at, one } = await opened({ abilities: { byHand: ['mint'], byHandMs: 60 * minuteMs } })
    await at(
      state =>
        isUnderway(state) &&
        state.progress.step.kind === 'effect' &&
        state.progress.step.effect.is === 'intended',
    )
    const asked = await one('hand-step')
    assert.deepEqual(
      [asked.urgency, asked.action.do, asked.untilMs! > b.clock.nowMs],
      ['today', 'hand-in', true],
    )
    assert.match(asked.because, /mint at the target by hand/)
    b.clock.nowMs += 61 * minuteMs
    assert.equal((await one('hand-step')).urgency, 'now')
    await tick(b.ground)
    assert.equal((await one('hand-step')).urgency, 'now', 'and stays so after its owner was told')
  })

  test('whose window runs out says so before and after, with what is still missing', async () => {
    const { b, rotation, at, one, look } = await opened()
    await at(standsAt('observe'))
    const { deadlineMs } = (await look()).flight!
    b.clock.nowMs = deadlineMs! - 14 * minuteMs
    const closing = await one('window-closing')
    assert.deepEqual([closing.urgency, closing.untilMs], ['now', deadlineMs])
    assert.match(closing.because, /^Version 1 and version 2 are both valid, and not for much longer\. /)
    assert.match(closing.because, /queue and web\.$/)
    assert.ok(!(await look()).kinds.includes('gate-refused'), 'it is said once')
    b.clock.nowMs = deadlineMs!
    const over = await one('window-overdue')
    assert.deepEqual([over.urgency, over.action.do], ['now', 'look-at-gates'])
    await tick(b.ground)
    assert.ok(isUnderway(await b.state(rotation)))
    assert.equal((await one('window-overdue')).id, over.id)
  })
})

describe('gates that are refused', () => {
  const three = ['retry worker', 'billing', 'nightly'].map((name, at) => aConsumer({ id: `c-${at}`, name }))

  test('need somebody only after what comes by itself has had its time, and name who is missing', async () => {
    const { b, at, one, look } = await opened({ consumers: three })
    await at(state => isUnderway(state) && state.lastMoveMs !== null)
    assert.deepEqual((await look()).drafts, [])
    await silently(b, 15 * minuteMs)
    const { because, title, action, urgency } = await one('gate-refused')
    assert.match(because, /consumers have not shown that they moved: /)
    assert.ok(title.length > 0 && urgency === 'today')
    assert.deepEqual([action.do, action.needs], ['look-at-gates', 'read'])
  })

  test('by what only a person can do are said at once', async () => {
    const rare = aConsumer({ id: 'replay', pathClass: 'exception', cadence: { how: 'on-demand' } })
    const { b, rotation, one } = await opened({ consumers: [aConsumer({ id: 'web' }), rare] })
    for (let turn = 0; turn < 200 && !standsAt('observe')(await b.state(rotation)); turn++) {
      const on = (await b.store.assignments(b.credential)).find(each => each.consumer === 'web')!.version
      await b.say('web', on, { says: 'present' })
      await b.say('web', on, { says: 'used', outcome: 'success', lane: null, path: 'usual' })
      await tick(b.ground)
      b.clock.nowMs += minuteMs
    }
    const { because, urgency } = await one('gate-refused')
    assert.equal(urgency, 'soon', 'the observation is not over yet')
    assert.match(because, /replay is rare and has not been run/)
    assert.doesNotMatch(because, /may still come back|watched only since/, 'what only time helps is not said')
  })

  test('but for the decision alone ask for the approval of whoever has not given it', async () => {
    const { b, rotation, one, look } = await opened({ credential: { policy: { approvals: 2 } } })
    const isAsked = async () => (await look()).drafts.some(each => each.action.do === 'retire')
    for (let turn = 0; turn < 500 && !(await isAsked()); turn++) {
      await b.work()
      await tick(b.ground)
      b.clock.nowMs += 5 * minuteMs
    }
    const first = await one('gate-refused')
    assert.deepEqual([first.action.do, first.action.needs, first.notFor], ['retire', 'decide', []])
    assert.equal(first.because, 'Every gate is open. It needs the approval of Platform team.')
    await b.work()
    await ask(b.ground, rotation, { do: 'retire' }, person)
    const second = await one('gate-refused')
    assert.deepEqual(second.notFor, ['alice'])
    assert.match(second.because, /somebody besides alice/)
    assert.equal(second.id, first.id)
  })
})
