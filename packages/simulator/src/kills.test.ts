import assert from 'node:assert/strict'
import { test } from 'node:test'
import { simulate } from './simulate.ts'

const seeds = 24

test('no kill breaks an invariant, wherever it strikes', async () => {
  const counts = new Map<string, number>()
  for (let seed = 1; seed <= seeds; seed++) {
    const { violations, coverage } = await simulate(seed, { kills: true })
    assert.deepEqual(violations, [], `npm run simulate -- --kills --seed ${seed}`)
    for (const [name, count] of coverage.kills) counts.set(name, (counts.get(name) ?? 0) + count)
  }
  for (const name of ['versions killed', 'answers: applied', 'holders cut off', 'orders and rings lost'])
    assert.ok((counts.get(name) ?? 0) > 0, `${name}: nothing was proved`)
  const places = [...counts.keys()].filter(name => name.startsWith('at '))
  assert.ok(places.length > 8, `${places}`)
  const forged = [...counts.keys()].filter(name => name.startsWith('forged: '))
  assert.ok(forged.length > 8, `${forged}`)
})

test('a seed with kills is the same again, to the last letter, and another world than without', async () => {
  const one = await simulate(12, { kills: true, keep: true })
  const again = await simulate(12, { kills: true, keep: true })
  assert.deepEqual(again.lines, one.lines)
  assert.equal(again.hash, one.hash)
  assert.notEqual((await simulate(12)).hash, one.hash)
})
