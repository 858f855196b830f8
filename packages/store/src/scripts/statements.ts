// The parts of which the scripts' statements are made.

import type { Column, Many, One, Param, Row } from '../script.ts'
import { parsed } from './parsed.ts'

export const one = (sql: string, ...params: Param[]): One => ({ sql, params })

/** "id:text record:text seq:bigint", read once when the module is loaded. */
export function columns(spec: string): readonly Column[] {
  return spec.split(' ').map(word => {
    const [name, type] = word.split(':') as [string, Column['type']]
    return { name, type }
  })
}

/** A row that is there is replaced in every column but its key. */
export function replacing(into: string, key: readonly string[], of: readonly Column[]) {
  const rest = of.filter(column => !key.includes(column.name))
  const set = rest.map(({ name }) => `${name} = excluded.${name}`).join(', ')
  const onConflict = `ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${set}`
  return (rows: Many['rows']): Many => ({ into, columns: of, rows, onConflict })
}

/**
 * "($1, $2, $3, $3)": the list is filled up to a power of two with its last member, so that few different texts exist and
 * every one stays prepared.
 */
export function list(
  values: readonly Param[],
  before: readonly Param[] = [],
): { sql: string; params: Param[] } {
  let length = 1
  while (length < values.length) length *= 2
  const params = [...before]
  const marks: string[] = []
  for (let at = 0; at < length; at++) {
    params.push(values[Math.min(at, values.length - 1)] ?? null)
    marks.push(`$${params.length}`)
  }
  return { sql: `(${marks.join(', ')})`, params }
}

/** More values than these go in several statements: SQLite takes 32,766 parameters, PostgreSQL 65,535. */
export function* portions<T>(values: readonly T[], size = 8_192): Generator<readonly T[]> {
  for (let at = 0; at < values.length; at += size) yield values.slice(at, at + size)
}

export const text = (row: Row, name: string) => row[name] as string
export const textOrNull = (row: Row, name: string) => row[name] as string | null
export const int = (row: Row, name: string) => row[name] as number
export const intOrNull = (row: Row, name: string) => row[name] as number | null
export const bytes = (row: Row, name: string) => row[name] as Uint8Array
export const json = <T>(row: Row, name: string) => JSON.parse(row[name] as string) as T
/** The same for what is read far more often than it changes; nobody may change it. */
export const record = <T>(row: Row, name: string) => parsed(row[name] as string) as T

/** Keys that are compared byte by byte on both engines, so that all transactions lock in one order. */
export function byKey<T>(map: ReadonlyMap<string, T>): T[] {
  return [...map.keys()].sort().map(key => map.get(key)!)
}
