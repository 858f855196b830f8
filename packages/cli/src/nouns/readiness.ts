// rekey readiness: whether each credential is ready for its next rotation, days ahead of the day.
import { verdicts } from '../choices.ts'
import { exitCodes } from '../exit.ts'
import { flag, oneOf, word } from '../kinds.ts'
import { paged, paging } from '../pages.ts'
import type { Answer } from '../plane/operations.ts'
import type { Block } from '../show/blocks.ts'
import type { Times } from '../show/times.ts'
import { quiet, type Words, warn } from '../show/words.ts'
import { view } from '../view.ts'
import { list } from '../views/list.ts'
import { none, state } from '../views/states.ts'

type Page = Answer<'overview.readiness'>
type Row = Page['items'][number]

export const readiness = view({
  name: 'readiness',
  summary: 'whether each credential is ready for its next rotation, and what is missing',
  text: 'With --verdict it ends with 3 when there is one of that verdict, and with 0 when none is.',
  options: {
    verdict: oneOf(verdicts, 'only these', 'verdict'),
    environment: word('name', 'of one environment only', { ids: 'environment' }),
    text: word('text', 'with this in its id, its name or its owner'),
    why: flag('all that is missing, and how to get it'),
    ...paging,
  },
  examples: ['readiness --why', 'readiness --verdict not-ready --environment prod'],
  async read(call) {
    const { environment, text, verdict } = call.options
    const page = await paged(call.options, query =>
      call.ask('overview.readiness', { query: { ...query, environment, text, verdict } }),
    )
    return { page, isAsked: verdict !== undefined }
  },
  json: ({ page }) => page,
  blocks: ({ page }, call) => readinessBlocks(page, call.options.why, call.times()),
  hint: ({ page }, call) =>
    !call.options.why && page.items.some(one => one.missing.length > 0) ? 'readiness --why' : null,
  code: ({ isAsked, page }) => (isAsked && page.items.length > 0 ? exitCodes.refused : 0),
})

export function readinessBlocks({ items, next }: Page, why: boolean, times: Times): Block[] {
  return list({
    items,
    next,
    one: 'credential',
    columns: [
      { title: 'credential', cell: one => one.credential },
      { title: 'environment', cell: one => one.environment, drop: 2 },
      { title: 'verdict', cell: one => state(one.verdict) },
      { title: 'starts', cell: one => startsOf(one, times), drop: 1 },
      { title: 'missing', cell: one => missingOf(one, why, times), least: 24, ideal: 40 },
    ],
    detail: one => (why ? whyOf(one, times) : []),
  })
}

function startsOf({ rotation, startAtMs }: Row, times: Times): Words {
  if (rotation !== null) return 'under way'
  return startAtMs === null ? none : times.near(startAtMs)
}

function missingOf({ missing }: Row, why: boolean, times: Times): Words {
  const [first] = missing
  if (first === undefined) return quiet('nothing')
  if (why) return `${missing.length}`
  const more = missing.length > 1 ? quiet(` and ${missing.length - 1} more`) : ''
  return [times.said(first.text), more]
}

const whyOf = ({ missing }: Row, times: Times): Words[] =>
  missing.flatMap((one): Words[] => [
    [one.blocks ? warn('blocks ') : quiet('warns '), times.said(one.text)],
    quiet(`→ ${one.how}`),
  ])
