// The record from its newest end. A request looks at so many events and no more, a stretch at a time: a screen goes on by itself and
// shows how far it is, and nothing that is more urgent waits behind a search.
import type { AnswerOf, EventView, QueryOf, routes } from '@rekey/wire'
import { type Caller, may } from '../access/caller.ts'
import type { Plane } from '../api/plane.ts'
import { readOnce } from '../api/record.ts'
import { viewOf } from '../feed/seen.ts'

type Route = typeof routes.record.history

const mostLooked = 20_000
const stretch = 2_500
const usualLimit = 100
const behindMs = 500

export async function historyOf(
  { ground: { store }, feed, assignments }: Pick<Plane, 'ground' | 'feed' | 'assignments'>,
  caller: Caller,
  { before: asked, limit = usualLimit, environment, ...filters }: QueryOf<Route>,
): Promise<AnswerOf<Route>> {
  const newest = await store.lastPosition()
  // Lower ones may still be on their way: up to where the feed has told them, there is none.
  const isTold = await feed.reached(newest, behindMs)
  const last = isTold ? newest : Math.min(newest, feed.position())
  // No text of the record has one, and PostgreSQL takes none to look for.
  if (Object.values(filters).some(one => typeof one === 'string' && one.includes('\0'))) {
    return { items: [], position: 1, more: false, last }
  }
  const known = readOnce(assignments)
  const wants = (one: EventView) =>
    (filters.credential === undefined || filters.credential === one.credential) &&
    (environment === undefined || environment === one.environment) &&
    may(caller, 'read', one.environment)
  const items: EventView[] = []
  let position = Math.min(asked ?? last + 1, last + 1)
  for (let looked = 0; looked < mostLooked && position > 1; looked += stretch) {
    const from = Math.max(1, position - stretch)
    for (let before = position; before > from; ) {
      const events = await store.eventsBefore({ ...filters, from, before, limit: pageSize })
      for (const event of events) {
        const view = await viewOf(event, known)
        if (!wants(view)) continue
        items.push(view)
        if (items.length === limit) return { items, position: event.position, more: event.position > 1, last }
      }
      before = events.length < pageSize ? from : events.at(-1)!.position
    }
    position = from
  }
  return { items, position, more: position > 1, last }
}

const pageSize = 200
