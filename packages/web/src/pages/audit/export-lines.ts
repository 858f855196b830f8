// Events as lines of a file: JSON Lines for programs, CSV for spreadsheets.
import type { EventView } from '@rekey/wire'
import { plainSentence } from './said/sentence.ts'

export type Format = 'jsonl' | 'csv'

export const formats: Readonly<Record<Format, { name: string; media: string; help: string }>> = {
  jsonl: {
    name: 'JSON Lines',
    media: 'application/jsonl',
    help: 'One event a line, as the API gives it: for programs, and to check digests.',
  },
  csv: {
    name: 'CSV',
    media: 'text/csv',
    help: 'For spreadsheets. Cells that a spreadsheet would take for a formula begin with an apostrophe.',
  },
}

const columns = [
  'position',
  'leaf',
  'at',
  'by',
  'type',
  'what',
  'credential',
  'environment',
  'stream',
  'seq',
  'data',
]

export const headOf = (format: Format): string => (format === 'csv' ? `${columns.join(',')}\r\n` : '')

export function lineOf(format: Format, event: EventView): string {
  if (format === 'jsonl') return `${JSON.stringify(event)}\n`
  const { position, leaf, atMs, by, type, credential, environment, stream, seq, data } = event
  const cells = [
    position,
    leaf,
    new Date(atMs).toISOString(),
    by,
    type,
    plainSentence(event),
    credential,
    environment,
    stream,
    seq,
    JSON.stringify(data),
  ]
  return `${cells.map(cellOf).join(',')}\r\n`
}

/**
 * RFC 4180. A text that begins with = + - @ (or a tab or a return, which some programs skip) is a formula to a spreadsheet, and names
 * come from whoever registers something: an apostrophe in front makes it a text again.
 */
export function cellOf(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export const fileName = (format: Format, nowMs: number): string =>
  `rekey-events-${new Date(nowMs).toISOString().slice(0, 16).replace(':', '')}.${format}`
