import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressMs, addressText } from './span.ts'

const noonMs = Date.UTC(2026, 10, 30, 12, 34)

test('in an address a time means the same everywhere', () => {
  assert.equal(addressText(noonMs + 59_000), '2026-11-30T12:34Z')
  assert.equal(addressMs('2026-11-30T12:34Z'), noonMs)
  assert.equal(addressText(null), undefined)
})

test('what is no time is none', () => {
  for (const text of [null, '', '2026-11-30T12:34', 'x', '2026-99-30T12:34Z'])
    assert.equal(addressMs(text), null, text ?? 'null')
})
