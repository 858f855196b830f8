import assert from 'node:assert/strict'
import { test } from 'node:test'
import { minuteMs } from '@rekey/core'
import { bench, startMs } from '../fixtures.ts'
import { digest, digestOf, observationStream } from './digest.ts'

test('each closed bucket leaves one event with the digest of its counts, once', async () => {
  const b = await bench()
  await b.work()
  b.clock.nowMs += 5 * minuteMs
  await b.work()
  assert.equal(await digest(b.ground), 0, 'a bucket that has just ended may still be counted into')
  b.clock.nowMs += 2 * minuteMs
  assert.equal(await digest(b.ground), 1)
  assert.equal(await digest(b.ground), 0)
  b.clock.nowMs += 10 * minuteMs
  assert.equal(await digest(b.ground), 1)

  const events = await b.store.stream(observationStream, 0, 10)
  assert.equal(events.length, 2)
  const said = JSON.parse(events[0]?.data ?? '{}') as { bucketMs: number; digest: string; count: number }
  const rows = await b.store.buckets({
    credential: b.credential,
    fromMs: startMs,
    toMs: startMs + 5 * minuteMs,
  })
  const first = rows.filter(row => row.bucketMs === said.bucketMs)
  assert.ok(first.length > 0)
  assert.equal(digestOf(first), said.digest)
  const [one, ...rest] = first
  assert.notEqual(digestOf([{ ...one!, count: one!.count + 1 }, ...rest]), said.digest)
})
