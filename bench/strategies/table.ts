// The comparison for a reader: a table that fits in a hundred columns, what each column means, and every assumption.
import type { Row } from '@rekey/simulator'

export interface Shown {
  rows: readonly Row[]
  fleets: number
  hash: string
  units: Record<string, string>
  assumptions: Record<string, readonly string[]>
}

const widest = 100
const columns: readonly [heading: string, of: Exclude<keyof Row, 'strategy'>][] = [
  ['failed', 'failedJobs'],
  ['degr.', 'degradedJobs'],
  ['strand.', 'strandedConsumers'],
  ['overlap', 'overlapHours'],
  ['elapsed', 'elapsedHours'],
  ['people', 'peopleMinutes'],
  ['revoke', 'secondsToRevoke'],
  ['recover', 'secondsToRecover'],
  ['never', 'unrecoveredFleets'],
  ['leak', 'failedInIncident'],
]

export function table({ rows, fleets, hash, units, assumptions }: Shown): string {
  const line = (name: string, cells: readonly string[]) =>
    `${name.padEnd(15)}${cells.map(cell => cell.padStart(8)).join('')}`
  const out = [`${fleets} fleets, two scheduled rotations and one leak each; rows ${hash}`, '']
  out.push(
    line(
      '',
      columns.map(([heading]) => heading),
    ),
  )
  out.push(
    line(
      '',
      columns.map(([, of]) => unitOf(of)),
    ),
  )
  for (const row of rows)
    out.push(
      line(
        row.strategy,
        columns.map(([, of]) => shown(row[of])),
      ),
    )
  out.push('')
  for (const [heading, of] of columns) out.push(...wrapped(`${heading.padEnd(10)}${units[of] ?? ''}`, 10))
  for (const [name, said] of Object.entries(assumptions)) {
    out.push('', name === 'all' ? 'For all of them' : name)
    for (const text of said) out.push(...wrapped(`- ${text}`, 2))
  }
  return out.join('\n')
}

function unitOf(of: keyof Row): string {
  if (of.startsWith('seconds')) return 's'
  if (of.endsWith('Hours')) return 'h'
  return of.endsWith('Minutes') ? 'min' : ''
}

const shown = (value: number) => (Number.isFinite(value) ? String(value) : '> 72 h')

function wrapped(text: string, indent: number): string[] {
  const lines: string[] = []
  let line = ''
  // The first word keeps the spaces that make it a column.
  const [head, ...words] = [text.slice(0, indent), ...text.slice(indent).split(' ')]
  line = head ?? ''
  for (const word of words) {
    const next = line.length <= indent ? line.padEnd(indent) + word : `${line} ${word}`
    if (next.length > widest) {
      lines.push(line)
      line = ' '.repeat(indent) + word
    } else line = next
  }
  return [...lines, line]
}
