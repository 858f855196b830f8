import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { bySoonest, type Ready, tallyOf } from './tally.ts'

const missing = (check: string, blocks: boolean) => ({ check, consumer: null, text: '', how: '', blocks })
const ready = (name: string, startAtMs: number | null, lacks: ReturnType<typeof missing>[]): Ready => ({
  credential: name,
  name,
  environment: 'prod',
  verdict: lacks.some(one => one.blocks) ? 'not-ready' : lacks.length > 0 ? 'ready-with-warnings' : 'ready',
  startAtMs,
  rotation: null,
  consumers: 1,
  checks: [],
  missing: lacks,
  rarePaths: [],
})

test('a credential counts once for a check, however many of its consumers fail it', () => {
  const tally = tallyOf([ready('a', 1, [missing('owners-known', true), missing('owners-known', true)])])
  deepEqual(tally.lacking, [{ check: 'owners-known', credentials: 1, blocked: 1 }])
  equal(tally.verdicts['not-ready'], 1)
})

test('what stops most rotations stands before what only warns', () => {
  const tally = tallyOf([
    ready('a', 1, [missing('rollback-rehearsed', false)]),
    ready('b', 1, [missing('rollback-rehearsed', false), missing('observable', true)]),
  ])
  deepEqual(
    tally.lacking.map(one => one.check),
    ['observable', 'rollback-rehearsed'],
  )
})

test('the soonest rotation stands first, and what has no day last', () => {
  const sorted = bySoonest([ready('never', null, []), ready('late', 9, []), ready('soon', 2, [])])
  deepEqual(
    sorted.map(one => one.name),
    ['soon', 'late', 'never'],
  )
})
