// Writing the events that are looked for into a file, page by page, with how far it has come. Each page becomes a blob, which a browser
// keeps on disk when there are many of them.

import { type Format, formats, headOf, lineOf } from './export-lines.ts'
import type { Filters } from './filters.ts'
import { queryOf } from './filters.ts'
import { boundsOf, type ReadHistory } from './history.ts'

export interface Progress {
  events: number
  position: number
  last: number
}

export interface Exported extends Progress {
  parts: Blob[]
}

const pageLimit = 1_000

export async function exportEvents(
  read: ReadHistory,
  { filters, format }: { filters: Filters; format: Format },
  tell: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<Exported> {
  const query = queryOf(filters)
  const { media } = formats[format]
  const blob = (text: string) => new Blob([text], { type: media })
  const parts = [blob(headOf(format))]
  const bounds = await boundsOf(read, filters, signal)
  let [before, events, last] = [bounds.before, 0, 0]
  for (;;) {
    signal.throwIfAborted()
    const page = await read({ ...query, ...(before !== null && { before }), limit: pageLimit }, signal)
    if (page.items.length > 0) parts.push(blob(page.items.map(one => lineOf(format, one)).join('')))
    events += page.items.length
    // What came while it ran is for the next one.
    last = last === 0 ? page.last : last
    tell({ events, position: page.position, last })
    const isOver = !page.more || page.position <= bounds.above || (before !== null && page.position >= before)
    if (isOver) return { parts, events, position: page.position, last }
    before = page.position
  }
}
