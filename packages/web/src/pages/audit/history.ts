// Reading the record backwards, and finding where in it a time is. Whoever is asked is passed in, so that specs need no server.
import type { EventView } from '@rekey/wire'
import type { Answer, Parts } from '../../api/ask.ts'

export type HistoryPage = Answer<'record.history'>
export type HistoryQuery = NonNullable<Parts<'record.history'>['query']>
export type ReadHistory = (query: HistoryQuery, signal?: AbortSignal) => Promise<HistoryPage>

/** The event at that position, or the nearest one before it that one may see; null: there is none. */
export async function nearest(
  read: ReadHistory,
  position: number,
  signal?: AbortSignal,
): Promise<EventView | null> {
  let before = position + 1
  for (let tries = 0; tries < 50 && before > 1; tries++) {
    const page = await read({ before, limit: 1 }, signal)
    if (page.items[0] !== undefined) return page.items[0]
    if (!page.more || page.position >= before) return null
    before = page.position
  }
  return null
}

/**
 * The position of the last event up to that time; 0: all are later. Positions rise with time, give or take what clocks differ, so
 * halving finds it among a million with twenty questions.
 */
export async function positionAt(
  read: ReadHistory,
  atMs: number,
  last: number,
  signal?: AbortSignal,
): Promise<number> {
  let [low, high] = [0, last]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    const event = await nearest(read, middle, signal)
    // Nothing is to be seen at or before it.
    if (event === null) low = middle
    else if (event.atMs <= atMs) low = middle
    else high = Math.min(middle, event.position) - 1
  }
  return low
}

/** The event that is a certain leaf of the log; null: it is not there, or not to be seen. Leaves follow positions, with gaps at most. */
export async function eventOfLeaf(
  read: ReadHistory,
  leaf: number,
  signal?: AbortSignal,
): Promise<EventView | null> {
  let position = leaf + 1
  for (let tries = 0; tries < 40; tries++) {
    const event = await nearest(read, position, signal)
    if (event === null || event.leaf === leaf) return event
    // What is not sealed yet is newer than any leaf.
    if (event.leaf === null || event.leaf > leaf) {
      position = event.leaf === null ? event.position - 1 : event.position + leaf - event.leaf
      if (position < 1) return null
    } else position = Math.max(position + 1, event.position + leaf - event.leaf)
  }
  return null
}

/** Clocks of control planes differ, so the record is a little out of order in time: a search looks so much further. */
const slackMs = 600_000

/** Between which positions a span of time lies, so that a search of last year does not begin today. */
export async function boundsOf(
  read: ReadHistory,
  { fromMs, toMs }: { fromMs: number | null; toMs: number | null },
  signal?: AbortSignal,
): Promise<{ before: number | null; above: number }> {
  if (fromMs === null && toMs === null) return { before: null, above: 0 }
  const { last } = await read({ limit: 1 }, signal)
  const before = toMs === null ? null : (await positionAt(read, toMs + slackMs, last, signal)) + 1
  const above = fromMs === null ? 0 : await positionAt(read, fromMs - slackMs, last, signal)
  return { before: before !== null && before > last ? null : before, above }
}
