// All mutants in one list. To add one: a sentence, a file, a text that occurs once in it, and what to put there.
import { effects } from './effects.ts'
import { evidence } from './evidence.ts'
import { kills } from './kills.ts'
import type { Mutant } from './mutant.ts'
import { records } from './records.ts'
import { skippedGates } from './skipped-gates.ts'
import { turns } from './turns.ts'

export const mutants: readonly Mutant[] = [
  ...skippedGates,
  ...evidence,
  ...turns,
  ...effects,
  ...records,
  ...kills,
]

export function mutantNamed(name: string): Mutant {
  const mutant = mutants.find(one => one.name === name)
  if (mutant === undefined) throw new Error(`there is no mutant ${name}`)
  return mutant
}
