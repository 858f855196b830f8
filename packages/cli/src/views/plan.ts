// The plan of a rotation: how it will go, why so, who owes what, and what it lacks.
import type { Answer } from '../plane/operations.ts'
import { type Block, blank, fields, heading, line, remedy } from '../show/blocks.ts'
import { table } from '../show/table.ts'
import { span, type Times } from '../show/times.ts'
import { bad, gap, good, quiet, strong, warn } from '../show/words.ts'
import { some } from './states.ts'

type Plan = Answer<'rotations.plan'>

export function planBlocks(plan: Plan, credential: string, times: Times): Block[] {
  const { gaps, overrides, owed, reasons, waves, windows } = plan
  return [
    heading([
      strong(credential),
      gap,
      plan.model,
      plan.order === 'revoke-first' ? bad(`${gap}revoke first`) : '',
    ]),
    blank,
    ...(gaps.length === 0
      ? [line(good('The plan is complete.'))]
      : [
          line(bad(`${some(gaps.length, 'gap')}: a rotation with them does not start.`)),
          ...gapLines(gaps, times),
        ]),
    blank,
    heading('Why so'),
    ...reasons.map(one => line(times.said(one.text), 2, 2)),
    ...overrides.map(one => line([warn(one.code), ` overridden by ${one.by}: ${one.reason}`], 2)),
    blank,
    heading('Waves'),
    table(waves, [
      { title: 'wave', cell: one => one.name },
      { title: 'consumers', cell: one => one.consumers.join(', '), least: 16 },
      { title: 'settles', cell: one => span(one.settleMs), drop: 1 },
      { title: 'why', cell: one => one.why, drop: 2, least: 20 },
    ]),
    blank,
    heading('What each owes'),
    table(owed, [
      { title: 'consumer', cell: one => one.consumer },
      {
        title: 'success in',
        cell: one => (one.lanes.length === 0 ? 'any lane' : one.lanes.join(', ')),
        least: 10,
      },
      { title: 'an exercise', cell: one => (one.exercise ? 'yes' : quiet('no')) },
      { title: 'a refresh', cell: one => (one.refresh ? 'yes' : quiet('no')) },
      { title: 'quiet for', cell: one => span(one.quietMs), align: 'right' },
    ]),
    blank,
    fields([
      ['course', plan.course.join(', ')],
      ['both valid for', windows.overlapMs === null ? 'never' : span(windows.overlapMs)],
      ['over within', span(windows.deadlineMs)],
      ['observed for', span(windows.observeMs)],
      ['watched for', windows.watchMs === 0 ? null : span(windows.watchMs)],
      ['in flight', plan.inFlight],
      ['the way back', plan.rollback ?? warn('none')],
      ['decides', deciders(plan)],
      ['owner', plan.owner?.name ?? warn('nobody')],
    ]),
  ]
}

function deciders({ approvals }: Plan): string {
  if (approvals === 0) return 'the policy, once every gate is open'
  return approvals === 1 ? 'one person' : 'two people'
}

export function gapLines(gaps: Plan['gaps'], times: Times): Block[] {
  return gaps.flatMap(one => [
    line([warn(one.code), ` ${times.said(one.text)}`], 2, 2),
    remedy(`${times.said(one.how)}${one.overridable ? ` Or override it: --override ${one.code}` : ''}`, 4),
  ])
}
