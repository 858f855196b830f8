import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventAt, fakeRecord } from './fixtures.ts'
import { after, before, type ReadEvents } from './stream-neighbours.ts'

/** GET /events over the same made-up events. */
const eventsOf = (last: number, asked: number[] = []): ReadEvents => {
  return async ({ after: from = 0, limit = 100 }) => {
    asked.push(from)
    const items = Array.from({ length: Math.min(limit, last - from) }, (_, n) => eventAt(from + n + 1))
    const position = from + items.length
    return { items, position, more: position < last }
  }
}

test('the event before and the one after are those of the same stream, whatever lies between', async () => {
  const record = fakeRecord(1_000)
  const found = await before(record.read, eventAt(500))
  assert.ok(found.is === 'event' && found.event.position === 493)
  const next = await after(eventsOf(1_000), eventAt(500))
  assert.ok(next.is === 'event' && next.event.position === 507)
})

test('the first has none before it, and the last none after it', async () => {
  assert.deepEqual(await before(fakeRecord(1_000).read, eventAt(3)), { is: 'none' })
  assert.deepEqual(await after(eventsOf(1_000), eventAt(998)), { is: 'none' })
})

test('one that is too far away is not looked for without an end', async () => {
  const alone = fakeRecord(1_000_000, { isThere: position => position === 900_000, looked: 1_000 })
  assert.deepEqual(await before(alone.read, eventAt(900_000)), { is: 'far' })
  assert.ok(alone.asked.length <= 12)
  const asked: number[] = []
  const never = await after(eventsOf(1_000_000, asked), { ...eventAt(1), stream: 'credential/none' })
  assert.deepEqual(never, { is: 'far' })
  assert.ok(asked.length <= 12)
})
