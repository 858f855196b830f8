import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalJson } from '@rekey/log'
import fc from 'fast-check'
import { canonicalText, parseCanonical } from './canonical.ts'

test('whatever came as JSON has the canonical text that the log gives it', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), json => {
      const value: unknown = JSON.parse(json)
      assert.equal(canonicalText(value), canonicalJson(value))
      assert.deepEqual(parseCanonical(canonicalText(value)), value)
    }),
  )
})

test('numbers, names and signs are written as RFC 8785 has them', () => {
  const value = JSON.parse(
    '{"\\u20ac":"\\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/","z":[333333333.33333329,1E30,4.50,2e-3,1e-27,-0],"\\ud83d\\ude02":1,"\\r":2,"":3}',
  ) as unknown
  assert.equal(
    canonicalText(value),
    '{"":3,"\\r":2,"z":[333333333.3333333,1e+30,4.5,0.002,1e-27,0],"€":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/","😂":1}',
  )
})

test('a text that is JSON and not canonical is refused, and so is what is no JSON', () => {
  for (const bad of ['{"b":1,"a":2}', '{"a":1,"a":1}', '{ "a":1}', '1.0', '"\\u0041"', '[1', '"\\ud800"'])
    assert.throws(() => parseCanonical(bad), bad)
  assert.throws(() => canonicalText(undefined))
  assert.throws(() => canonicalText(JSON.parse(`${'['.repeat(200)}${']'.repeat(200)}`)))
})
