import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { matching } from './matching.ts'

const choices = [
  { value: 'billing-db', text: 'The database of billing', note: 'production' },
  { value: 'orders', text: 'Database of orders', note: 'staging' },
  { value: 'llm', text: 'Language model', note: 'production' },
]
const found = (typed: string, most = 10) => matching(choices, typed, most).shown.map(one => one.value)

test('nothing typed means all of them, as they stand', () => {
  deepEqual(found(''), ['billing-db', 'orders', 'llm'])
})

test('all words must be there, in name, id or note, whatever their case', () => {
  deepEqual(found('PRODUCTION database'), ['billing-db'])
  deepEqual(found('nothing'), [])
})

test('what begins with what was typed comes first', () => {
  deepEqual(found('database'), ['orders', 'billing-db'])
})

test('of many, the first are shown and the rest is counted', () => {
  const { shown, more } = matching(choices, 'a', 1)
  equal(shown.length, 1)
  equal(more, 2)
})
