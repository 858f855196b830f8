// When a rotation needs a person: it cannot go on by itself, its window runs out, or it waits for somebody's word or hands.
import {
  dayMs,
  deadlineMs,
  handDueMs,
  isUnderway,
  type Missing,
  minuteMs,
  notBeforeMs,
  type Rotation,
  stepOf,
  type Underway,
  watchedGates,
} from '@rekey/core'
import type { Attention } from '@rekey/wire'
import type { GatesAt } from '../api/gates-view.ts'
import { type About, type Draft, draft, named, sentence } from './draft.ts'
import { lacking, lackingText } from './of-gates.ts'

export interface RotationSeen {
  state: Rotation
  about: About
  /** null: nothing is asked of it any more, or not yet. */
  gates: GatesAt | null
  /** Of a contained one: consumers that have not shown one clean success since. */
  unproved: readonly string[]
  nowMs: number
}

/** What comes by itself where all is well is given so long after a step. */
const patienceMs = 10 * minuteMs
const closingMs = 15 * minuteMs

export function ofRotation(seen: RotationSeen): Draft[] {
  const { state } = seen
  if (state.phase === 'planned') return planGaps(seen)
  if (!isUnderway(state)) return []
  const missing = lackingNow(state, seen)
  const window = windowOf(state, seen, missing)
  const asked = window === null ? [gateRefused(state, seen, missing)] : [window]
  const more = [handStep(state, seen), stopped(state, seen), approval(state, seen)]
  return [...asked, ...more].filter(one => one !== null)
}

const told = (
  { state, about }: RotationSeen,
  kind: Attention['kind'],
  action: Draft['action'],
  said: Pick<Draft, 'urgency' | 'title' | 'because'> & Partial<Pick<Draft, 'sinceMs' | 'untilMs' | 'notFor'>>,
): Draft => draft(about, { id: `${kind}/${state.id}`, kind, action, ...said })

const lookAtGates = { do: 'look-at-gates', text: 'Look at the gates', needs: 'read' } as const

function planGaps(seen: RotationSeen): Draft[] {
  const { state, nowMs } = seen
  const { gaps } = state.plan
  if (gaps.length === 0) return []
  return [
    told(
      seen,
      'plan-gaps',
      { do: 'complete-plan', text: 'Complete the plan', needs: 'operate' },
      {
        urgency: state.startAtMs - nowMs < dayMs ? 'today' : 'soon',
        title: 'A plan is not complete',
        because: gaps.map(gap => gap.text).join(' '),
        sinceMs: state.openedMs,
        untilMs: state.startAtMs,
      },
    ),
  ]
}

/** A person asked for it, something is wrong, or the machine cannot go on: it stands until somebody says how to go on. */
function stopped(state: Underway, seen: RotationSeen): Draft | null {
  switch (state.phase) {
    case 'stuck':
      return told(
        seen,
        'rotation-stuck',
        { do: 'retry', text: 'Try again', needs: 'operate' },
        {
          urgency: 'now',
          title: 'A rotation is stuck',
          because: `${sentence(state.problem.text)} It stands at: ${stepOf(state).do}.`,
          sinceMs: state.trouble?.sinceMs ?? state.sinceMs,
        },
      )
    case 'contained':
      return told(
        seen,
        'rotation-contained',
        { do: 'resume', text: 'Resume', needs: 'decide' },
        {
          urgency: 'now',
          title: 'A rotation is contained',
          because: `${sentence(state.cause)} ${unprovedText(seen.unproved)}`,
          sinceMs: state.sinceMs,
        },
      )
    case 'held':
      return told(
        seen,
        'rotation-held',
        { do: 'release', text: 'Let it go on', needs: 'operate' },
        {
          urgency: 'today',
          title: 'A rotation is held',
          because: `${state.by} asked it to wait: ${sentence(state.reason)}`,
          sinceMs: state.sinceMs,
        },
      )
    default:
      return null
  }
}

const unprovedText = (names: readonly string[]) =>
  names.length === 0
    ? 'Every consumer has shown a clean success since: it can go on.'
    : `No clean success since of ${named(names)}.`

