import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventAt, fakeRecord } from './fixtures.ts'
import { eventOfLeaf, nearest, positionAt } from './history.ts'

test('the event nearest before a position is found, also over a stretch of which nothing may be seen', async () => {
  const record = fakeRecord(10_000, {
    isThere: position => position <= 1_000 || position > 9_000,
    looked: 500,
  })
  assert.equal((await nearest(record.read, 9_500))?.position, 9_500)
  assert.equal((await nearest(record.read, 8_000))?.position, 1_000)
  assert.equal(await nearest(record.read, 0), null)
})

test('a time is found among a million events with some twenty questions', async () => {
  const record = fakeRecord(1_000_000)
  const atMs = eventAt(765_432).atMs
  assert.equal(await positionAt(record.read, atMs, record.last), 765_432)
  assert.ok(record.asked.length <= 21, `${record.asked.length} questions`)
  assert.equal(await positionAt(record.read, atMs - 1, record.last), 765_431)
  assert.equal(await positionAt(record.read, 0, record.last), 0)
  assert.equal(await positionAt(record.read, atMs * 2, record.last), 1_000_000)
  assert.equal(await positionAt(record.read, 5, 0), 0)
})

test('the event of a leaf is found where positions have gaps, and is missed where it may not be seen', async () => {
  const isThere = (position: number) => position % 10 !== 0
  const of = (position: number) =>
    eventAt(position, { leaf: position > 4_900 ? null : position - 1 - Math.floor(position / 10) })
  const record = fakeRecord(5_000, { isThere, of })
  for (const leaf of [0, 1, 8, 9, 10, 2_345, 4_000]) {
    const found = await eventOfLeaf(record.read, leaf)
    assert.equal(found?.leaf, leaf)
  }
  assert.ok(record.asked.length < 200)
  const hidden = fakeRecord(5_000, { isThere: position => position % 10 === 1 })
  assert.equal(await eventOfLeaf(hidden.read, 2_345), null)
  assert.equal((await eventOfLeaf(hidden.read, 2_340))?.position, 2_341)
})
