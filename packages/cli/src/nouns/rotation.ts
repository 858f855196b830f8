// rekey rotation: from the plan to the proof that the old version is dead.
import type { Verb } from '../verb.ts'
import {
  abort,
  contain,
  hold,
  lift,
  move,
  release,
  restrict,
  resume,
  retry,
  rollBack,
  start,
} from './rotation/decisions.ts'
import { handIn, handStep } from './rotation/hand.ts'
import { containment, gates, ledger, list, plan, runbook, show } from './rotation/looks.ts'
import { open } from './rotation/open.ts'
import { override, retire } from './rotation/retire.ts'
import { watch } from './rotation/watch.ts'

export const verbs: readonly Verb[] = [
  list,
  plan,
  open,
  show,
  watch,
  ledger,
  gates,
  runbook,
  start,
  hold,
  release,
  move,
  contain,
  containment,
  restrict,
  lift,
  resume,
  retry,
  rollBack,
  abort,
  retire,
  override,
  handStep,
  handIn,
]
