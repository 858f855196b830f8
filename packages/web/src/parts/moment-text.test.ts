import assert from 'node:assert/strict'
import { test } from 'node:test'
import { momentText, readMoment } from './moment-text.ts'

const ms = Date.UTC(2026, 10, 30, 14, 3)

test('a moment stands in a field as it is read, and is read as the same again', () => {
  assert.equal(momentText(ms, 'utc'), '2026-11-30T14:03')
  assert.equal(readMoment('2026-11-30T14:03', 'utc'), ms)
  assert.equal(readMoment(momentText(ms, 'local'), 'local'), ms)
})

test('what is no moment is not guessed at', () => {
  for (const text of ['', 'soon', '2026-13-40T00:00', '2026-11-30'])
    assert.equal(readMoment(text, 'utc'), null)
})
