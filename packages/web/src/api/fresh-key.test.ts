import assert from 'node:assert/strict'
import { test } from 'node:test'
import { freshKey } from './fresh-key.ts'

test('each wish has a key of its own, which the control plane takes', () => {
  const keys = new Set(Array.from({ length: 1_000 }, freshKey))
  assert.equal(keys.size, 1_000)
  for (const key of keys) assert.match(key, /^[0-9a-f]{32}$/)
})
