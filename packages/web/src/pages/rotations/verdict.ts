// The one question in the middle of a rotation: who is still on the old version, and may I retire it? Answered from what the API says,
// without a guess: unknown is not "no".
import type { LedgerView, RotationView } from '@rekey/wire'
import type { Answer } from '../../api/ask.ts'

export type GatesView = Answer<'rotations.gates'>

export type Verdict = {
  tone: 'good' | 'warn' | 'bad' | 'plain'
  /** The answer, in a sentence. */
  text: string
  /** What it waits for, or what comes next. */
  next: string | null
  /** Who keeps it, with the first thing that each of them lacks. */
  holders: readonly Holder[]
  mayRetire: boolean
}

export interface Holder {
  consumer: string
  name: string
  truth: LedgerView['rows'][number]['truth']
  text: string
  how: string
  more: number
}

type Ledger = Pick<LedgerView, 'rows' | 'leaving' | 'arriving' | 'ghosts'>
type Gates = Pick<GatesView, 'stage' | 'open' | 'gates' | 'nowMs'>

export function verdictOf(rotation: RotationView, ledger: Ledger, gates: Gates | null): Verdict {
  const holders = holdersOf(ledger)
  const old = ledger.leaving === null ? 'the old version' : `version ${ledger.leaving}`
  const none = { holders: [], mayRetire: false }
  if (rotation.phase === 'ended') return { ...none, ...endedText(rotation) }
  if (rotation.phase === 'planned') {
    return { ...none, tone: 'plain', text: 'It has not begun.', next: waits(rotation) }
  }
  const stays = stayText(holders, ledger, old)
  if (rotation.phase !== 'running') {
    const text = `${phaseText(rotation)} ${stays}`
    return { tone: 'bad', text, next: waits(rotation), holders, mayRetire: false }
  }
  if (!rotation.plan.course.some(step => step.startsWith('observe before leaving old'))) {
    return { tone: 'plain', text: stays, next: waits(rotation), holders, mayRetire: false }
  }
  if (isAskedForDecision(rotation, gates)) {
    const text = `Every gate is open: ${old} may be retired.`
    return { tone: 'good', text, next: approvalText(rotation), holders: [], mayRetire: true }
  }
  if (isBeingRetired(rotation)) {
    return {
      tone: 'good',
      text: `It was decided: ${old} is being retired.`,
      next: waits(rotation),
      holders,
      mayRetire: false,
    }
  }
  return { tone: 'warn', text: `Not yet. ${stays}`, next: waits(rotation), holders, mayRetire: false }
}

/** All that the world can show is shown, for as long as was agreed; what is left is a person's to say. */
const isAskedForDecision = ({ step }: RotationView, gates: Gates | null) =>
  step?.do === 'observe' &&
  gates?.stage === 'retire' &&
  gates.nowMs >= (step.notBeforeMs ?? 0) &&
  gates.gates.length > 0 &&
  gates.gates.every(({ gate, open }) => open || gate === 'decision')

const ending = new Set(['disable', 'endSessions', 'watch', 'destroy'])
const isBeingRetired = ({ step, old }: RotationView) =>
  ending.has(step?.do ?? '') || old?.life === 'suspended' || old?.life === 'destroyed'

function endedText({
  ending,
  because,
  old,
  new: fresh,
}: RotationView): Pick<Verdict, 'tone' | 'text' | 'next'> {
  if (ending === 'completed') {
    const text =
      old === null
        ? `It is complete: version ${fresh?.version ?? '?'} is in use.`
        : `It is complete: version ${old.version} is dead, and everyone works with version ${fresh?.version ?? '?'}.`
    return { tone: 'good', text, next: because }
  }
  return { tone: 'plain', text: `It has ended: ${ending}.`, next: because }
}

function phaseText({ phase, heldBecause, problem }: RotationView): string {
  if (phase === 'stuck') return `It is stuck: ${problem?.text ?? 'nobody has said why'}.`
  return `It is ${phase}${heldBecause ? `: ${heldBecause}` : ''}.`
}

function stayText(holders: readonly Holder[], { rows, ghosts }: Ledger, old: string): string {
  const ghostly = ghosts === 0 ? '' : ` ${ghosts} ${ghosts === 1 ? 'ghost uses' : 'ghosts use'} it too.`
  if (holders.length === 0) return `All ${rows.length} consumers would let ${old} go.${ghostly}`
  const isAll = holders.length === rows.length
  const who = isAll && rows.length > 1 ? `All ${rows.length}` : `${holders.length} of ${rows.length}`
  const verb = holders.length === 1 ? 'has' : 'have'
  return `${who} consumers ${verb} not shown that they can do without ${old}.${ghostly}`
}

const waits = ({ step, turnedBecause }: RotationView) =>
  step?.waitsFor ? `It waits for ${step.waitsFor.replace(/\.$/, '')}.` : turnedBecause

function approvalText({ plan, approvals }: RotationView): string {
  const needed = plan.approvals - approvals.length
  if (needed <= 0) return 'It goes on by itself.'
  const by = approvals.length === 0 ? '' : ` ${approvals.map(one => one.by).join(', ')} has approved already.`
  return `${needed === 1 ? 'One person has' : 'Two people have'} to decide.${by}`
}

function holdersOf({ rows }: Ledger): Holder[] {
  return rows
    .filter(row => !row.safe)
    .map(({ consumer, name, truth, missing }) => ({
      consumer,
      name,
      truth,
      text: missing[0]?.text ?? 'nothing is known of it',
      how: missing[0]?.how ?? 'look at it',
      more: Math.max(0, missing.length - 1),
    }))
    .sort((a, b) => weight[b.truth] - weight[a.truth])
}

/** Who is seen with the old one first. */
const weight = { mixed: 3, old: 2, unknown: 1, new: 0 } as const
