import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Abilities, abilitiesInWords, notProved, proofOf } from './abilities.ts'

const able: Abilities = {
  maxLive: 100,
  secretFrom: 'us',
  canDisable: true,
  canEndSessions: true,
  canList: true,
  canCompareRights: true,
  usage: 'perCaller',
  usageLagMs: 0,
  propagationMs: 0,
  byHand: [],
}

test('a target that can do all of it leaves nothing unproved', () => {
  assert.deepEqual(notProved(able), [])
  assert.deepEqual(
    abilitiesInWords(able).map(one => one.is),
    ['can', 'can', 'can', 'can', 'can', 'can', 'can'],
  )
})

test('each ability that is missing is said as what cannot be proved', () => {
  const poor: Abilities = {
    ...able,
    maxLive: 1,
    canDisable: false,
    canList: false,
    canCompareRights: false,
    usage: 'none',
    byHand: ['mint', 'probe'],
    byHandMs: 86_400_000,
  }
  assert.equal(notProved(poor).length, 5)
  const words = abilitiesInWords(poor)
  assert.equal(words.at(-1)!.text.includes('1 d'), true)
  assert.equal(words.find(one => one.name === 'Two valid versions')!.is, 'cannot')
})

test('a look at who is connected never proves that nobody is', () => {
  assert.match(notProved({ ...able, usage: 'sessions' })[0]!, /nobody/)
  assert.match(notProved({ ...able, usage: 'lastUsed', usageLagMs: 3_600_000 })[1]!, /1 h/)
})

test('what nobody has tried says so', () => {
  assert.deepEqual(
    ['server', 'contract', null, 'something'].map(one => proofOf(one).is),
    ['can', 'partly', 'cannot', 'cannot'],
  )
})
