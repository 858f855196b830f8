import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Tally } from './tally.ts'

const subject = { credential: 'docs', consumer: 'web', version: 1 }

test('a count of more than a million is told in several statements, and then begins anew', () => {
  const admitted: Tally[] = []
  const waiting = { admit: (tally: Tally) => admitted.push(tally) > 0, lose: () => assert.fail() }
  const tally = new Tally(subject, 'replay', 'exception', waiting)
  for (let n = 0; n < 2_000_001; n++) tally.count('success', 1_000 + n)
  tally.count('outage', 5)
  assert.equal(admitted.length, 2)
  const said = tally.drain()
  assert.deepEqual(
    said.map(one => [one.outcome, one.times, one.firstMs, one.atMs]),
    [
      ['success', 1_000_000, 1_000, 2_001_000],
      ['success', 1_000_000, 1_000, 2_001_000],
      ['success', 1, 1_000, 2_001_000],
      ['outage', 1, 5, 5],
    ],
  )
  assert.deepEqual([said[0]!.lane, said[0]!.path], ['replay', 'exception'])
  assert.deepEqual(tally.drain(), [])
  tally.count('success', 9)
  assert.equal(tally.drain()[0]!.firstMs, 9)
})

test('what finds no room is told as lost, each time', () => {
  let lost = 0
  const lose = (_: unknown, times: number) => {
    lost += times
  }
  const tally = new Tally(subject, null, 'usual', { admit: () => false, lose })
  for (let n = 0; n < 3; n++) tally.count('success', n)
  assert.equal(lost, 3)
  assert.deepEqual(tally.drain(), [])
})
