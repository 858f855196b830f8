// Cursors of lists over all credentials. Ids are anybody's text, so a cursor says how long the first of them is.
import type { RowPlace } from '@rekey/store'
import { ProblemError } from '../http/problem.ts'

export const cursorOf = ({ credential, id }: RowPlace): string => `${credential.length}.${credential}${id}`

export function placeOf(cursor: string | undefined): RowPlace | null {
  if (cursor === undefined) return null
  const { number, rest } = split(cursor)
  if (number > rest.length) throw unknown()
  return { credential: rest.slice(0, number), id: rest.slice(number) }
}

/** Of a list that is sorted by a number, and then by id. */
export const numberedCursor = (number: number, id: string): string => `${number}.${id}`

export function numberedPlace(cursor: string | undefined): { number: number; id: string } | null {
  if (cursor === undefined) return null
  const { number, rest } = split(cursor)
  return { number, id: rest }
}

function split(cursor: string): { number: number; rest: string } {
  const [, digits = '', rest = ''] = /^(\d{1,15})\.(.*)$/s.exec(cursor) ?? []
  if (digits === '') throw unknown()
  return { number: Number(digits), rest }
}

const unknown = () =>
  new ProblemError('invalid-request', {
    detail: 'The cursor "after" is none of this list.',
    how: 'Send what the page before answered as "next", or leave it out to begin at the beginning.',
  })
