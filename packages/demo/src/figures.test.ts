import assert from 'node:assert/strict'
import { test } from 'node:test'
import { figuresOf } from './figures.ts'

const usualWay = { brokenConsumers: 5, broken: [], failedJobs: 8, degradedJobs: 20, looksCleanAfterMs: 9_000 }
const refusedFor = ['Reconciliation cron', 'Support replay tool', 'oversized-fallback/0.1'].map(who => ({
  who,
  gate: 'rarePaths',
  text: who,
}))
const rekey = {
  jobs: 700,
  failedJobs: 0,
  degradedJobs: 0,
  refusedFor,
  ending: 'completed',
  oldTokenRefused: true,
  seconds: 55,
  why: [],
}
const kill = {
  holders: 7,
  confirmed: 7,
  unconfirmed: 0,
  whoIsUnconfirmed: [] as string[],
  slowestMs: 90,
  providerRefusedAfterMs: 700,
  attackerUses: 60,
  attackerRefused: 200,
  attackerLastUseAfterMs: 450,
  resumedAfterMs: 4_000,
  failedAfterResume: 0,
  putBack: 40,
  ending: 'completed',
}

test('a story that was shown as a whole is ok', () => {
  const figures = figuresOf(usualWay, rekey, kill, 115)
  assert.deepEqual([figures.ok, figures.missing], [true, []])
})

const without: [string, Parameters<typeof figuresOf>, RegExp][] = [
  ['an act was not played', [null, rekey, kill, 1], /act 1/],
  ['too few broke', [{ ...usualWay, brokenConsumers: 2 }, rekey, kill, 1], /only 2 consumers/],
  [
    'a job failed with Rekey',
    [usualWay, { ...rekey, failedJobs: 1, why: ['api: failed'] }, kill, 1],
    /1 jobs failed.*api/,
  ],
  [
    'somebody was not named',
    [usualWay, { ...rekey, refusedFor: refusedFor.slice(1) }, kill, 1],
    /Reconciliation cron/,
  ],
  ['the old token lives', [usualWay, { ...rekey, oldTokenRefused: false }, kill, 1], /accepted still/],
  ['the rotation was given up', [usualWay, { ...rekey, ending: 'aborted' }, kill, 1], /aborted/],
  [
    'a holder did not confirm',
    [usualWay, rekey, { ...kill, confirmed: 6, unconfirmed: 1, whoIsUnconfirmed: ['api-1'] }, 1],
    /api-1/,
  ],
  ['the attacker was never in', [usualWay, rekey, { ...kill, attackerUses: 0 }, 1], /never got in/],
  ['the attacker was not refused', [usualWay, rekey, { ...kill, attackerRefused: 0 }, 1], /not refused/],
  ['work failed afterwards', [usualWay, rekey, { ...kill, failedAfterResume: 3 }, 1], /3 jobs failed/],
]
for (const [what, given, pattern] of without) {
  test(`it is not ok when ${what}, and says so`, () => {
    const figures = figuresOf(...given)
    assert.equal(figures.ok, false)
    assert.match(figures.missing.join('\n'), pattern)
  })
}

test('an act that was not asked for is not missed', () => {
  assert.ok(figuresOf(null, null, kill, 1, 3).ok)
  assert.ok(!figuresOf(null, null, kill, 1, 2).ok)
})
