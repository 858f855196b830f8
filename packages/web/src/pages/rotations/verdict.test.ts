import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LedgerView, RotationView } from '@rekey/wire'
import { type GatesView, verdictOf } from './verdict.ts'

type Row = LedgerView['rows'][number]

const missing = {
  gate: 'rarePaths',
  what: 'not-exercised',
  consumer: 'replay',
  text: 'the replay tool has not run',
  how: 'run it',
}
const row = (consumer: string, truth: Row['truth'], safe: boolean): Row => ({
  consumer,
  name: consumer,
  owner: null,
  refresh: 'when it is restarted',
  truth,
  lastOldUseMs: null,
  firstNewSuccessMs: null,
  lastNewSuccessMs: null,
  movedMs: null,
  propagationMs: null,
  exercised: null,
  configuration: null,
  runtime: [],
  behaviour: null,
  safe,
  missing: safe ? [] : [missing],
})
const ledger = (...rows: Row[]) => ({ rows, leaving: 3, arriving: 4, ghosts: 0 })

const rotation = {
  phase: 'running',
  ending: null,
  because: null,
  heldBecause: null,
  turnedBecause: null,
  problem: null,
  old: { version: 3, handle: null, fingerprint: null, life: 'active' },
  new: { version: 4, handle: null, fingerprint: null, life: 'active' },
  step: { do: 'observe', at: 5, of: 9, enteredMs: 0, waitsFor: 'every gate to open', notBeforeMs: 100 },
  approvals: [],
  plan: { approvals: 1, course: ['mint', 'observe before leaving old', 'disable old'] },
} as unknown as RotationView
const gate = (name: 'quiet' | 'decision', open: boolean) => ({
  gate: name,
  open,
  missing: [],
  overridden: [],
})
const gates = (isQuiet: boolean): GatesView => ({
  stage: 'retire',
  open: false,
  gates: [gate('quiet', isQuiet), gate('decision', false)],
  nowMs: 100,
})

test('while anybody has not shown that it can do without, the answer is no, and names them', () => {
  const verdict = verdictOf(
    rotation,
    ledger(row('web', 'new', true), row('replay', 'unknown', false)),
    gates(false),
  )
  assert.equal(verdict.mayRetire, false)
  assert.match(verdict.text, /^Not yet\. 1 of 2 consumers has not shown/)
  assert.deepEqual(
    verdict.holders.map(one => one.name),
    ['replay'],
  )
  assert.equal(verdict.holders[0]?.how, 'run it')
})

test('whoever is seen with the old version is named before whoever is not seen at all', () => {
  const rows = [row('silent', 'unknown', false), row('queue', 'old', false), row('torn', 'mixed', false)]
  assert.deepEqual(
    verdictOf(rotation, ledger(...rows), gates(false)).holders.map(one => one.consumer),
    ['torn', 'queue', 'silent'],
  )
})

test('it may be retired only when the gates of retirement are open, not when all rows are safe', () => {
  const rows = ledger(row('web', 'new', true))
  assert.equal(verdictOf(rotation, rows, gates(false)).mayRetire, false)
  assert.equal(verdictOf(rotation, rows, { ...gates(true), stage: 'wave' }).mayRetire, false)
  assert.equal(verdictOf(rotation, rows, null).mayRetire, false)
  assert.equal(
    verdictOf(rotation, rows, { ...gates(true), nowMs: 99 }).mayRetire,
    false,
    'it is observed still',
  )
  const open = verdictOf(rotation, rows, gates(true))
  assert.equal(open.mayRetire, true)
  assert.equal(open.next, 'One person has to decide.')
})

test('a ghost is named beside the consumers', () => {
  const verdict = verdictOf(rotation, { ...ledger(row('web', 'new', true)), ghosts: 1 }, gates(false))
  assert.match(verdict.text, /1 ghost uses it too/)
})

test('what is stuck says why, and never that it may be retired', () => {
  const stuck = {
    ...rotation,
    phase: 'stuck',
    problem: { code: 'x', text: 'the target refuses us' },
  } as RotationView
  const verdict = verdictOf(stuck, ledger(row('web', 'new', true)), gates(true))
  assert.equal(verdict.mayRetire, false)
  assert.match(verdict.text, /^It is stuck: the target refuses us\./)
})

test('a completed rotation says which version is dead', () => {
  const ended = { ...rotation, phase: 'ended', ending: 'completed' } as RotationView
  assert.match(verdictOf(ended, ledger(), null).text, /version 3 is dead, and everyone works with version 4/)
})
