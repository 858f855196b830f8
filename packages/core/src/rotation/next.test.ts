import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { minuteMs } from '../time.ts'
import { standingAt } from './fixture-states.ts'
import { apply, ask } from './fixture-walk.ts'
import { theClock } from './fixtures.ts'
import { next } from './next.ts'

/** What is asked of a rotation a quarter of an hour after it got stuck, its owner having been told. */
function afterStuck(code: string): string {
  const walk = standingAt('running disable old ready')
  const problem = { code, text: `it is ${code}` }
  apply(walk, { type: 'rotationStuck', problem, atMs: walk.nowMs, by: theClock })
  ask(walk, { do: 'escalate' })
  return next(walk.state, walk.nowMs + 15 * minuteMs).do
}

describe('a stuck rotation', () => {
  // All that a provider's own error may say, and what the runner says in its place (act.ts).
  for (const code of [
    'unreachable',
    'timeout',
    'rate-limited',
    'unexpected',
    'ambiguous',
    'failed',
    'no-provider',
    'still-accepted',
  ]) {
    test(`is tried again by itself where what stopped it may have passed: ${code}`, () => {
      assert.equal(afterStuck(code), 'retry')
    })
  }

  for (const code of ['denied', 'rejected', 'rights-differ', 'no-value', 'no-ability', 'value-lost']) {
    test(`waits for people where asking again changes nothing: ${code}`, () => {
      assert.equal(afterStuck(code), 'wait')
    })
  }
})
