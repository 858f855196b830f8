import assert from 'node:assert/strict'
import { test } from 'node:test'
import { first, parsePath, select } from './json-path.ts'

const answer = {
  data: [
    { id: 'a', tags: [1, 2] },
    { id: 'b', tags: [] },
  ],
  meta: { next: null },
}

test('a path leads to one thing, to all of a list, or to nothing', () => {
  assert.equal(first('$.data[1].id', answer), 'b')
  assert.deepEqual(select('$.data[*].id', answer), ['a', 'b'])
  assert.deepEqual(select('$.data[*].tags[*]', answer), [1, 2])
  assert.deepEqual(select('$[*]', [3, 4]), [3, 4])
  assert.equal(first('$.meta.next', answer), null)
  assert.equal(first('$.data[7].id', answer), undefined)
})

test('a list that is not there is not an empty list', () => {
  assert.equal(select('$.keys[*]', answer), null)
  assert.equal(select('$.meta[*]', answer), null)
  assert.deepEqual(select('$.data[*]', { data: [] }), [])
})

test('only what an object holds itself is found', () => {
  assert.equal(first('$.constructor', {}), undefined)
  assert.equal(first('$.length', 'text'), undefined)
  assert.equal(first('$[0]', 'text'), undefined)
})

test('what is not of the small language is no path', () => {
  for (const text of ['', 'data', '$data', '$.', '$..a', '$.a[?(@.b)]', '$.a[-1]', "$['a']", '$.a b', '$[*'])
    assert.equal(parsePath(text), null, text)
  assert.deepEqual(parsePath('$'), [])
})
