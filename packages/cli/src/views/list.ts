// What every list says at its end: how many there are, that there are more, or that there is none.
import { type Block, blank, line } from '../show/blocks.ts'
import { type Column, table } from '../show/table.ts'
import { quiet, type Words } from '../show/words.ts'
import { some } from './states.ts'

export interface ListParts<T> {
  items: readonly T[]
  columns: readonly Column<T>[]
  /** One of them, and several. */
  one: string
  many?: string
  /** What is said where there is none. */
  empty?: string
  next?: string | null
  detail?: (item: T) => readonly Words[]
}

export function list<T>({ items, columns, one, many, empty, next = null, detail }: ListParts<T>): Block[] {
  const more = next === null ? '' : `; there are more: --all, or --after ${next}`
  if (items.length === 0) {
    const nothing = empty ?? `There are no ${many ?? `${one}s`}.`
    return [line(quiet(next === null ? nothing : `None on this page${more}.`))]
  }
  return [table(items, columns, detail), blank, line(quiet(`${some(items.length, one, many)}${more}`))]
}
