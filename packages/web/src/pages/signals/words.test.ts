import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { adviceOf, subjectText, whyLess } from './words.ts'

test('why less was done than was wanted is the last step down', () => {
  const reasons = [
    { code: 'policy', text: 'The policy says kill.' },
    { code: 'only-a-hint', text: 'It names the credential only.' },
  ]
  equal(whyLess({ wanted: 'kill', reaction: 'suspend', reasons }), 'It names the credential only.')
  equal(whyLess({ wanted: 'kill', reaction: 'kill', reasons }), null)
})

test('what has a button is no advice besides', () => {
  deepEqual(
    adviceOf([
      'What can be undone was done; look at it now.',
      'If it is true, kill: POST /api/v1/signals/s/kill.',
      'If it is not, dismiss it with the reason: POST /api/v1/signals/s/dismiss.',
    ]),
    ['What can be undone was done; look at it now.'],
  )
})

test('what a signal is about is said, also where it is nothing that is known', () => {
  equal(subjectText({ credential: null, version: null, own: null }), 'nothing that is known here')
  equal(subjectText({ credential: 'db', version: 3, own: null }), 'version 3 of db')
  equal(
    subjectText({ credential: null, version: null, own: { type: 'pat', id: 'x1' } }),
    "Rekey's own pat token x1",
  )
})
