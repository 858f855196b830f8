// The adoption ledger: where each consumer stands in the three layers, what it acts on, and whether it would let the old version go.
import type { Answer } from '../plane/operations.ts'
import { type Block, blank, heading, line } from '../show/blocks.ts'
import { type Cell, type Column, table } from '../show/table.ts'
import { span, type Times } from '../show/times.ts'
import { bad, gap, good, inTone, parts, quiet, strong, type Words, warn } from '../show/words.ts'
import { none, some, state, version } from './states.ts'

type Ledger = Answer<'rotations.ledger'>
type Row = Ledger['rows'][number]

export interface LedgerOptions {
  /** All that is missing, with what to do about each. */
  why: boolean
  consumer: string | undefined
}

export function ledgerBlocks(
  ledger: Ledger,
  credential: string,
  options: LedgerOptions,
): (times: Times) => Block[] {
  return times => {
    const { arriving, leaving } = ledger
    const rows = ledger.rows.filter(
      row => options.consumer === undefined || row.consumer === options.consumer,
    )
    const safe = ledger.rows.filter(row => row.safe).length
    const all = ledger.rows.length
    const sum = `${safe} of ${some(all, 'consumer')} would let ${version(leaving)} go`
    return [
      heading([strong(credential), gap, `${version(leaving)} → ${version(arriving)}`]),
      line(all > 0 && safe === all ? good(sum) : sum),
      blank,
      rows.length === 0
        ? line(quiet('Nobody owes anything here.'))
        : rowsTable(rows, ledger, options.why, times),
      blank,
      line(errorsOf(ledger)),
      ...(ledger.ghosts === 0
        ? []
        : [line(warn(`${some(ledger.ghosts, 'ghost')}: whoever it is, nobody registered it.`))]),
      ...patternLines(ledger.patterns, times),
    ]
  }
}

function rowsTable(rows: readonly Row[], ledger: Ledger, why: boolean, times: Times): Block {
  const ofVersion = (number: number | null) => toned(number, ledger)
  const columns: Column<Row>[] = [
    { title: 'consumer', cell: row => row.consumer },
    { title: 'name', cell: row => (row.name === row.consumer ? '' : row.name), drop: 7, least: 12 },
    { title: 'owner', cell: row => row.owner ?? warn('nobody'), drop: 6 },
    { title: 'takes it up', cell: row => row.refresh, drop: 5, least: 12 },
    { title: 'config', cell: row => ofVersion(row.configuration) },
    { title: 'runtime', cell: row => runtimeOf(row, ofVersion) },
    { title: 'behaves', cell: row => ofVersion(row.behaviour) },
    { title: 'truth', cell: row => state(row.truth) },
    { title: 'last old use', cell: row => near(row.lastOldUseMs, times), drop: 3 },
    { title: 'new since', cell: row => sinceOf(row, times), drop: 4 },
    { title: 'safe to retire', cell: row => safeOf(row, why, times), least: 24, ideal: 40 },
  ]
  return table(rows, columns, row => (why ? whyOf(row, times) : []))
}

/** In the tone of whether it is the version that is to be. */
function toned(number: number | null, { arriving, leaving }: Ledger): Words {
  if (number === null) return none
  return inTone(number === arriving ? 'good' : number === leaving ? 'warn' : 'plain', version(number))
}

/** Those that live, by what they hold. */
function runtimeOf({ runtime }: Row, ofVersion: (number: number | null) => Words): Cell {
  const counts = new Map<number | null, number>()
  for (const one of runtime)
    if (one.stoppedMs === null) counts.set(one.version, (counts.get(one.version) ?? 0) + 1)
  if (counts.size === 0) return none
  const sorted = [...counts].sort(([one], [other]) => (other ?? -1) - (one ?? -1))
  return {
    lines: sorted.map(
      ([number, times]): Words => [`${times} × `, ...parts(number === null ? warn('?') : ofVersion(number))],
    ),
  }
}

const near = (ms: number | null, times: Times): Words => (ms === null ? none : times.near(ms))

function sinceOf({ firstNewSuccessMs, propagationMs }: Row, times: Times): Words {
  if (firstNewSuccessMs === null) return none
  return `${times.near(firstNewSuccessMs)}${propagationMs === null ? '' : `, took ${span(propagationMs)}`}`
}

function safeOf({ missing, safe }: Row, why: boolean, times: Times): Words {
  if (safe) return good('safe')
  const [first] = missing
  if (first === undefined) return warn('no')
  if (why) return [warn('no'), quiet(`, ${some(missing.length, 'thing')} missing`)]
  const more = missing.length > 1 ? quiet(` and ${missing.length - 1} more`) : ''
  return [warn('no: '), times.said(first.text), more]
}

const whyOf = ({ missing }: Row, times: Times): Words[] =>
  missing.flatMap((one): Words[] => [
    [warn(one.gate), ` ${times.said(one.text)}`],
    ...(one.how === '' ? [] : [quiet(`→ ${times.said(one.how)}`)]),
  ])

function errorsOf({ errors: { before, since } }: Ledger): Words {
  const rate = ({ authFailures, uses }: typeof before) => `${authFailures} in ${some(uses, 'use')}`
  const text = `Authentication errors: ${rate(since)} since it began, ${rate(before)} before.`
  return since.authFailures > 0 ? warn(text) : quiet(text)
}

/** How rotations fail, by name. The API gives them as the core does. */
function patternLines(patterns: readonly unknown[], times: Times): Block[] {
  return (patterns as { name: string; text: string; sinceMs: number }[]).map(one =>
    line([bad(one.name), `: ${one.text}, for ${span(Math.max(0, times.nowMs - one.sinceMs))}`]),
  )
}
