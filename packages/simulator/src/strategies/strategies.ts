// The strategies that are compared, in the order in which they are shown.
import { atomic } from './atomic.ts'
import { byHand } from './by-hand.ts'
import { fixedOverlap } from './fixed-overlap.ts'
import { rekey } from './rekey.ts'
import { stagingLabels } from './staging-labels.ts'
import type { Strategy } from './strategy.ts'
import { twoSlot } from './two-slot.ts'

export const strategies: readonly Strategy[] = [byHand, atomic, stagingLabels, twoSlot, fixedOverlap, rekey]
