import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ghostIn, type Missing, missingIn, Refusals, shortly } from './refusals.ts'

const cron: Missing = {
  gate: 'rarePaths',
  what: 'not-exercised',
  consumer: 'cron',
  text: 'the cron has not been run',
}
const ghost: Missing = {
  gate: 'ghosts',
  what: 'ghost',
  consumer: null,
  text: 'forgotten/1 used the credential and is not registered, last at 2026-01-01T00:00:00Z',
}
const quiet: Missing = { gate: 'quiet', what: 'too-soon', consumer: 'cron', text: 'it may still come back' }
const nameOf = (id: string) => `the ${id}`

test('a refusal names who is missing, once, and leaves out what only takes time', () => {
  const refusals = new Refusals()
  assert.deepEqual(refusals.take([cron, quiet, ghost], nameOf), [cron, ghost])
  assert.deepEqual(refusals.take([cron, ghost], nameOf), [])
  assert.deepEqual(
    refusals.demands.map(({ who, gate, isMet }) => [who, gate, isMet]),
    [
      ['the cron', 'rarePaths', false],
      ['forgotten/1', 'ghosts', false],
    ],
  )
  assert.equal(refusals.times, 2)
})

test('what is not said any more is met, and is open again when it is said again', () => {
  const refusals = new Refusals()
  refusals.take([cron, ghost], nameOf)
  refusals.take([ghost], nameOf)
  assert.deepEqual(
    refusals.demands.map(one => one.isMet),
    [true, false],
  )
  refusals.take([cron], nameOf)
  assert.deepEqual(
    refusals.demands.map(one => one.isMet),
    [false, true],
  )
})

test('what was named before anybody asked is told with the first refusal all the same', () => {
  const refusals = new Refusals()
  refusals.note([cron], nameOf)
  assert.deepEqual(refusals.take([cron], nameOf), [cron])
})

test('a ghost is the same one although its last use moves on', () => {
  const refusals = new Refusals()
  refusals.take([ghost], nameOf)
  const later = { ...ghost, text: ghost.text.replace('00:00:00', '00:00:09') }
  assert.deepEqual(refusals.take([later], nameOf), [])
  assert.deepEqual([ghostIn(ghost), ghostIn(cron)], ['forgotten/1', null])
  assert.equal(shortly(ghost), 'forgotten/1 used the credential and is not registered')
})

test('a refusal without a list is itself what is missing', () => {
  const faults = [
    { code: 'observing', text: 'it lasts' },
    { code: 'gate-ghosts', text: 'closed', missing: [ghost] },
  ]
  assert.deepEqual(
    missingIn(faults).map(one => one.what),
    ['observing', 'ghost'],
  )
})
