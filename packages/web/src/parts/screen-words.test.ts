import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { forScreen } from './screen-words.ts'

test('addresses of the API are left off where a button does the same', () => {
  equal(forScreen('Reach it. Or answer for it: POST /kills/:id/dismiss.'), 'Reach it. Or answer for it.')
  equal(forScreen('If it is true, kill: POST /api/v1/signals/s1/kill.'), 'If it is true, kill.')
  equal(
    forScreen('Revoke it; GET /api/v1/kills says what came.'),
    'Revoke it; the page of the kill says what came.',
  )
})

test('what has no address of the API stays as it is', () => {
  equal(forScreen('It is tried until it does: see the target.'), 'It is tried until it does: see the target.')
})
