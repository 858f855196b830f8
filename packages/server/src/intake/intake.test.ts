import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hourMs, type Observation, type Source } from '@rekey/core'
import { type Bench, bench } from '../fixtures.ts'
import { takeIn } from './intake.ts'

const source: Source = {
  id: 'sdk/web',
  kind: 'sdk',
  speaksFor: ['web'],
  lagMs: 0,
  complete: true,
  revoked: false,
}

const aUse = ({ credential, clock }: Bench): Observation => ({
  credential,
  consumer: 'web',
  seenAs: null,
  instance: 'web-1',
  version: 1,
  statement: { says: 'used', outcome: 'success', lane: null, path: 'usual' },
  atMs: clock.nowMs,
  source: source.id,
})

test('what a source may not say is refused by name, and the rest of its batch counts', async () => {
  const b = await bench()
  const good = aUse(b)
  const taken = await takeIn(b.ground, source, '1', [
    good,
    { ...good, version: 2 },
    { ...good, consumer: 'queue' },
    { ...good, atMs: b.clock.nowMs + hourMs },
    { ...good, source: 'sdk/queue' },
  ])
  assert.equal(taken.folded, 1)
  assert.deepEqual(
    taken.refused.map(one => one.why),
    ['unknown-version', 'out-of-scope', 'from-the-future', 'out-of-scope'],
  )
})

test('the same batch twice counts once', async () => {
  const b = await bench()
  const observation = aUse(b)
  await takeIn(b.ground, source, '1', [observation])
  const again = await takeIn(b.ground, source, '1', [observation])
  assert.deepEqual([again.folded, again.repeated], [0, true])
  const buckets = await b.store.buckets({
    credential: b.credential,
    fromMs: 0,
    toMs: b.clock.nowMs + hourMs,
  })
  assert.equal(
    buckets.reduce((sum, one) => sum + one.count, 0),
    1,
  )
})
