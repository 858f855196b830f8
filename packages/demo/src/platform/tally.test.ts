import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Job, Tally } from './tally.ts'
import type { Outcome } from './told.ts'

const job = (outcome: Outcome, atMs: number, key: string | null = 'k1'): Job => ({
  outcome,
  key,
  why: null,
  atMs,
})
const asIs = (who: string) => who

test('each outcome is counted where it belongs, and lost work is what failed or was given up', () => {
  const tally = new Tally(['retry'])
  const outcomes: Outcome[] = ['done', 'done', 'degraded', 'failed', 'dead-letter', 'dead-letter', 'put-back']
  for (const [at, outcome] of outcomes.entries()) tally.add('retry', job(outcome, at))
  assert.deepEqual(
    [tally.jobs, tally.failedJobs, tally.degradedJobs, tally.putBack],
    [6, 3, 1, 1],
    'what was put back is no job yet',
  )
})

test('who broke after the revocation is named once, with the first moment and how often', () => {
  const tally = new Tally(['cron', 'summariser', 'api'])
  tally.add('cron', job('failed', 90))
  tally.add('api', job('done', 130))
  tally.add('summariser', job('degraded', 140))
  tally.add('cron', job('failed', 160))
  tally.add('cron', job('failed', 150))
  assert.deepEqual(tally.brokenAfter(100, asIs), [
    { consumer: 'summariser', how: 'degraded', jobs: 1, afterRevokeMs: 40 },
    { consumer: 'cron', how: 'failed', jobs: 2, afterRevokeMs: 50 },
  ])
})

test('nobody is broken who was not seen to be', () => {
  const tally = new Tally(['api', 'cron'])
  tally.add('api', job('done', 200))
  tally.add('api', job('put-back', 201))
  assert.deepEqual(tally.brokenAfter(100, asIs), [])
})

test('failures after somebody is back are those after that moment, and his own', () => {
  const tally = new Tally(['api', 'cron'])
  tally.add('api', job('failed', 10))
  tally.add('api', job('done', 20, 'k2'))
  tally.add('cron', job('failed', 30))
  tally.add('api', job('dead-letter', 40))
  const back = tally.success('api', 'k2')
  assert.equal(back?.firstMs, 20)
  assert.equal(tally.failuresAfter('api', back!.firstMs), 1)
  assert.equal(tally.success('api', 'k3'), null)
})

test('whoever is not of the platform is not counted', () => {
  const tally = new Tally(['api'])
  tally.add('stranger', job('failed', 1))
  assert.equal(tally.jobs, 0)
})
