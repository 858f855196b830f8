// All rules on one bed, each on a plot of its own.
import type { Bed } from '../bed.ts'
import { refusalRules } from './refusals.ts'
import { rotationRules } from './rotations.ts'
import { type Rule, trialOn } from './rule.ts'
import { verbRules } from './verbs.ts'

export const rules: readonly Rule[] = [...verbRules, ...refusalRules, ...rotationRules]

export interface RuleResult {
  title: string
  is: 'kept' | 'broken' | 'not-tried'
  why: string | null
}

let plots = 0

export async function tryRule(bed: Bed, rule: Rule): Promise<RuleResult> {
  try {
    const plot = await bed.plot(`rk${process.pid % 10_000}r${++plots}`)
    const why = await rule.kept(trialOn(bed, plot))
    return { title: rule.title, is: why === null ? 'kept' : 'not-tried', why }
  } catch (error) {
    return {
      title: rule.title,
      is: 'broken',
      why: error instanceof Error ? (error.stack ?? error.message) : String(error),
    }
  }
}
