// Events of the record, each on a line, and one with all that it says.
import type { Answer } from '../plane/operations.ts'
import { type Block, blank, fields, heading, text } from '../show/blocks.ts'
import { plain } from '../show/plain.ts'
import { table } from '../show/table.ts'
import type { Times } from '../show/times.ts'
import { gap, padded, quiet, strong, type Words } from '../show/words.ts'

export type Event = Answer<'record.events'>['items'][number]

export function eventsTable(items: readonly Event[], times: Times): Block {
  return table(items, [
    { title: 'when', cell: one => times.at(one.atMs) },
    { title: 'event', cell: one => one.type },
    { title: 'about', cell: aboutOf },
    { title: 'by', cell: one => one.by, drop: 1 },
    { title: 'position', cell: one => quiet(String(one.position)), align: 'right', drop: 2 },
    { title: 'what', cell: one => quiet(gist(one)), drop: 3, least: 20 },
  ])
}

/** The credential where there is one: the stream's own id says little to a person. */
const aboutOf = ({ credential, stream }: Event): string => credential ?? stream

const said = new Set(['type', 'atMs', 'by', 'credential'])

/** What it says besides, as short as can be. */
function gist({ data }: Event): string {
  if (typeof data !== 'object' || data === null) return ''
  const parts = Object.entries(data)
    .filter(
      ([name, value]) => !said.has(name) && (typeof value !== 'object' || value === null) && value !== '',
    )
    .map(([name, value]) => `${name} ${String(value)}`)
  const whole = parts.join(', ')
  return whole.length <= 120 ? whole : `${whole.slice(0, 119)}…`
}

/** Most types are no longer. */
const usualWidth = 18

/** One line of a stream that has no end: its columns cannot wait for the others. */
export function eventLine(one: Event, times: Times): Words {
  const what = gist(one)
  return [
    quiet(times.at(one.atMs)),
    gap,
    strong(padded(one.type, usualWidth)),
    gap,
    `${aboutOf(one)} `,
    quiet(`${one.by}${what === '' ? '' : ` ${what}`}`),
  ]
}

export function eventBlocks(one: Event, times: Times): Block[] {
  const lines = JSON.stringify(one.data, null, 2).split('\n').map(plain)
  return [
    heading([strong(one.type), quiet(`${gap}${one.position}`)]),
    blank,
    fields([
      ['when', times.both(one.atMs)],
      ['by', one.by],
      ['stream', `${one.stream}, its event ${one.seq}`],
      ['credential', one.credential],
      ['environment', one.environment],
      ['sealed', one.leaf === null ? 'not yet' : `as leaf ${one.leaf}`],
    ]),
    blank,
    text(lines.join('\n')),
  ]
}
