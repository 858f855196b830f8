// A containment: who acts on what, and what can still be trusted.
import type { Answer } from '../plane/operations.ts'
import { type Block, blank, heading, line } from '../show/blocks.ts'
import { table } from '../show/table.ts'
import type { Times } from '../show/times.ts'
import { bad, good, quiet, type Words } from '../show/words.ts'
import { state, version } from './states.ts'

type Containment = Answer<'rotations.containment'>
type Row = Containment['consumers'][number]

export function containmentBlocks(one: Containment, credential: string, times: Times): Block[] {
  const { cause, consumers, contained, sinceMs } = one
  const title: Words = contained
    ? [bad('contained'), sinceMs === null ? '' : `  since ${times.both(sinceMs)}`]
    : 'It is not contained.'
  return [
    heading(credential),
    line(title),
    ...(cause === null ? [] : [line(`because ${times.said(cause)}`)]),
    blank,
    table(consumers, [
      { title: 'consumer', cell: row => row.consumer },
      { title: 'trust', cell: row => state(row.trust) },
      { title: 'truth', cell: row => state(row.truth) },
      { title: 'version', cell: row => version(row.version), drop: 2 },
      {
        title: 'last clean',
        cell: row => (row.lastCleanMs === null ? '' : times.near(row.lastCleanMs)),
        drop: 1,
      },
      { title: 'what is known', cell: row => ({ lines: known(row, times) }), least: 24, ideal: 40 },
    ]),
    blank,
    line([one.mayResume ? good('It may be resumed.') : quiet('It may not be resumed yet.')]),
    line([one.mayGoBack ? 'It may go back.' : quiet('There is no way back.')]),
  ]
}

const known = ({ how, text }: Row, times: Times): Words[] => [
  times.said(text),
  ...(how === null ? [] : [quiet(`→ ${times.said(how)}`)]),
]
