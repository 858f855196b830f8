// The luck of one consumer. It hangs on nobody else's, so that a consumer is called, retries and is deployed at the same
// moments under every strategy; and what goes wrong for reasons that have nothing to do with credentials is left out.
import { minuteMs } from '@rekey/core'
import type { Dice } from '../dice.ts'

/** Chances that are meant for a step of this length. */
const usualStepMs = 30 * minuteMs
const perStep = new Set(['fleet.called', 'fleet.retry'])

export function memberDice(dice: Dice, member: string, stepMs: () => number): Dice {
  const named = (name: string) => `${name} of ${member}`
  return {
    roll: name => dice.roll(named(name)),
    between: (name, low, high) => dice.between(named(name), low, high),
    pick: (name, from) => dice.pick(named(name), from),
    happens(name, chance) {
      if (name === 'fleet.other-trouble') return false
      const share = perStep.has(name) ? stepMs() / usualStepMs : 1
      return dice.happens(named(name), Math.min(1, chance * share))
    },
    strikes: () => false,
  }
}

/** What is registered is true: nobody comes back later than was said. */
export function truthful(dice: Dice): Dice {
  return {
    ...dice,
    happens: (name, chance) => (name === 'fleet.understated' ? false : dice.happens(name, chance)),
  }
}
