// Every gate as it stands, what is missing, and how to get it. Those that refuse come first: they are what somebody looks for.
import type { Answer } from '../plane/operations.ts'
import { type Block, blank, heading, line } from '../show/blocks.ts'
import { listed } from '../show/table.ts'
import type { Times } from '../show/times.ts'
import { bad, good, padded, quiet, type Words, warn } from '../show/words.ts'
import { some } from './states.ts'

export type Gates = Answer<'rotations.gates'>
type Gate = Gates['gates'][number]

const stages: Record<Gates['stage'], string> = {
  wave: 'before the next wave',
  retire: 'to retire the old version',
  return: 'to end the new version',
  recover: 'to recover',
}

/** Of one gate; the rest is counted. */
const mostNamed = 12

export function gatesBlocks(
  { gates, open, stage }: Gates,
  credential: string,
  isWhole: boolean,
  times: Times,
): Block[] {
  const refusing = gates.filter(one => !one.open)
  const opened = gates.filter(one => one.open)
  const went = opened.filter(one => one.overridden.length > 0)
  const title = `Gates of ${credential} ${stages[stage]}`
  const sum = open
    ? good('All of them are open.')
    : bad(`${some(refusing.length, 'gate refuses', 'gates refuse')}, ${opened.length} open.`)
  return [
    heading(title),
    line(sum),
    blank,
    ...(refusing.length === 0 ? [] : [refusals(refusing, isWhole, times), blank]),
    ...(opened.length === 0 ? [] : [names(opened)]),
    ...went.flatMap(overrides),
  ]
}

function refusals(gates: readonly Gate[], isWhole: boolean, times: Times): Block {
  return listed(gates, [
    { cell: () => bad('refuses') },
    { cell: gate => gate.gate },
    { cell: gate => ({ lines: missingLines(gate, isWhole, times) }), least: 30 },
  ])
}

/** Below those that refuse, their names begin in the same place. */
const names = (gates: readonly Gate[]): Block =>
  listed(
    [gates],
    [
      { cell: () => good(padded('open', 'refuses'.length)) },
      { cell: all => all.map(one => one.gate).join(', '), least: 30 },
    ],
  )

function missingLines({ missing, overridden }: Gate, isWhole: boolean, times: Times): Words[] {
  const named = isWhole ? missing : missing.slice(0, mostNamed)
  const lines = named.flatMap((one, at): Words[] => {
    // The same remedy for the next as well is said once, below the last of them.
    const isSaid = named[at + 1]?.how === one.how
    return [times.said(one.text), ...(one.how === '' || isSaid ? [] : [quiet(`→ ${times.said(one.how)}`)])]
  })
  const more = missing.length - named.length
  if (more > 0) lines.push(quiet(`and ${more} more: --all`))
  for (const one of overridden)
    lines.push(warn(`overridden for ${one.consumer ?? 'everybody'} by ${one.by}: ${one.reason}`))
  return lines
}

const overrides = ({ gate, overridden }: Gate): Block[] =>
  overridden.map(one =>
    line(
      warn(
        `${gate} was overridden${one.consumer === null ? '' : ` for ${one.consumer}`} by ${one.by}: ${one.reason}`,
      ),
    ),
  )
