// The format of a backup, version 1: JSON lines (https://jsonlines.org), the same for every engine.
//
//   {"format":"rekey-backup","version":1,"schemaVersion":1,"engine":"sqlite","takenMs":1760000000000}
//   {"table":"events","columns":["position:bigint","stream:text", …]}
//   [1,"credential/stripe", …]                      one line a row, in the order of the columns; bytes in base64
//   …
//   {"rows":4711,"sha256":"…"}                      over every byte before this line
//
// The checksum finds what a disk or a copy has done to the file. It is no proof against somebody who changes the file and
// the checksum with it: for that, keep backups where others cannot write. Values and keys in it are sealed as in the store.
import { StoreError } from '../contract.ts'
import type { Column, Param } from '../script.ts'
import type { Rows, Table } from './place.ts'

export const format = 'rekey-backup'
export const version = 1

export interface Header {
  format: typeof format
  version: typeof version
  /** The last migration that the store had. */
  schemaVersion: number
  engine: 'sqlite' | 'postgres'
  takenMs: number
}

export interface Closing {
  rows: number
  sha256: string
}

export type Line =
  | { is: 'header'; header: Header }
  | { is: 'table'; table: Table }
  | { is: 'row'; row: readonly unknown[] }
  | { is: 'closing'; closing: Closing }

/** What a backup is made of, as it is written and read. */
export type Part =
  | { is: 'header'; header: Header }
  | { is: 'table'; table: Table }
  | { is: 'rows'; table: Table; rows: Rows }

export const headerLine = (header: Header) => `${JSON.stringify(header)}\n`
export const closingLine = (closing: Closing) => `${JSON.stringify(closing)}\n`
export const tableLine = ({ name, columns }: Table) =>
  `${JSON.stringify({ table: name, columns: columns.map(column => `${column.name}:${column.type}`) })}\n`
export const rowLine = (row: readonly Param[]) =>
  `${JSON.stringify(row.map(value => (value instanceof Uint8Array ? toBase64(value) : value)))}\n`

export function parseLine(text: string, number: number): Line {
  const value = parseJson(text)
  if (Array.isArray(value)) return { is: 'row', row: value }
  if (typeof value !== 'object' || value === null) throw badLine(number)
  const object = value as Record<string, unknown>
  if ('format' in object) return { is: 'header', header: toHeader(object, number) }
  if ('table' in object) return { is: 'table', table: toTable(object, number) }
  if (!isCount(object['rows']) || typeof object['sha256'] !== 'string') throw badLine(number)
  return { is: 'closing', closing: { rows: object['rows'], sha256: object['sha256'] } }
}

function toHeader(object: Record<string, unknown>, number: number): Header {
  const { schemaVersion, engine, takenMs } = object
  if (object['format'] !== format) throw badLine(number)
  if (object['version'] !== version) {
    throw badBackup(
      `the backup has format version ${JSON.stringify(object['version'])}, this program reads version ${version}`,
      'Restore it with the program that took it, or a newer one.',
    )
  }
  if (!isCount(schemaVersion) || !isCount(takenMs) || (engine !== 'sqlite' && engine !== 'postgres')) {
    throw badLine(number)
  }
  return { format, version, schemaVersion, engine, takenMs }
}

function toTable(object: Record<string, unknown>, number: number): Table {
  const { table: name, columns } = object
  if (typeof name !== 'string' || !Array.isArray(columns)) throw badLine(number)
  return {
    name,
    columns: columns.map((column): Column => {
      const match = /^([a-z_]+):(text|bigint|bytea)$/.exec(String(column))
      if (match === null) throw badLine(number)
      return { name: match[1]!, type: match[2] as Column['type'] }
    }),
  }
}

export function toParams(row: readonly unknown[], { columns }: Table, number: number): Param[] {
  if (row.length !== columns.length) throw badLine(number)
  return columns.map(({ type }, at) => {
    const value = row[at]
    if (value === null) return null
    if (type === 'bigint') {
      if (Number.isSafeInteger(value)) return value as number
    } else if (typeof value === 'string') {
      if (type === 'text') return value
      const bytes = fromBase64(value)
      if (bytes !== null) return bytes
    }
    throw badLine(number)
  })
}

export const badBackup = (text: string, how: string, cause?: unknown) =>
  new StoreError('bad-backup', text, how, cause)

export const damagedBackup = (what: string) =>
  badBackup(`the backup is damaged: ${what}`, 'Nothing was written. Take an earlier backup, or another copy.')

/** Says where, never what: the parser's own message would repeat the text. */
export const badLine = (number: number) => damagedBackup(`line ${number} is not what belongs there`)

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

const toBase64 = (bytes: Uint8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')

function fromBase64(text: string): Uint8Array | null {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : null
}
