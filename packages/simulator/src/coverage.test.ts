import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commandNames } from '@rekey/core'
import {
  count,
  merge,
  noCoverage,
  passed,
  places,
  unreachedAnswers,
  unreachedCrashes,
  unreachedPairs,
} from './coverage.ts'
import { simulate } from './simulate.ts'

test('what was never reached is listed, and what was is not', () => {
  const coverage = noCoverage()
  assert.equal(unreachedPairs(coverage).length, places.length * commandNames.length)
  const all = unreachedAnswers(coverage).length
  count(coverage.answers, 'probe: refused')
  count(coverage.answers, 'probe: said nothing of the kind')
  assert.equal(unreachedAnswers(coverage).length, all - 1)
  assert.ok(!unreachedAnswers(coverage).includes('probe: refused'))
})

test('a place is reached when somebody died there, not when all passed it', () => {
  const coverage = noCoverage()
  passed(coverage, 'store.commit:before', false)
  passed(coverage, 'store.commit:after', false)
  passed(coverage, 'store.commit:after', true)
  assert.deepEqual(unreachedCrashes(coverage), ['store.commit:before'])
})

test('a place is the phase, with the step where there is one', async () => {
  const known = new Set(places)
  const { pairs, answers } = (await simulate(5)).coverage
  assert.ok(pairs.size > 10 && answers.size > 3)
  for (const pair of pairs.keys()) {
    const [place, command] = pair.split(' × ')
    assert.ok(known.has(place!), `nobody counts on ${place}`)
    assert.ok((commandNames as readonly string[]).includes(command!), command)
  }
  const before = unreachedPairs(noCoverage()).length
  assert.equal(unreachedPairs({ ...noCoverage(), pairs }).length, before - pairs.size)
})

test('what two seeds reached is added up', async () => {
  const [one, two] = [(await simulate(3)).coverage, (await simulate(4)).coverage]
  const both = noCoverage()
  merge(both, one)
  merge(both, two)
  const sum = (of: typeof one) => {
    const total = (numbers: Iterable<number>) => [...numbers].reduce((sum, number) => sum + number, 0)
    return {
      granted: total([...of.pairs.values()].map(pair => pair.granted)),
      refused: total([...of.pairs.values()].map(pair => pair.refused)),
      passed: total([...of.points.values()].map(point => point.passed)),
      died: total([...of.points.values()].map(point => point.died)),
      answers: total(of.answers.values()),
      faults: total(of.faults.values()),
      outcomes: total(of.outcomes.values()),
    }
  }
  const [a, b, c] = [sum(one), sum(two), sum(both)]
  for (const name of Object.keys(c) as (keyof typeof c)[]) assert.equal(c[name], a[name] + b[name], name)
  assert.ok(c.granted > 0 && c.refused > 0 && c.faults > 0)
})
