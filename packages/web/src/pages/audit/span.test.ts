import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressMs, addressText, fieldMs, fieldText } from './span.ts'

const noonMs = Date.UTC(2026, 10, 30, 12, 34)

test('a time is entered and shown in the clock that was chosen, to the minute', () => {
  assert.equal(fieldText(noonMs, 'utc'), '2026-11-30T12:34')
  assert.equal(fieldMs('2026-11-30T12:34', 'utc'), noonMs)
  const local = new Date(2026, 10, 30, 12, 34).getTime()
  assert.equal(fieldText(local, 'local'), '2026-11-30T12:34')
  assert.equal(fieldMs('2026-11-30T12:34', 'local'), local)
  assert.equal(fieldText(null, 'utc'), '')
})

test('in an address a time means the same everywhere', () => {
  assert.equal(addressText(noonMs + 59_000), '2026-11-30T12:34Z')
  assert.equal(addressMs('2026-11-30T12:34Z'), noonMs)
  assert.equal(addressText(null), undefined)
})

test('what is no time is none', () => {
  for (const text of ['', 'today', '2026-11-30', '2026-13-30T00:00', '1960-01-01T00:00', '99999-01-01T00:00'])
    assert.equal(fieldMs(text, 'utc'), null, text)
  for (const text of [null, '', '2026-11-30T12:34', 'x', '2026-99-30T12:34Z'])
    assert.equal(addressMs(text), null, text ?? 'null')
})
