// One fleet at one target, on which a strategy is tried. The fleet is the simulator's own; here it gets its time, its luck,
// the target's answers, and people who mend what broke.
import { type Abilities, hourMs, minuteMs } from '@rekey/core'
import { type Dice, diceOf } from '../dice.ts'
import type { Member } from '../fleet/member.ts'
import { muster } from '../fleet/muster.ts'
import { type Target, targetOf } from '../target/target.ts'
import { type Days, daysOf } from './days.ts'
import { type Lives, livesOf } from './lives.ts'
import { memberDice, truthful } from './member-dice.ts'
import { newTally, type Tally } from './tally.ts'

export interface Field {
  seed: number
  nowMs: number
  /** How long the step is that the fleet lives through now. */
  stepMs: number
  days: Days
  target: Target
  members: Member[]
  lives: Lives
  tally: Tally
  /** For what the strategy's own people do. */
  dice: Dice
  diceOf(member: Member): Dice
  newValue(): string
}

export const credentialId = 'cred'

const abilities: Abilities = {
  maxLive: 10,
  secretFrom: 'us',
  canDisable: true,
  canEndSessions: true,
  canList: true,
  canCompareRights: true,
  usage: 'perCaller',
  usageLagMs: 5 * minuteMs,
  propagationMs: 0,
  byHand: [],
}

export function fieldOf(seed: number): Field {
  const luck = diceOf({ seed, only: null, struck: () => {} })
  const days = daysOf(luck, seed)
  let values = 0
  const newValue = () => `value-${seed}-${++values}-${'x'.repeat(16)}`
  let made: Field | null = null
  const target = targetOf(abilities, () => made?.nowMs ?? days.startMs, newValue)
  const byMember = new Map<Member, Dice>()
  const field: Field = {
    seed,
    nowMs: days.startMs,
    stepMs: 0,
    days,
    target,
    members: muster(truthful(luck), {
      credential: credentialId,
      abilities,
      nowMs: days.startMs,
      toldOf: 0,
      size: luck.pick('field.size', [1, 2, 2, 3, 3, 4, 5, 7] as const),
    }),
    lives: livesOf(target),
    tally: newTally(),
    dice: luck,
    diceOf(member) {
      let dice = byMember.get(member)
      if (dice === undefined) {
        dice = memberDice(luck, member.truth.id, () => field.stepMs)
        byMember.set(member, dice)
      }
      return dice
    },
    newValue,
  }
  made = field
  return field
}

export const isIncident = ({ nowMs, days }: Field) => nowMs > days.suspectedMs

/** A run that nobody may end in the middle: its work would be lost. */
export function inLongRun({ truth, instances }: Member, nowMs: number): number | null {
  if (truth.sessionMs <= hourMs || truth.checkpoints) return null
  const ends = instances.flatMap(({ session }) =>
    session !== null && session.untilMs > nowMs ? [session.untilMs] : [],
  )
  return ends.length === 0 ? null : Math.max(...ends)
}
