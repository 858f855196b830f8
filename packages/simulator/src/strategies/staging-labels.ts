// Four steps and three labels: a new value is created under "pending", set at the target, tested, and becomes "current"; the one
// before becomes "previous" and ends when the next rotation takes that label from it.
import { secondMs } from '@rekey/core'
import type { Held } from '../fleet/member.ts'
import type { Strategy } from './strategy.ts'
import { decisionMs, valuesOf } from './values.ts'

const stepMs = 15 * secondMs

export const stagingLabels: Strategy = {
  name: 'staging-labels',
  follows: 'AWS Secrets Manager User Guide, "Rotation by Lambda function"',
  assumptions: [
    'The steps create, set, test and finish take 15 seconds each. Nobody looks at consumers, and nobody restarts one.',
    'The previous value stays valid for a whole cycle: the next rotation, thirty days later, deletes it at its end.',
    'A leak is answered with two rotations one after the other, because the first one only makes the leaked value the previous one.',
  ],
  async begin(field) {
    const values = await valuesOf(field)
    let previous: Held | null = null
    const rotate = (fromMs: number, then?: () => void) => {
      let pending: Held
      values.at(fromMs + stepMs, async () => {
        pending = await values.issue()
      })
      values.at(fromMs + 4 * stepMs, async () => {
        const ended = previous
        previous = values.current
        values.current = pending
        if (ended !== null) await values.end(ended)
        then?.()
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
