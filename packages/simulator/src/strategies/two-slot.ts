// Two users, or two keys, that take turns on a calendar: the slot that is not in use gets a new value and is published. What was
// in that slot dies in that moment.
import { secondMs } from '@rekey/core'
import type { Held } from '../fleet/member.ts'
import type { Strategy } from './strategy.ts'
import { decisionMs, valuesOf } from './values.ts'

const runMs = 30 * secondMs

export const twoSlot: Strategy = {
  name: 'two-slot',
  follows:
    'AWS Secrets Manager User Guide, "Lambda function rotation strategies" (alternating users); Microsoft Learn, "Automate the rotation of a secret for resources that have two sets of authentication credentials"',
  assumptions: [
    'A rotation gives the slot that is not in use a new value and publishes it 30 seconds later. Nobody looks at consumers, and nobody restarts one.',
    'A value dies when its slot is used again, at the next rotation but one after it was made: it goes on being valid for a whole cycle of thirty days after its successor was published.',
    'A leak is answered with two rotations one after the other, because only the second one uses the leaked value’s slot again.',
  ],
  async begin(field) {
    const values = await valuesOf(field)
    const slots: [Held, Held | null] = [values.current, null]
    let used: 0 | 1 = 0
    const rotate = (fromMs: number, then?: () => void) => {
      values.at(fromMs, async () => {
        const free = used === 0 ? 1 : 0
        const before = slots[free]
        if (before !== null) await values.end(before)
        const fresh = await values.issue()
        slots[free] = fresh
        values.at(fromMs + runMs, () => {
          used = free
          values.current = fresh
          then?.()
        })
      })
    }
    return {
      signals: true,
      read: () => values.current,
      current: () => values.current,
      async rotate() {
        rotate(field.nowMs)
      },
      async suspect() {
        rotate(field.nowMs + decisionMs, () => rotate(field.nowMs))
      },
      goTo: values.goTo,
    }
  },
}
