import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runMutants } from './run.ts'

/** Some that a few seeds show; all of them are tried with `npm run simulate -- --mutants`. */
const fast = ['skip-quiet', 'act-before-intent', 'value-in-an-event', 'restart-forgets']

test('deliberate bugs are seen, and the engine without one passes the same seeds', async () => {
  const names = ['none', ...fast]
  const run = await runMutants({ firstSeed: 1, seeds: 20, parallel: 2, seconds: 60, names })
  const [none] = run.results
  assert.deepEqual(
    [none?.killed, none?.broken, none?.seeds],
    [false, false, 20],
    `seed ${none?.seed}: ${none?.invariant}: ${none?.text}`,
  )
  const broken = run.results.filter(result => result.broken)
  assert.deepEqual(broken, [])
  assert.deepEqual(run.survivors, ['none'])
})
