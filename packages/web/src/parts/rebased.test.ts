import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rebased } from './rebased.ts'

test('what was entered here and what was saved there stand together', () => {
  const base = { name: 'Web', cache: '1 h', owner: { id: 'a', name: 'Ann' } }
  const mine = { ...base, name: 'Web shop' }
  const now = { ...base, cache: '5 min', owner: { id: 'b', name: 'Bob' } }
  assert.deepEqual(rebased(mine, base, now), { ...now, name: 'Web shop' })
})

test('where both changed the same, it is what was entered here', () => {
  assert.deepEqual(rebased({ a: 'mine', b: 1 }, { a: 'base', b: 1 }, { a: 'theirs', b: 2 }), {
    a: 'mine',
    b: 2,
  })
})

test('who entered nothing sees what is there now, and what stayed as it was is what was entered', () => {
  const now = { a: 2 }
  assert.equal(rebased({ a: 1 }, { a: 1 }, now), now)
  const mine = { a: 3 }
  assert.equal(rebased(mine, { a: 1 }, { a: 1 }), mine)
})

test('of a list, what was added and what was taken out is put on what is there', () => {
  const base = { production: ['kill', 'retire'] }
  const mine = { production: ['kill', 'override'] }
  const now = { production: ['kill', 'retire', 'reveal'], staging: ['kill'] }
  assert.deepEqual(rebased<Record<string, string[]>>(mine, base, now), {
    production: ['kill', 'reveal', 'override'],
    staging: ['kill'],
  })
})

test('a part that only one of them has stays, and one that was taken away and not touched here is gone', () => {
  type Some = Record<string, Record<string, string>>
  const mine: Some = { prod: { leak: 'kill' }, dev: { leak: 'page' } }
  const base: Some = { dev: { leak: 'page' } }
  assert.deepEqual(rebased<Some>(mine, base, {}), { prod: { leak: 'kill' } })
})
