// What is seen across all credentials. The screens and the command line begin here.
import type { Plane } from '../api/plane.ts'
import type { HandlersOf } from '../http/call.ts'
import { countsFor } from './counts.ts'
import { seenBy, shown } from './draft.ts'
import { calendar, consumersOf, ghostsOf } from './lists.ts'
import { readinessOf } from './readiness.ts'

/** As many as somebody reads; the others are counted. */
const mostShown = 200

export function overviewHandlers({ ground, overview }: Plane): HandlersOf<'overview'> {
  return {
    async now({ caller, query: { environment } }) {
      const seen = await overview.look()
      const isSeen = seenBy(caller)
      const isMeant = (one: string) => isSeen(one) && (environment === undefined || one === environment)
      return {
        ...shown(seen.drafts, caller, environment, mostShown),
        flights: seen.flights.filter(one => isMeant(one.environment)).slice(0, mostShown),
        counts: countsFor(seen.counts, isSeen, environment),
        position: seen.position,
        nowMs: ground.nowMs(),
      }
    },
    consumers: async ({ caller, query }) => consumersOf(ground, await overview.look(), caller, query),
    ghosts: async ({ caller, query }) => ghostsOf(ground, await overview.look(), caller, query),
    calendar: async ({ caller, query }) => calendar(ground, await overview.look(), caller, query),
    readiness: async ({ caller, query }) => readinessOf(ground, await overview.look(), caller, query),
  }
}
