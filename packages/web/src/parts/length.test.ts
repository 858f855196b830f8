import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exactLength, readLength } from './length.ts'

test('a length of time is read as people write it', () => {
  assert.equal(readLength('30 d'), 2_592_000_000)
  assert.equal(readLength('1d12h'), 129_600_000)
  assert.equal(readLength(' 90 min '), 5_400_000)
  assert.equal(readLength('2 weeks'), 1_209_600_000)
  assert.equal(readLength('1.5 h'), 5_400_000)
  assert.equal(readLength('500 ms'), 500)
  assert.equal(readLength('0'), 0)
})

test('what is no length of time is not guessed at', () => {
  for (const text of ['', '30', 'soon', '3 x', '-3 d', 'd 3', '1e99 w', '3 d and'])
    assert.equal(readLength(text), null, text)
})

test('a length that is written out reads as the same again', () => {
  for (const ms of [0, 1, 999, 1_000, 61_001, 90_061_001, 2_592_000_000]) {
    assert.equal(readLength(exactLength(ms)), ms)
  }
  assert.equal(exactLength(93_600_000), '1 d 2 h')
})
