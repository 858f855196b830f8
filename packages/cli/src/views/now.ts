// What needs a person, each with the command that does it; and what is in flight.
import type { Answer } from '../plane/operations.ts'
import { type Block, blank, heading, line } from '../show/blocks.ts'
import { listed, table } from '../show/table.ts'
import { span, type Times } from '../show/times.ts'
import { accent, good, quiet, strong, type Words, warn } from '../show/words.ts'
import { type Attention, commandFor } from './next-step.ts'
import { some, state, version } from './states.ts'

type Now = Answer<'overview.now'>
type Flight = Now['flights'][number]

export function nowBlocks({ counts, flights, items, more }: Now, times: Times): Block[] {
  const blocks: Block[] = []
  if (items.length === 0) blocks.push(line(good('Nothing needs a person.')))
  else blocks.push(heading(sum(items, more)), blank, needs(items, times))
  if (more > 0) blocks.push(line(quiet(`And ${some(more, 'less urgent one')}.`)), blank)
  if (flights.length > 0) {
    if (items.length === 0) blocks.push(blank)
    blocks.push(heading('In flight'), blank, inFlight(flights, times))
  }
  const kept = [
    some(counts.credentials, 'credential'),
    some(counts.consumers, 'consumer'),
    some(counts.agents, 'agent'),
    some(counts.ghosts, 'ghost'),
  ]
  return [...blocks, blank, line(quiet(kept.join(' · ')))]
}

function sum(items: readonly Attention[], more: number): string {
  const urgent = (urgency: Attention['urgency']) => items.filter(one => one.urgency === urgency).length
  const said = [
    [urgent('now'), 'now'],
    [urgent('today'), 'today'],
    [urgent('soon') + more, 'soon'],
  ] as const
  const parts = said.filter(([number]) => number > 0).map(([number, when]) => `${number} ${when}`)
  return `What needs a person: ${parts.join(', ')}`
}

function needs(items: readonly Attention[], times: Times): Block {
  return listed(items, [
    { cell: item => state(item.urgency) },
    { cell: item => ({ lines: [...told(item, times), ''] }), least: 30 },
  ])
}

function told(item: Attention, times: Times): Words[] {
  const { because, environment, name, title, credential, sinceMs, untilMs, action } = item
  const where =
    credential === null ? '' : ` · ${name ?? credential}${environment === null ? '' : ` (${environment})`}`
  const when = [
    sinceMs === null ? null : `for ${span(Math.max(0, times.nowMs - sinceMs))}`,
    untilMs === null
      ? null
      : untilMs < times.nowMs
        ? `it was time ${times.near(untilMs)}`
        : `time is up ${times.near(untilMs)}`,
  ].filter(one => one !== null)
  const command = commandFor(item)
  const does: Words[] = [
    command === null ? quiet(`→ ${action.text}`) : [quiet('→ '), accent(`rekey ${command}`)],
    ...(action.may ? [] : [warn(`It takes the right to ${action.needs}, which you do not have there.`)]),
  ]
  return [
    [strong(title), quiet(where)],
    `${times.said(because)}${when.length === 0 ? '' : ` (${when.join(', ')})`}`,
    ...does,
  ]
}

function inFlight(flights: readonly Flight[], times: Times): Block {
  return table(flights, [
    { title: 'credential', cell: one => one.credential },
    { title: 'environment', cell: one => one.environment, drop: 4 },
    { title: 'versions', cell: one => `${version(one.old)} → ${version(one.new)}` },
    { title: 'phase', cell: one => state(one.phase) },
    { title: 'step', cell: one => stepOf(one), drop: 2 },
    { title: 'safe', cell: one => safe(one) },
    { title: 'truth', cell: one => truth(one), drop: 1, least: 12 },
    {
      title: 'window closes',
      cell: one => (one.deadlineMs === null ? '' : times.near(one.deadlineMs)),
      drop: 3,
    },
  ])
}

const stepOf = ({ step }: Flight) => (step === null ? '' : `${step.do} ${step.at}/${step.of}`)

const safe = ({ consumers, safe: number }: Flight): Words =>
  number === consumers ? good(`${number}/${consumers}`) : `${number}/${consumers}`

function truth({ truth: counts }: Flight): Words {
  const parts = (['new', 'old', 'mixed', 'unknown'] as const).filter(one => counts[one] > 0)
  return parts.flatMap((one, at) => [at === 0 ? '' : ', ', `${counts[one]} `, state(one)])
}
