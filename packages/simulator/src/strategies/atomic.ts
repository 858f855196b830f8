// The value in the store is replaced, the deployments are restarted, and the old value is revoked at once.
import { minuteMs, secondMs } from '@rekey/core'
import type { Strategy } from './strategy.ts'
import { decisionMs, valuesOf } from './values.ts'

const rolloutMs = 5 * minuteMs

export const atomic: Strategy = {
  name: 'atomic',
  follows: 'Kubernetes documentation, "Secrets" and "kubectl rollout restart"',
  assumptions: [
    'A pipeline issues the new value, replaces the one in the store and revokes the old one, all within seconds.',
    'It restarts every registered deployment that runs; each is up again, with the new value, within five minutes. Images of tools and runs of schedules are not its business.',
    'A long run that is restarted in the middle is lost if it has no checkpoint. A leak is answered in the same way.',
  ],
  async begin(field, work) {
    const values = await valuesOf(field)
    const replace = (fromMs: number) => {
      values.at(fromMs, async () => {
        const old = values.current
        values.current = await values.issue()
        await values.end(old)
      })
      for (const member of field.members) {
        const { cadence, reload, idle } = member.truth
        const isDeployment = cadence.how === 'continuous' && reload.how !== 'by-hand'
        if (member.consumer === null || idle !== null || !isDeployment) continue
        const takesMs = Math.floor(rolloutMs * (0.2 + 0.8 * field.diceOf(member).roll('rollout')))
        values.at(fromMs + 2 * secondMs + takesMs, () => work().restart(member))
      }
    }
    return {
      signals: true,
      read: () => values.current,
      current: () => values.current,
      async rotate() {
        replace(field.nowMs)
      },
      async suspect() {
        replace(field.nowMs + decisionMs)
      },
      goTo: values.goTo,
    }
  },
}
