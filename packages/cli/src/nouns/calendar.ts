// rekey calendar: what is rotated when, by which policy, and how.
import { word } from '../kinds.ts'
import { paged, paging } from '../pages.ts'
import type { Answer } from '../plane/operations.ts'
import type { Block } from '../show/blocks.ts'
import { span, type Times } from '../show/times.ts'
import { accent, bad, quiet, type Words, warn } from '../show/words.ts'
import { view } from '../view.ts'
import { list } from '../views/list.ts'
import { none, version } from '../views/states.ts'

type Page = Answer<'overview.calendar'>
type Row = Page['items'][number]

export const calendar = view({
  name: 'calendar',
  summary: 'what is rotated when, by which policy, and by whom',
  options: {
    environment: word('name', 'of one environment only', { ids: 'environment' }),
    text: word('text', 'with this in its id, its name or its owner'),
    ...paging,
  },
  read(call) {
    const { environment, text } = call.options
    return paged(call.options, query =>
      call.ask('overview.calendar', { query: { ...query, environment, text } }),
    )
  },
  blocks: (answer, call) => calendarBlocks(answer, call.times()),
  hint({ items }) {
    const late = items.find(one => one.overdue && one.openRotation === null)
    return late === undefined ? null : `rotation open ${late.credential}`
  },
})

function calendarBlocks({ items, next }: Page, times: Times): Block[] {
  return list({
    items,
    next,
    one: 'credential',
    columns: [
      { title: 'credential', cell: one => one.credential },
      { title: 'environment', cell: one => one.environment, drop: 4 },
      { title: 'kind', cell: one => one.kind, drop: 6 },
      { title: 'version', cell: one => version(one.version), drop: 5 },
      { title: 'starts', cell: one => startOf(one, times) },
      { title: 'due', cell: one => dueOf(one, times) },
      { title: 'every', cell: one => span(one.everyMs), align: 'right', drop: 1 },
      {
        title: 'last',
        cell: one => (one.lastRotationMs === null ? none : times.near(one.lastRotationMs)),
        drop: 3,
      },
      { title: 'by', cell: one => one.automatedBy, drop: 2, least: 10 },
    ],
    detail: one =>
      one.overdue || one.alert ? one.reasons.map(reason => quiet(times.said(reason.text))) : [],
  })
}

function startOf({ openRotation, startAtMs }: Row, times: Times): Words {
  if (openRotation !== null) return accent('under way')
  return startAtMs <= times.nowMs ? warn('now') : times.near(startAtMs)
}

function dueOf({ alert, dueAtMs, overdue }: Row, times: Times): Words {
  if (overdue) return bad(`overdue, ${times.near(dueAtMs)}`)
  return alert ? warn(times.near(dueAtMs)) : times.near(dueAtMs)
}
