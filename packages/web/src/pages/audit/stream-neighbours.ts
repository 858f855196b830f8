// The events before and after one in its stream. The record is not kept by stream for whoever reads it, so they are looked for, not
// further than anybody would wait.
import type { EventView } from '@rekey/wire'
import type { Answer, Parts } from '../../api/ask.ts'
import type { HistoryQuery, ReadHistory } from './history.ts'

export type ReadEvents = (
  query: NonNullable<Parts<'record.events'>['query']>,
  signal?: AbortSignal,
) => Promise<Answer<'record.events'>>

/** none: it is the first, or the last so far; far: it was not among those that were looked at. */
export type Neighbour = { is: 'event'; event: EventView } | { is: 'none' } | { is: 'far' }

const mostPages = 12

export async function before(read: ReadHistory, of: EventView, signal?: AbortSignal): Promise<Neighbour> {
  if (of.seq === 1) return { is: 'none' }
  const query: HistoryQuery = {
    text: of.stream,
    ...(of.credential !== null && { credential: of.credential }),
  }
  let position = of.position
  for (let pages = 0; pages < mostPages; pages++) {
    const page = await read({ ...query, before: position, limit: 100 }, signal)
    const event = page.items.find(one => one.stream === of.stream && one.seq === of.seq - 1)
    if (event !== undefined) return { is: 'event', event }
    if (!page.more || page.position >= position) break
    position = page.position
  }
  return { is: 'far' }
}

export async function after(read: ReadEvents, of: EventView, signal?: AbortSignal): Promise<Neighbour> {
  let position = of.position
  for (let pages = 0; pages < mostPages; pages++) {
    const page = await read(
      { after: position, limit: 500, ...(of.credential !== null && { credential: of.credential }) },
      signal,
    )
    const event = page.items.find(one => one.stream === of.stream && one.seq === of.seq + 1)
    if (event !== undefined) return { is: 'event', event }
    if (!page.more || page.position <= position) return { is: 'none' }
    position = page.position
  }
  return { is: 'far' }
}
