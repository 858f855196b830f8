import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isUnderway, stepOf } from '@rekey/core'
import { bench } from '../fixtures.ts'
import { rotationSubject } from '../runner/rows.ts'
import { pursue } from './pursue.ts'

test('whoever’s clock is not believed takes nobody’s lease for a kill', async () => {
  const b = await bench()
  const { rotation } = await b.open()
  await b.until(rotation, one => isUnderway(one) && stepOf(one).do === 'observe')
  const subject = rotationSubject(rotation)
  const { store, clock } = b
  const theirs = { holder: 'another', nowMs: clock.nowMs, leaseMs: 60_000 }
  const before = await store.claimOne(subject, theirs)
  assert.ok(before !== null)
  const jumped = { ...b.ground, nowMs: () => clock.nowMs + 80 * 3_600_000 }
  await pursue({ ...jumped, doubt: () => 'the clock has jumped' }, [subject])
  assert.ok(await store.renew(before, clock.nowMs + 60_000), 'it is theirs still')
  await pursue(jumped, [subject])
  assert.equal(await store.renew(before, clock.nowMs + 60_000), false, 'by that clock it was over')
})
