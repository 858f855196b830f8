import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { standingAt } from '../rotation/fixture-states.ts'
import { ask, underway, type Walk } from '../rotation/fixture-walk.ts'
import { anOwed, ledgerFacts, provedEntry, seen, worked } from '../rotation/fixtures.ts'
import { owedOf } from '../rotation/state.ts'
import { minuteMs } from '../time.ts'
import { emptyEntry, fold } from './entry.ts'
import { ledger } from './ledger.ts'
import type { Observation, Outcome, Statement } from './observation.ts'
import { patterns } from './patterns.ts'

const movedMs = (walk: Walk) => underway(walk).assignments['web']!.sinceMs
/** What is recognised when `web` said this, the others being fine; instants in minutes after a step. */
function found(walk: Walk, said: Observation[], laterMs = 60 * minuteMs): string[] {
  const state = underway(walk)
  const nowMs = Math.max(walk.nowMs, movedMs(walk)) + laterMs
  const entries = owedOf(state).map(owed =>
    owed.consumer === 'web'
      ? said.reduce(fold, emptyEntry('cred-doc', 'web'))
      : provedEntry(state, owed, nowMs),
  )
  const known = ledger(ledgerFacts(state, { entries }), nowMs)
  return patterns(state, known, nowMs).map(({ name, consumer, sinceMs, beganAt, text }) => {
    assert.match(text, /^web /)
    return `${name} ${consumer} ${beganAt} ${Math.round((sinceMs - movedMs(walk)) / minuteMs)}`
  })
}
const observing = () => standingAt('running observe')
const did = (walk: Walk, minutes: number, outcome: Outcome, more: Partial<Statement> = {}, version = 8) =>
  seen({ says: 'used', outcome, lane: null, path: 'usual', ...more } as Statement, {
    version,
    atMs: movedMs(walk) + minutes * minuteMs,
  })

test('where everyone works, no pattern is seen', () => {
  const walk = observing()
  assert.deepEqual(found(walk, [did(walk, 1, 'success')]), [])
})

test('who was refused is not told by a sum of uses, so no pattern is seen in it', () => {
  const walk = observing()
  const refused = (minutes: number) =>
    seen(
      { says: 'counted', uses: 90, authFailures: 90 },
      { version: null, atMs: movedMs(walk) + minutes * minuteMs },
    )
  for (const said of [[did(walk, 1, 'success')], [did(walk, 1, 'auth-failure')], []]) {
    assert.deepEqual(found(walk, [...said, refused(1), refused(50)]), found(walk, said))
  }
})

describe('immediate hard failure', () => {
  test('it is refused at once with the version it was moved to, and that began with the move', () => {
    const walk = observing()
    assert.deepEqual(found(walk, [did(walk, 1, 'auth-failure')]), ['immediate-hard-failure web move 1'])
  })

  test('whose clock is a little behind the move is refused at once all the same', () => {
    const walk = observing()
    const said = [-1, 30, 50].map(minutes => did(walk, minutes, 'auth-failure'))
    assert.deepEqual(found(walk, said), ['immediate-hard-failure web move 0'])
  })

  test('it stays the same failure, however long it goes on', () => {
    const walk = observing()
    const said = [1, 5, 30, 50].map(minutes => did(walk, minutes, 'auth-failure'))
    assert.deepEqual(found(walk, said), ['immediate-hard-failure web move 1'])
  })

  test('it is over with the first success', () => {
    const walk = observing()
    assert.deepEqual(found(walk, [did(walk, 1, 'auth-failure'), did(walk, 2, 'success')]), [])
  })

  test('a rate limit is none', () => {
    const walk = observing()
    assert.deepEqual(found(walk, [did(walk, 1, 'rate-limit'), did(walk, 2, 'outage')]), [])
  })
})

