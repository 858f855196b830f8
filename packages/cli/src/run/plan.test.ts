import assert from 'node:assert/strict'
import { test } from 'node:test'
import { durationMs } from '../duration.ts'
import type { Failure } from '../exit.ts'
import { planOf, type RunOptions } from './plan.ts'

const usual: RunOptions = {
  credential: ['docs', 'orders-db:web'],
  env: ['TOKEN=docs', 'PGUSER=orders-db.handle'],
  file: ['a=b=docs.value'],
  template: ['from:to'],
  onChange: 'restart',
  signal: 'SIGHUP',
  grace: '10s',
  killGrace: '2s',
  copies: '1',
  readyWithin: '1m',
  retryStart: '3',
  wait: '30s',
  settle: '500ms',
}
const faultsOf = (more: Partial<RunOptions>): string[] => {
  try {
    planOf('app', [], { ...usual, ...more })
    return []
  } catch (error) {
    assert.equal((error as Failure).exitCode, 64)
    return (error as Failure).message.split('\n')
  }
}

test('options are read as they are meant', () => {
  const plan = planOf('app', ['-x'], usual)
  assert.deepEqual(plan.wanted[1], { credential: 'orders-db', consumer: 'web' })
  assert.deepEqual(plan.variables[1], { credential: 'orders-db', part: 'handle', name: 'PGUSER' })
  assert.deepEqual(plan.files, [{ credential: 'docs', part: 'value', path: 'a=b' }])
  assert.deepEqual([plan.graceMs, plan.settleMs, plan.readyWithinMs], [10_000, 500, 60_000])
  assert.deepEqual(plan.ready, { by: 'time', afterMs: 2_000 })
  const signalled = planOf('app', [], { ...usual, env: [], onChange: 'signal', signal: 'usr1' })
  assert.deepEqual(signalled.onChange, { do: 'signal', signal: 'SIGUSR1' })
})

test('whatever cannot be meant is refused', () => {
  const wrong: [Partial<RunOptions>, RegExp][] = [
    [{ credential: [], env: [], file: [] }, /--credential is missing/],
    [{ credential: ['docs', 'docs:web', 'orders-db'] }, /docs is given twice/],
    [{ env: ['TOKEN'] }, /--env TOKEN: write NAME=CREDENTIAL/],
    [{ env: ['TOKEN=docs.secret'] }, /docs\.secret is no part/],
    [{ env: ['REKEY_JOIN=docs'] }, /cannot be the name of a variable/],
    [{ env: ['A-B=docs'] }, /cannot be the name of a variable/],
    [{ env: ['A=docs', 'A=docs.handle'] }, /A is given twice/],
    [{ template: ['a:b:c'] }, /write SOURCE:DESTINATION/],
    [{ onChange: 'reload' }, /restart, signal or nothing/],
    [{ onChange: 'signal' }, /the environment of a running program does not change/],
    [{ env: [], onChange: 'signal', signal: 'SIGNOTHING' }, /is no signal/],
    [{ env: [], onChange: 'nothing', rolling: true }, /--rolling goes with/],
    [{ readyAfter: '1s', readyLog: 'x' }, /one can be given/],
    [{ readyLog: '(' }, /no regular expression/],
    [{ readyUrl: 'ftp://x' }, /is no address/],
    [{ copies: '0' }, /from 1 to 100/],
    [{ grace: '10' }, /--grace 10: write a length of time/],
    [{ killGrace: '2' }, /--kill-grace 2: write a length of time/],
  ]
  for (const [more, why] of wrong) {
    const faults = faultsOf(more)
    assert.equal(faults.length, 1, `${JSON.stringify(more)}: ${faults.join(' / ')}`)
    assert.match(faults[0]!, why)
  }
  assert.equal(faultsOf({ grace: 'x', wait: 'y', copies: 'z' }).length, 3)
})

test('a length of time has its unit, and fits a timer', () => {
  assert.deepEqual(['500ms', '10s', '1.5m', '2h'].map(durationMs), [500, 10_000, 90_000, 7_200_000])
  for (const wrong of ['10', 's', '-1s', '1d', '1e3s', '999999h']) assert.equal(durationMs(wrong), null)
})
