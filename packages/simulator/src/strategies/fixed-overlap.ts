// A new value is published and the old one ends after a window of fixed length, whoever still uses it.
import { hourMs, minuteMs, secondMs } from '@rekey/core'
import type { Strategy } from './strategy.ts'
import { decisionMs, valuesOf } from './values.ts'

const windowMs = 24 * hourMs
const publishMs = 30 * secondMs

export const fixedOverlap: Strategy = {
  name: 'fixed-overlap',
  follows: 'Stripe documentation, "API keys" (rolling a key, with an end for the old one)',
  assumptions: [
    'The new value is published within 30 seconds; the old one is deleted 24 hours later. Nobody looks at consumers, and nobody restarts one.',
    'After a leak a person rolls the key and sets the end of the old one to now: 2 to 5 minutes in the vendor’s console.',
  ],
  async begin(field) {
    const values = await valuesOf(field)
    const rotate = async (fromMs: number, endsMs: number) => {
      values.at(fromMs, async () => {
        const old = values.current
        const fresh = await values.issue()
        values.at(fromMs + publishMs, () => {
          values.current = fresh
        })
        values.at(endsMs, () => values.end(old))
      })
    }
    return {
      signals: true,
      read: () => values.current,
      current: () => values.current,
      rotate: () => rotate(field.nowMs, field.nowMs + windowMs),
      async suspect() {
        const fromMs = field.nowMs + decisionMs + field.dice.between('console', 2 * 60, 5 * 60) * secondMs
        field.tally.peopleMinutes += (fromMs - field.nowMs) / minuteMs
        await rotate(fromMs, fromMs)
      },
      goTo: values.goTo,
    }
  },
}
