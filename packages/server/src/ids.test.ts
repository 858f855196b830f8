import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId } from './ids.ts'

test('an id is a UUID of version 7, and sorts by the time at which it was made', () => {
  const nowMs = Date.UTC(2026, 0, 1)
  const ids = Array.from({ length: 200 }, (_, at) => newId(nowMs + at))
  for (const id of ids)
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.deepEqual(ids.toSorted(), ids)
  assert.equal(Number.parseInt(newId(nowMs).replaceAll('-', '').slice(0, 12), 16), nowMs)
  assert.equal(new Set(Array.from({ length: 2_000 }, () => newId(nowMs))).size, 2_000)
})
