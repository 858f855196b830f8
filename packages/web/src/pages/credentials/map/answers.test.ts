import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answersOf } from './answers.ts'

const ref = { consumer: 'web', name: 'Web', owner: null }

test('the five questions are answered with names and notes, and what nobody knows is a sixth', () => {
  const { questions, verdict } = answersOf({
    questions: {
      authenticates: { direct: [ref], indirect: [{ ...ref, through: ['a', 'b'], reachesTarget: false }] },
      refreshesOnlyOnRestart: [{ ...ref, how: 'restart', documented: false }],
      keepsSessions: [{ ...ref, sessionMs: 5, checkpoints: true }],
      rareOrEmergency: [{ ...ref, pathClass: 'exception', lastExercisedAtMs: null }],
      boundaries: { tolerateTwo: [ref], onlyOne: [] },
      unknown: [{ ...ref, what: 'owner' }],
    },
    readiness: { verdict: 'not-ready', items: [] },
    advice: [],
  })
  assert.deepEqual(
    questions.map(one => [one.id, one.answers.length]),
    [
      ['authenticates', 2],
      ['restart', 1],
      ['sessions', 1],
      ['rare', 1],
      ['one', 0],
      ['unknown', 1],
    ],
  )
  assert.match(questions[0]!.answers[1]!.note!, /a, then b.*does not reach/)
  assert.match(questions[1]!.answers[0]!.note!, /not written down/)
  assert.equal(questions[4]!.none, 'Nowhere: all tolerate two.')
  assert.equal(verdict, 'not-ready')
})

test('what is missing says how to mend it, and whom it concerns', () => {
  const { readiness, advice } = answersOf({
    questions: null,
    readiness: {
      items: [{ check: 'x', ok: false, missing: [{ consumer: 'web', text: 'a', how: 'b', blocks: true }] }],
    },
    advice: [{ advice: 'split', text: 'c', how: 'd', consumers: ['web', 5] }],
  })
  assert.deepEqual(readiness, [{ text: 'a', how: 'b', consumers: ['web'], blocks: true }])
  assert.deepEqual(advice, [{ advice: 'split', text: 'c', how: 'd', consumers: ['web'], blocks: false }])
})

test('an answer of another shape is nothing, and fails nobody', () => {
  for (const odd of [null, undefined, 5, 'x', [], {}]) {
    const { questions, verdict, readiness, advice } = answersOf({
      questions: odd,
      readiness: odd,
      advice: odd,
    })
    assert.equal(questions.length, 6)
    assert.deepEqual([verdict, readiness, advice], [null, [], []])
  }
})
