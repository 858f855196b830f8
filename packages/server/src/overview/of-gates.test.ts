import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { GateResult, Missing } from '@rekey/core'
import { lacking, lackingText } from './of-gates.ts'

const of = (what: Missing['what'], consumer: string | null, more: Partial<Missing> = {}): Missing => ({
  gate: 'truth',
  what,
  consumer,
  name: consumer,
  ...more,
})
const refused = (...missing: Missing[]): GateResult[] => [
  { gate: 'truth', open: false, missing, overridden: [] },
]
const whats = (missing: Missing[]) => missing.map(({ what }) => what)

describe('what a gate finds missing', () => {
  test('is nobody’s business where only time helps, or where it is told as something of its own', () => {
    const some = refused(
      of('too-soon', 'a'),
      of('ghost', null),
      of('decision-due', null),
      of('no-owner', 'a'),
    )
    assert.deepEqual(whats(lacking(some, false)), ['no-owner'])
  })

  test('and comes by itself where all is well, is waited for', () => {
    const some = refused(of('no-success', 'a'), of('not-exercised', 'b'), of('instance-silent', 'c'))
    assert.deepEqual(whats(lacking(some, true)), ['not-exercised'])
    assert.equal(lacking(some, false).length, 3)
  })

  test('is said in one sentence of all consumers of whom the same is missing', () => {
    const names = ['retry worker', 'billing', 'nightly', 'd', 'e', 'f']
    const missing = names.map(name => of('no-success', name))
    assert.equal(
      lackingText(missing),
      '6 consumers have not shown that they moved: retry worker, billing, nightly, d, e and 1 more.',
    )
  })

  test('is said of each consumer once, and then the most telling', () => {
    const missing = [
      of('truth-old', 'a'),
      of('no-success', 'a'),
      of('refused-with-new', 'a', { atMs: 0 }),
      of('truth-unknown', 'b'),
      of('no-success', 'c'),
    ]
    assert.equal(
      lackingText(missing),
      'a was refused with the version it should use, last at 1970-01-01T00:00:00.000Z. 2 consumers have not shown that they moved: c and b.',
    )
  })

  test('is said in no more sentences than anybody reads', () => {
    const missing = [
      of('restricted', 'a'),
      of('no-owner', 'b'),
      of('not-exercised', 'c'),
      of('degraded', 'd', { atMs: 0 }),
      of('errors-rose', null, { detail: '3 of 5' }),
    ]
    const text = lackingText(missing)
    assert.match(text, /^d works only in part .* 2 more things are missing\.$/)
    assert.equal(
      lackingText([of('errors-rose', null, { detail: '3 of 5' })]),
      'Authentication errors rose: 3 of 5.',
    )
    assert.equal(lackingText([]), '')
  })
})
