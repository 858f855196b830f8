// The record: events as they were written, those of the past by position and those to come as they happen, and the sealed log
// (RFC 6962 tree, C2SP signed notes and tlog-proof) with which anyone can check that they are all there.
import { formatKey } from '@rekey/log'
import type { StoredEvent } from '@rekey/store'
import type { AnswerOf, EventView, QueryOf, routes } from '@rekey/wire'
import { type Caller, may, person } from '../access/caller.ts'
import { openLine } from '../feed/line.ts'
import { viewOf } from '../feed/seen.ts'
import { type HandlersOf, taken } from '../http/call.ts'
import { notFound, ProblemError } from '../http/problem.ts'
import { historyOf } from '../overview/history.ts'
import { logSigner, originName } from '../sealing/key.ts'
import { proofOf } from '../sealing/verify.ts'
import { cursorOf } from './agent.ts'
import type { Assignments } from './assignments.ts'
import type { Plane } from './plane.ts'

type Filters = QueryOf<typeof routes.record.stream>
type EventPage = AnswerOf<typeof routes.record.events>

/** Looked at in one request; whoever may see little of much is told how far that was. */
const mostLooked = 20_000
const pageSize = 500
const usualLimit = 100

export function recordHandlers(plane: Plane): HandlersOf<'record'> {
  const { assignments, ground, streams } = plane
  const { store } = ground
  const keyText = keyTextOf(plane)
  return {
    history: ({ caller, query }) => historyOf(plane, caller, query),

    async events({ caller, query, signal }) {
      const { waitMs = 0 } = query
      const first = await pageOf(plane, caller, query, query.after ?? 0)
      if (waitMs === 0 || first.items.length > 0 || first.more) return first
      return pageWithin(plane, caller, query, first, { waitMs, signal: signal() })
    },

    async stream({ caller, query, request, reply }): Promise<typeof taken> {
      const after = cursorOf(request.headers['last-event-id'], query.after)
      let leave: () => void = () => undefined
      const line = openLine(reply, () => leave())
      const wants = wantedBy(caller, query)
      try {
        leave = await streams.addPerson({ person: person(caller).id, wants, line }, after)
      } catch (error) {
        line.end()
        throw error
      }
      // It may have gone while it was told of the past.
      if (!line.open) leave()
      return taken
    },

    async checkpoint() {
      const [{ checkpoint, size }, key] = await Promise.all([store.logState(), keyText()])
      return { checkpoint, key, size }
    },

    async proof({ caller, params: { position } }) {
      const [event] = position < 1 ? [] : await store.events(position - 1, 1)
      if (event?.position !== position) throw notFound(`event ${position}`)
      const view = await viewOf(event, assignments)
      if (!may(caller, 'read', view.environment)) throw notFound(`event ${position}`)
      const proved = event.leaf === null ? null : await proofOf(store, event.leaf)
      if (event.leaf === null || proved === null) {
        throw new ProblemError('unavailable', {
          detail: `The event ${position} is not sealed yet.`,
          how: 'Ask again in a second.',
          retryAfterMs: 1_000,
        })
      }
      return { proof: proved.proof, leaf: event.leaf, data: Buffer.from(proved.leaf).toString('utf8') }
    },
  }
}

/** What is of no environment concerns all: it is for those who may read everywhere. */
function wantedBy(caller: Caller, { credential, environment, type }: Filters): (event: EventView) => boolean {
  return event =>
    (type === undefined || type === event.type) &&
    (credential === undefined || credential === event.credential) &&
    (environment === undefined || environment === event.environment) &&
    may(caller, 'read', event.environment)
}

async function pageOf(
  { ground, assignments }: Plane,
  caller: Caller,
  { limit = usualLimit, ...filters }: Filters & { limit?: number },
  after: number,
): Promise<EventPage> {
  const wants = wantedBy(caller, filters)
  const known = readOnce(assignments)
  const items: EventView[] = []
  let position = after
  for (let looked = 0; looked < mostLooked; looked += pageSize) {
    const events = await ground.store.events(position, pageSize)
    for (const [at, event] of events.entries()) {
      position = event.position
      // Told by the row alone, so that nothing is read for it.
      if (filters.type !== undefined && filters.type !== event.type) continue
      const view = await viewOf(event, known)
      if (!wants(view)) continue
      items.push(view)
      if (items.length === limit) return { items, position, more: hasMore(events, at) }
    }
    if (events.length < pageSize) return { items, position, more: false }
  }
  return { items, position, more: true }
}

const hasMore = (events: readonly StoredEvent[], at: number) =>
  at < events.length - 1 || events.length === pageSize

/** Thousands of events are of a few credentials: each is read once a page. */
export function readOnce(assignments: Assignments): Assignments {
  const read = new Map<string, ReturnType<Assignments['of']>>()
  return {
    ...assignments,
    of(credential) {
      const known = read.get(credential) ?? assignments.of(credential)
      read.set(credential, known)
      return known
    },
  }
}

/** Looks again with each piece of news, until there is something, the time is up, or the client has gone. */
async function pageWithin(
  plane: Plane,
  caller: Caller,
  query: QueryOf<typeof routes.record.events>,
  first: EventPage,
  { waitMs, signal }: { waitMs: number; signal: AbortSignal },
): Promise<EventPage> {
  let page = first
  let isNews = false
  let isOver = signal.aborted
  let wake: () => void = () => undefined
  const end = () => {
    isOver = true
    wake()
  }
  const timer = setTimeout(end, waitMs)
  signal.addEventListener('abort', end, { once: true })
  const leave = plane.feed.listen(() => {
    isNews = true
    wake()
  })
  try {
    // Once more before the first wait: what came before we listened is no news.
    for (;;) {
      isNews = false
      page = await pageOf(plane, caller, query, page.position)
      if (page.items.length > 0 || page.more || isOver) return page
      await new Promise<void>(resolve => {
        wake = resolve
        if (isNews || isOver) resolve()
      })
    }
  } finally {
    leave()
    clearTimeout(timer)
    signal.removeEventListener('abort', end)
  }
}

/** The verifier key of the log. It changes only with the log’s name, so that anyone may ask and nothing is written for it. */
function keyTextOf({ ground }: Plane): () => Promise<string> {
  let known: { origin: string; text: string } | null = null
  return async () => {
    const origin = await ground.store.meta(originName)
    if (origin === null) {
      throw new ProblemError('unavailable', { detail: 'The log has not begun yet.', retryAfterMs: 1_000 })
    }
    if (known?.origin !== origin) {
      const signer = await logSigner(ground.store, ground.vault, origin, ground.random)
      known = { origin, text: formatKey(signer) }
    }
    return known.text
  }
}
