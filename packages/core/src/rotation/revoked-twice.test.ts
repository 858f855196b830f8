import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { everyState, kinds, twoPeople } from './fixture-states.ts'
import { ask, fork, stepName, turn, type Walk } from './fixture-walk.ts'
import { arrivingSide, isUnderway, owedOf, type Rotation, revocationDue, stepOf } from './state.ts'

const { 'by alias': _alias, 'atomic with two live': _atomic, ...distinct } = kinds

/** As the runner does it: at each turn, what is compromised and not revoked so far. */
function kill(walk: Walk, killed: readonly number[]): void {
  const due = revocationDue(walk.state, killed)
  if (due.length > 0) ask(walk, { do: 'revokeNow', reason: 'it leaked', versions: due })
}

function finish(walk: Walk, killed: readonly number[]): Walk {
  const people = twoPeople()
  for (let turns = 0; turns < 300 && isUnderway(walk.state); turns++) {
    kill(walk, killed)
    const { phase, restricted } = walk.state
    for (const consumer of restricted) ask(walk, { do: 'lift', consumer, reason: 'proved' })
    const to = arrivingSide(walk.state)
    for (const { consumer } of owedOf(walk.state)) {
      const isBehind = walk.state.assignments[consumer]?.side !== to && stepOf(walk.state).do === 'observe'
      if (isBehind) ask(walk, { do: 'moveConsumer', consumer, to, reason: 'left behind' })
    }
    if (turn(walk, people) || !isUnderway(walk.state)) continue
    if (phase === 'held') ask(walk, { do: 'release' })
    if (phase === 'contained') ask(walk, { do: 'resume' })
    if (phase === 'stuck') ask(walk, { do: 'retry', reason: 'mended' })
  }
  return walk
}

const atOnce = new Set(['effectDone', 'effectFailed', 'restrictionLifted', 'rotationEnded'])
const orders = [
  [7, 8],
  [8, 7],
] as const

describe('two kill orders, one after the other', () => {
  for (const [kind, wishes] of Object.entries(distinct)) {
    test(`${kind}: from every state, and however far the first has come, both versions die and nobody is left with one`, () => {
      for (const start of everyState(wishes)) {
        for (const [first, second] of orders) {
          for (const between of [0, 5]) {
            const walk = fork(start)
            if (!isUnderway(walk.state)) continue
            const held = () =>
              isUnderway(walk.state) ? [walk.state.old?.version, walk.state.new?.version] : []
            if (!held().includes(first) || !held().includes(second)) continue
            kill(walk, [first])
            for (let turns = 0; turns < between && isUnderway(walk.state); turns++) turn(walk, twoPeople())
            const where = `${stepName(start.state)}, ${first} and after ${between} turns ${second}: ${stepName(walk.state)}`
            if (!isUnderway(walk.state)) continue
            const events = walk.events.length
            const end: Rotation = finish(walk, [first, second]).state
            assert.ok(end.phase === 'ended', `${where}: it is left at ${stepName(end)}`)
            // Its last call was under way: how that ends is told first, and what is left is for the next rotation.
            if (walk.events.slice(events).every(one => atOnce.has(one.type))) continue
            const live = [...walk.target].filter(([, is]) => is !== 'gone').map(([version]) => version)
            assert.deepEqual(live, [end.new?.version], where)
            assert.ok(!live.includes(first) && !live.includes(second), where)
          }
        }
      }
    })
  }
})