function windowOf(state: Underway, seen: RotationSeen, missing: readonly Missing[]): Draft | null {
  const untilMs = deadlineMs(state)
  if (untilMs === null) return null
  const { nowMs } = seen
  const both = `Version ${state.old?.version ?? '?'} and version ${state.new?.version ?? '?'} are both valid`
  const wanting = missing.length === 0 ? '' : ` ${lackingText(missing)}`
  const since = { sinceMs: state.mintedMs, untilMs }
  if (nowMs >= untilMs) {
    return told(seen, 'window-overdue', lookAtGates, {
      urgency: 'now',
      title: 'Two versions are valid for too long',
      because: `${both}, longer than was planned.${wanting}`,
      ...since,
    })
  }
  const leftMs = untilMs - nowMs
  if (leftMs >= Math.max(closingMs, (state.plan.windows.overlapMs ?? 0) / 4)) return null
  return told(seen, 'window-closing', lookAtGates, {
    urgency: leftMs < closingMs ? 'now' : 'today',
    title: 'A window is about to close',
    because: `${both}, and not for much longer.${wanting}`,
    ...since,
  })
}

function handStep(state: Underway, seen: RotationSeen): Draft | null {
  const dueMs = handDueMs(state)
  const { step } = state.progress
  if (dueMs === null || step.kind !== 'effect' || step.effect.is !== 'intended') return null
  const { told: times = 0, sinceMs } = step.effect
  const { do: verb } = stepOf(state)
  const isLate = times > 0 || seen.nowMs >= dueMs
  return told(
    seen,
    'hand-step',
    { do: 'hand-in', text: 'Say what was done', needs: 'operate' },
    {
      urgency: isLate ? 'now' : 'today',
      title: isLate ? 'A step by hand is late' : 'A step waits for a person’s hands',
      because: `Somebody has to ${verb} at the target by hand, and say what came of it.`,
      sinceMs,
      untilMs: dueMs,
    },
  )
}

/** Since when nothing but the gates holds it up; null: they are not asked where it stands. */
function askedSinceMs(state: Underway): number | null {
  const { step, enteredMs } = state.progress
  return step.kind === 'observe' ? enteredMs : notBeforeMs(state)
}

function lackingNow(state: Underway, { gates, nowMs }: RotationSeen): Missing[] {
  const sinceMs = askedSinceMs(state)
  if (gates === null || sinceMs === null || nowMs < sinceMs) return []
  const isWatched = state.progress.step.kind === 'watch'
  const asked = isWatched ? gates.results.filter(one => watchedGates.has(one.gate)) : gates.results
  const movedMs = Math.max(state.lastMoveMs ?? 0, state.progress.enteredMs)
  return lacking(asked, nowMs < movedMs + patienceMs)
}

const waitingFor = {
  wave: 'The next consumers wait for proof',
  retire: 'The old version cannot go yet',
  return: 'The way back is not proved yet',
  recover: 'Not everybody works again',
} as const

function gateRefused(state: Underway, seen: RotationSeen, missing: readonly Missing[]): Draft | null {
  if (missing.length === 0 || seen.gates === null || state.phase !== 'running') return null
  const { step, enteredMs } = state.progress
  const readyMs = step.kind === 'observe' ? enteredMs + state.plan.windows.observeMs : 0
  return told(seen, 'gate-refused', lookAtGates, {
    urgency: seen.nowMs < readyMs ? 'soon' : 'today',
    title: waitingFor[seen.gates.stage],
    because: lackingText(missing),
    sinceMs: enteredMs,
    untilMs: deadlineMs(state),
  })
}

/** Everything is proved, and somebody has to decide. */
function approval(state: Underway, seen: RotationSeen): Draft | null {
  const { gates, nowMs } = seen
  if (gates?.stage !== 'retire' || state.phase !== 'running') return null
  if (state.progress.step.kind !== 'observe') return null
  const readyMs = notBeforeMs(state)
  if (readyMs === null || nowMs < readyMs) return null
  const closed = gates.results.filter(one => !one.open)
  if (closed.length !== 1 || closed[0]!.gate !== 'decision') return null
  const given = state.approvals.map(one => one.by)
  const owner = state.plan.decision.owner?.name ?? 'its owner'
  const from = given.length === 0 ? owner : `somebody besides ${named(given)}`
  const approve = { do: 'retire', text: 'Retire the old version', needs: 'decide' } as const
  const item = told(seen, 'gate-refused', approve, {
    urgency: 'today',
    title: 'The old version waits for approval',
    because: `Every gate is open. It needs the approval of ${from}.`,
    sinceMs: readyMs,
    untilMs: deadlineMs(state),
    notFor: given,
  })
  return { ...item, id: `approval/${state.id}` }
}
