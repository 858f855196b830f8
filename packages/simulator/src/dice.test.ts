import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Dice, diceOf } from './dice.ts'

function thrown(seed: number, only: ReadonlySet<string> | null = null): { dice: Dice; struck: string[] } {
  const struck: string[] = []
  return { dice: diceOf({ seed, only, struck: fault => struck.push(fault) }), struck }
}

/** Two hundred chances of each of three faults, with other draws between them. */
function story(only: ReadonlySet<string> | null) {
  const { dice, struck } = thrown(5, only)
  const rolls: number[] = []
  for (let n = 0; n < 200; n++) {
    for (const fault of ['lost', 'late', 'twice']) {
      dice.strikes(fault, 0.1)
      rolls.push(dice.roll(`beside-${fault}`))
    }
  }
  return { struck, rolls }
}

test('leaving one fault out leaves the luck of all others as it was', () => {
  const all = story(null)
  assert.ok(all.struck.length > 30)
  for (const out of all.struck) {
    const without = story(new Set(all.struck.filter(fault => fault !== out)))
    assert.deepEqual(
      without.struck,
      all.struck.filter(fault => fault !== out),
    )
    assert.deepEqual(without.rolls, all.rolls)
  }
})

test('what is not allowed to strike is not told either', () => {
  assert.deepEqual(story(new Set()).struck, [])
})

test('a fault bears its name and how often it had its chance before', () => {
  const { dice, struck } = thrown(1)
  for (let n = 0; n < 3; n++) dice.strikes('lost', 1)
  dice.strikes('late', 1)
  assert.deepEqual(struck, ['lost#0', 'lost#1', 'lost#2', 'late#0'])
})

test('something that belongs to the world happens whatever may strike', () => {
  const [all, none] = [thrown(3), thrown(3, new Set())]
  const drawn = ({ dice }: typeof all) => Array.from({ length: 50 }, () => dice.happens('rain', 0.5))
  const happened = drawn(all)
  assert.ok(happened.includes(true) && happened.includes(false))
  assert.deepEqual(drawn(none), happened)
})

test('a whole number is drawn from both ends and never beyond them', () => {
  const { dice } = thrown(9)
  const drawn = new Set(Array.from({ length: 500 }, () => dice.between('n', -2, 3)))
  assert.deepEqual([...drawn].sort(), [-2, -1, 0, 1, 2, 3].sort())
})

/** Sixteen boxes: above 37.7 it is no chance (15 degrees of freedom, one in a thousand). */
function chiSquare(draws: readonly number[]): number {
  const boxes = new Array<number>(16).fill(0)
  for (const draw of draws) boxes[Math.floor(draw * 16)]!++
  const expected = draws.length / 16
  return boxes.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
}

const tenThousand = Array.from({ length: 10_000 }, (_, at) => at)
const limit = 37.7

test('draws are even within a name, over names and over seeds', () => {
  const { dice } = thrown(1)
  const rolled: Record<string, number[]> = {
    'one name': tenThousand.map(() => dice.roll('one')),
    'many names': tenThousand.map(at => dice.roll(`name-${at}`)),
    'seed after seed': tenThousand.map(seed => thrown(seed).dice.roll('one')),
  }
  for (const [what, draws] of Object.entries(rolled)) {
    assert.ok(
      draws.every(draw => draw >= 0 && draw < 1),
      what,
    )
    assert.ok(chiSquare(draws) < limit, `${what}: ${chiSquare(draws)}`)
  }
})

test('what one draw gives says nothing about the next, nor one seed about its neighbour', () => {
  const { dice } = thrown(1)
  const pairs = (draw: (at: number) => readonly [number, number]) =>
    tenThousand.map(at => {
      const [one, other] = draw(at)
      // Even only if the two are independent of one another.
      return (Math.floor(one * 4) * 4 + Math.floor(other * 4)) / 16
    })
  assert.ok(chiSquare(pairs(() => [dice.roll('n'), dice.roll('n')])) < limit)
  assert.ok(chiSquare(pairs(at => [thrown(at).dice.roll('n'), thrown(at + 1).dice.roll('n')])) < limit)
})

test('the test of evenness sees what is not even', () => {
  const { dice } = thrown(1)
  assert.ok(chiSquare(tenThousand.map(() => dice.roll('one') ** 1.1)) > limit)
})
