import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { type Holder, inOrder, type Killed, type Step, standingOf } from './standing.ts'

const step = (name: Step['step'], state: Step['state']): Step => ({
  step: name,
  state,
  atMs: null,
  afterMs: null,
  text: '',
})
const holder = (instance: string, state: Holder['state'], afterMs: number | null): Holder => ({
  consumer: 'web',
  instance,
  agent: null,
  connected: true,
  state,
  how: '',
  held: null,
  afterMs,
})
const killed = (steps: Step[], holders: Holder[]): Killed => ({
  credential: 'db',
  version: 1,
  environment: 'prod',
  epoch: 1,
  rotation: null,
  steps,
  holders,
  consumers: [],
  lastUseAfterKillMs: null,
  providerRefusedAfterMs: null,
})

test('it is not over while one step or one holder is unconfirmed, and says which', () => {
  const one = killed(
    [step('revoke', 'confirmed'), step('resume', 'unconfirmed')],
    [holder('a', 'confirmed', 12), holder('b', 'unconfirmed', null)],
  )
  const standing = standingOf({ killed: [one], unconfirmed: [] })
  equal(standing.isOver, false)
  match(standing.text, /1 of 2 known holders/)
  match(standing.text, /The target refuses it/)
  match(standing.text, /Not everybody/)
})

test('before it is known who holds it, nobody is said to have stopped, and not that nobody holds it', () => {
  const one = (halt: Step['state']) => killed([step('revoke', 'unconfirmed'), step('halt', halt)], [])
  match(standingOf({ killed: [one('unconfirmed')], unconfirmed: [] }).text, /is being told/)
  match(standingOf({ killed: [one('confirmed')], unconfirmed: [] }).text, /Nobody is known to hold it/)
})

test('it is over when every step is confirmed or not needed and nothing is left unconfirmed', () => {
  const one = killed([step('revoke', 'confirmed'), step('resume', 'not-needed')], [])
  equal(standingOf({ killed: [one], unconfirmed: [] }).isOver, true)
  const left = { credential: 'db', consumer: null, instance: null, what: 'w', how: 'h' }
  equal(standingOf({ killed: [one], unconfirmed: [left] }).isOver, false)
})

test('of several versions it counts', () => {
  const done = killed([step('revoke', 'confirmed'), step('resume', 'confirmed')], [])
  const open = killed([step('revoke', 'unconfirmed'), step('resume', 'unconfirmed')], [])
  match(standingOf({ killed: [done, open], unconfirmed: [] }).text, /1 of 2 versions are refused/)
})

test('holders that have not confirmed stand first, then the slowest', () => {
  const all = [holder('a', 'confirmed', 5), holder('b', 'confirmed', 50), holder('c', 'unconfirmed', null)]
  deepEqual(
    inOrder(all).map(one => one.instance),
    ['c', 'b', 'a'],
  )
})
