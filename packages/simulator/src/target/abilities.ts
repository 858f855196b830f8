// What kind of target this world has: one, two or many live versions, able to disable or not, seeing who used what or not.
import { type Abilities, minuteMs, secondMs } from '@rekey/core'
import type { Dice } from '../dice.ts'

export function abilitiesOf(dice: Dice): Abilities {
  const usage = dice.pick('target.usage', ['none', 'none', 'perCaller', 'lastUsed'] as const)
  const canDisable = dice.happens('target.can-disable', 0.7)
  return {
    maxLive: dice.pick('target.max-live', [1, 2, 2, 2, 3, 10] as const),
    secretFrom: dice.happens('target.makes-values', 0.4) ? 'target' : 'us',
    canDisable,
    canEndSessions: dice.happens('target.can-end-sessions', 0.6),
    canList: dice.happens('target.can-list', 0.8),
    canCompareRights: dice.happens('target.can-compare', 0.5),
    usage,
    usageLagMs: usage === 'none' ? 0 : dice.pick('target.lag', [0, 5 * minuteMs, 30 * minuteMs] as const),
    propagationMs: dice.pick('target.propagation', [0, 0, 20 * secondMs] as const),
    byHand: canDisable && dice.happens('target.by-hand', 0.05) ? ['disable'] : [],
  }
}
