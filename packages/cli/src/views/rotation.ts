// Rotations as they are shown: in a list, and one with where it stands and what it waits for.
import type { Answer } from '../plane/operations.ts'
import { type Block, blank, fields, heading, line } from '../show/blocks.ts'
import { span, type Times } from '../show/times.ts'
import { accent, bad, gap, good, type Part, parts, quiet, strong, type Words, warn } from '../show/words.ts'
import { list } from './list.ts'
import { gapLines } from './plan.ts'
import { none, some, state, version } from './states.ts'

type Page = Answer<'rotations.list'>
export type Rotation = Answer<'rotations.get'>

export function rotationsBlocks({ items, next }: Page, times: Times): Block[] {
  return list({
    // The API lists the latest last; a person looks for the latest.
    items: [...items].reverse(),
    next,
    one: 'rotation',
    columns: [
      { title: 'credential', cell: one => one.credential },
      { title: 'environment', cell: one => one.environment, drop: 4 },
      { title: 'versions', cell: versions },
      { title: 'phase', cell: phase },
      { title: 'step', cell: stepOf, drop: 1 },
      { title: 'opened', cell: one => times.near(one.openedMs), drop: 2 },
      { title: 'window closes', cell: one => closes(one, times) ?? '', drop: 3 },
      { title: 'rotation', cell: one => quiet(one.id), drop: 5 },
    ],
  })
}

export const versions = ({ new: fresh, old }: Pick<Rotation, 'new' | 'old'>): string =>
  `${version(old?.version ?? null)} → ${version(fresh?.version ?? null)}`

export function phase({
  ending,
  phase: at,
  overdueMs,
}: Pick<Rotation, 'ending' | 'overdueMs' | 'phase'>): Words {
  if (at === 'ended') return state(ending ?? 'ended')
  return overdueMs === null ? state(at) : [state(at), ', ', bad('overdue')]
}

const stepOf = ({ step }: Rotation): Words =>
  step === null ? none : [step.do, quiet(` ${step.at}/${step.of}`)]

/** Both versions are valid until then. */
function deadlineOf({ mintedMs, plan }: Pick<Rotation, 'mintedMs' | 'plan'>): number | null {
  return mintedMs === null ? null : mintedMs + plan.windows.deadlineMs
}

function closes(one: Rotation, times: Times): Words | null {
  const deadlineMs = one.phase === 'ended' ? null : deadlineOf(one)
  if (deadlineMs === null) return null
  return deadlineMs < times.nowMs ? bad(times.near(deadlineMs)) : times.near(deadlineMs)
}

function rotationHeading(one: Rotation): Block {
  return heading([strong(one.credential), gap, versions(one), gap, ...parts(phase(one))])
}

export function rotationBlocks(one: Rotation, times: Times): Block[] {
  const { approvals, plan, problem, step } = one
  const deadlineMs = deadlineOf(one)
  const rows: [string, Words | { lines: Words[] } | null][] = [
    ['rotation', one.id],
    ['environment', one.environment],
    ['opened', `${times.both(one.openedMs)} by ${one.openedBy}, ${times.said(one.trigger)}`],
    [
      'step',
      step === null
        ? null
        : [
            accent(step.do),
            ` ${step.at} of ${step.of}, for ${span(Math.max(0, times.nowMs - step.enteredMs))}`,
          ],
    ],
    ['waits for', step?.waitsFor == null ? null : times.said(step.waitsFor)],
    ['problem', problem === null ? null : [bad(problem.code), ` ${times.said(problem.text)}`]],
    ['stopped', one.heldBecause],
    ['turned', one.turnedBecause],
    [
      'ended',
      one.endedMs === null
        ? null
        : `${times.both(one.endedMs)}${one.because === null ? '' : `: ${one.because}`}`,
    ],
    ['window', deadlineMs === null || one.phase === 'ended' ? null : `closes ${times.both(deadlineMs)}`],
    ['overdue', one.overdueMs === null ? null : bad(`since ${times.both(one.overdueMs)}`)],
    ['old', heldText(one.old)],
    ['new', heldText(one.new)],
    ['moved', movedText(one)],
    ['approvals', approvalText(plan.approvals, approvals)],
    ['restricted', one.restricted.join(', ')],
    ['overrides', { lines: one.overrides.map(overrideText) }],
    ['course', courseOf(one)],
  ]
  const gaps =
    one.phase === 'planned' && plan.gaps.length > 0
      ? [blank, heading('The plan still needs'), ...gapLines(plan.gaps, times)]
      : []
  return [rotationHeading(one), blank, fields(rows), ...gaps]
}

function heldText(held: Rotation['old']): Words | null {
  if (held === null) return null
  const { fingerprint, handle, life } = held
  const more = [handle, fingerprint].filter(one => one !== null).join(' ')
  return [version(held.version), ' ', state(life), quiet(more === '' ? '' : `${gap}${more}`)]
}

function movedText({ assignments }: Rotation): string | null {
  if (assignments.length === 0) return null
  const moved = assignments.filter(one => one.side === 'new').length
  return `${moved} of ${some(assignments.length, 'consumer')} to the new version`
}

function approvalText(needed: number, given: Rotation['approvals']): Words | null {
  if (needed === 0 && given.length === 0) return null
  const who = given.map(one => one.by).join(', ')
  const text = `${given.length} of ${needed}${who === '' ? '' : `: ${who}`}`
  return given.length >= needed ? good(text) : text
}

const overrideText = ({ by, consumer, gate, reason }: Rotation['overrides'][number]): Words => [
  warn(gate),
  `${consumer === null ? '' : ` for ${consumer}`} by ${by}: ${reason}`,
]

/** Known only while it is on the course that was planned. */
function courseOf({ phase: at, plan, step, turnedBecause }: Rotation): Words | null {
  if (at === 'ended' || turnedBecause !== null || step === null || step.of !== plan.course.length) return null
  return plan.course.flatMap((name, nth): Part[] => {
    const isNow = nth === step.at - 1
    return [nth === 0 ? '' : ', ', isNow ? accent(`→ ${name}`) : nth < step.at - 1 ? quiet(name) : name]
  })
}

/** What came of a decision: where it stands now. */
export function decidedBlocks(one: Rotation, times: Times): Block[] {
  const waits = one.step?.waitsFor
  return [
    rotationHeading(one),
    ...(one.step === null
      ? []
      : [line([accent(one.step.do), quiet(` ${one.step.at} of ${one.step.of}`)], 2)]),
    ...(waits == null ? [] : [line(`It waits for ${times.said(waits)}.`, 2)]),
    ...(one.problem === null ? [] : [line(bad(times.said(one.problem.text)), 2)]),
  ]
}
