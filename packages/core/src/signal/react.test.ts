import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { decideReaction, type ReactionFacts, whatToDo } from './react.ts'
import { detectedKinds, isStronger, type MatchedBy, reactions, signalKinds } from './signal.ts'

const facts = (more: Partial<ReactionFacts> = {}): ReactionFacts => ({
  kind: 'public-leak',
  wanted: 'kill',
  verified: true,
  how: 'value',
  inScope: true,
  life: 'live',
  killsLately: 0,
  killsAllowed: 3,
  ...more,
})
const outcome = (more: Partial<ReactionFacts>) => {
  const { reaction, reasons } = decideReaction(facts(more))
  return [reaction, ...reasons.map(one => one.code).slice(1)]
}

describe('a kill without a person', () => {
  test('needs a verified channel, an exact match and a policy that says so', () => {
    assert.deepEqual(outcome({}), ['kill'])
    assert.deepEqual(outcome({ how: 'handle' }), ['kill'])
    assert.deepEqual(outcome({ verified: false }), ['suspend', 'not-verified'])
    assert.deepEqual(outcome({ how: 'hint' }), ['suspend', 'only-a-hint'])
    assert.deepEqual(outcome({ how: null }), ['page', 'nothing-matched'])
    assert.deepEqual(outcome({ wanted: 'page' }), ['page'])
  })

  test('is never there in any other combination', () => {
    const hows: (MatchedBy | null)[] = ['value', 'handle', 'hint', null]
    for (const kind of signalKinds)
      for (const wanted of reactions)
        for (const verified of [true, false])
          for (const how of hows)
            for (const inScope of [true, false])
              for (const life of ['live', 'killed', 'dead', 'unknown'] as const)
                for (const killsLately of [0, 3]) {
                  const given = facts({ kind, wanted, verified, how, inScope, life, killsLately })
                  const { reaction, reasons } = decideReaction(given)
                  assert.ok(!isStronger(reaction, wanted), JSON.stringify(given))
                  assert.ok(reaction === wanted || reasons.length > 1, 'it was brought down without a word')
                  if (reaction !== 'kill') continue
                  assert.ok(
                    verified && inScope && (how === 'value' || how === 'handle'),
                    JSON.stringify(given),
                  )
                  assert.ok(!detectedKinds.has(kind) && killsLately < 3 && wanted === 'kill')
                  assert.ok(life === 'live' || life === 'unknown')
                }
  })

  test('becomes a page above the limit, and says so', () => {
    assert.deepEqual(outcome({ killsLately: 3 }), ['page', 'too-many-kills'])
    assert.deepEqual(outcome({ killsAllowed: 0 }), ['page', 'too-many-kills'])
    const decided = decideReaction(facts({ killsLately: 3 }))
    assert.match(whatToDo(decided, 'leak', 'i-1', true).join(' '), /gone mad.*signals\/i-1\/kill/)
  })
})

describe('what nobody vouches for', () => {
  test('moves away from a value that it shows, and does no more than page without it', () => {
    for (const wanted of ['suspend', 'rotate'] as const) {
      assert.deepEqual(outcome({ wanted, verified: false }), [wanted])
      assert.deepEqual(outcome({ wanted, verified: false, how: 'handle' }), ['page', 'not-verified'])
      assert.deepEqual(outcome({ wanted, verified: false, how: 'hint' }), ['page', 'not-verified'])
    }
  })
})

test('a version that is dead or killed already is only noted', () => {
  assert.deepEqual(outcome({ life: 'dead' }), ['note', 'version-dead'])
  assert.deepEqual(outcome({ life: 'killed', wanted: 'rotate' }), ['note', 'version-killed'])
  assert.deepEqual(outcome({ life: 'killed', wanted: 'page' }), ['page'])
})

test('a dead version that works is paged at least, whatever its life', () => {
  const kind = 'dead-version-success'
  for (const life of ['dead', 'killed'] as const)
    assert.equal(decideReaction(facts({ kind, life, how: 'hint', wanted: 'rotate' })).reaction, 'page')
  const decided = decideReaction(facts({ kind, life: 'killed', how: 'hint', wanted: 'page' }))
  assert.match(whatToDo(decided, kind, 'i-1', true)[0] ?? '', /Revoke it at the target again/)
})

test('a channel does nothing in an environment that it does not speak for, and pages', () => {
  assert.deepEqual(outcome({ inScope: false }), ['page', 'out-of-scope'])
})