describe('delayed hard failure', () => {
  test('it worked with the version and is refused later', () => {
    const walk = observing()
    const said = [did(walk, 1, 'success'), did(walk, 40, 'auth-failure')]
    assert.deepEqual(found(walk, said), ['delayed-hard-failure web null 40'])
  })

  test('it came to use the version long after the move, and is refused', () => {
    const walk = observing()
    assert.deepEqual(found(walk, [did(walk, 40, 'auth-failure')]), ['delayed-hard-failure web null 40'])
  })

  test('it is refused with the version that was disabled, and that began with the disabling', () => {
    const walk = standingAt('running watch old')
    const afterMs = (underway(walk).suspendedMs! - movedMs(walk)) / minuteMs
    const said = [afterMs + 2, afterMs + 40].map(minutes => did(walk, minutes, 'auth-failure', {}, 7))
    const [one, ...more] = found(walk, [did(walk, 1, 'success'), ...said])
    assert.equal(one, `delayed-hard-failure web disable ${Math.round(afterMs + 2)}`)
    assert.deepEqual(more, [])
  })

  test('a version that was given back is not taken for disabled', () => {
    const walk = standingAt('running watch old')
    ask(walk, { do: 'reinstate', because: 'web needs it' })
    assert.notEqual(underway(walk).suspendedMs, null)
    const back = standingAt('running watch old')
    ask(back, { do: 'reinstate', because: 'web needs it' })
    ask(back, { do: 'intend' })
    const step = underway(back).progress.step
    const key = step.kind === 'effect' ? step.effect.key! : ''
    ask(back, { do: 'record', key, outcome: { is: 'done' } })
    assert.equal(underway(back).suspendedMs, null)
  })
})

test('split-brain: its instances hold both versions long after it was moved', () => {
  const walk = observing()
  const present = (instance: string, version: number) =>
    seen({ says: 'present' }, { instance, version, atMs: movedMs(walk) + 20 * minuteMs })
  const both = [present('a', 7), present('b', 8)]
  assert.deepEqual(found(walk, both), ['split-brain web move 0'])
  walk.nowMs = movedMs(walk)
  assert.deepEqual(found(walk, both, 9 * minuteMs), [], 'at first that is how a move looks')
})

test('split-brain is not said while sessions that are registered to live so long may still turn', () => {
  const turnsInMs = 120 * minuteMs
  const walk = standingAt('running observe', {
    owed: [anOwed({ turnsInMs }), anOwed({ consumer: 'jobs' })],
  })
  const at = (minutes: number) => {
    const present = (instance: string, version: number) =>
      seen({ says: 'present' }, { instance, version, atMs: movedMs(walk) + minutes * minuteMs })
    walk.nowMs = movedMs(walk)
    return found(walk, [present('a', 7), present('b', 8)], minutes * minuteMs)
  }
  assert.deepEqual(at(119), [])
  assert.deepEqual(at(121), ['split-brain web move 0'])
})

test('fallback degradation: it goes on, but worse, and has not worked as usual since', () => {
  const walk = observing()
  const fallback = did(walk, 3, 'success', { path: 'fallback' })
  assert.deepEqual(found(walk, [fallback]), ['fallback-degradation web move 3'])
  assert.deepEqual(found(walk, [did(walk, 30, 'degraded')]), ['fallback-degradation web null 30'])
  assert.deepEqual(found(walk, [fallback, did(walk, 4, 'success')]), [])
})

test('exception-path failure: the usual path works and the exception path is refused', () => {
  const walk = observing()
  const failed = did(walk, 5, 'auth-failure', { path: 'exception' })
  const usual = did(walk, 6, 'success')
  assert.deepEqual(found(walk, [failed, usual]), ['exception-path-failure web move 5'])
  assert.deepEqual(found(walk, [failed, usual, did(walk, 7, 'success', { path: 'exception' })]), [])
})

test('what happened before it was moved is no failure of the move', () => {
  const walk = observing()
  const before = [did(walk, -5, 'auth-failure'), did(walk, -4, 'degraded'), worked({ atMs: movedMs(walk) })]
  assert.deepEqual(found(walk, before), [])
})
