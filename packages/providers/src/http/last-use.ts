// When a key was last used, as a vendor tells it: when, and by whom only where it tells callers apart.
import type { Context, Sighting, Usage } from '../provider.ts'
import { ProviderError } from '../provider.ts'
import { ourUserAgent } from './client.ts'
import { first, select } from './json-path.ts'
import { listed, textAt } from './listing.ts'
import type { Requests } from './requests.ts'
import type { Vendor } from './vendor-file.ts'

const longestCaller = 200

export async function lastUses(
  vendor: Vendor,
  requests: Requests,
  context: Context,
  handles: readonly string[],
  sinceMs: number,
): Promise<Usage> {
  const asOfMs = context.nowMs() - vendor.abilities.usageLagMs
  const place = requests.placeOf(context)
  const gaps = [unseen(vendor)]
  const told = await toldOf(vendor, requests, context, handles)
  const sightings = handles.flatMap(handle => {
    if (!told.has(handle)) gaps.push(`${handle} is not listed, so nothing is known of it`)
    return usesIn(vendor, told.get(handle), place).flatMap(({ caller, at }): Sighting[] => {
      const atMs = momentOf(at, place)
      if (atMs === null || atMs < sinceMs) return []
      // Our own name proves nothing, for anybody may take it: it is passed over only where we did probe at that time.
      const seenAs = caller === null || caller === ourUserAgent ? null : caller.slice(0, longestCaller)
      return [{ handle, seenAs, instance: null, outcome: 'success', atMs }]
    })
  })
  return { sightings, asOfMs, covered: null, gaps }
}

const unseen = ({ verbs }: Vendor) =>
  verbs.usage?.callers === undefined
    ? 'only the last use of each key is told: when, not by whom, and what came before is not seen'
    : 'of each caller of a key only the last use is told, and a caller is whoever it says that it is'

/** What is told of each key: an entry of the list, or an answer of its own. */
async function toldOf(
  vendor: Vendor,
  requests: Requests,
  context: Context,
  handles: readonly string[],
): Promise<Map<string, unknown>> {
  const { request } = vendor.verbs.usage!
  if (request === undefined) {
    const items = await listed(vendor, requests, context)
    return new Map(items.map(item => [item.handle, item.document]))
  }
  const told = new Map<string, unknown>()
  for (const handle of handles) {
    const answer = await requests.asAdmin(context, { request, ok: [200, 404, 410] }, { handle })
    if (answer.status === 200) told.set(handle, answer.body)
  }
  return told
}

function usesIn(vendor: Vendor, told: unknown, place: string): { caller: string | null; at: unknown }[] {
  const { callers, caller, lastUsedAt } = vendor.verbs.usage!
  if (told === undefined) return []
  if (callers === undefined || caller === undefined) return [{ caller: null, at: first(lastUsedAt, told) }]
  const all = select(callers, told)
  // Not the same as an empty list: somebody may have used it, and is not seen.
  if (all === null) {
    throw new ProviderError(
      'unexpected',
      `${place} answered without the list of callers that should be at ${callers}`,
    )
  }
  return all.map(one => ({ caller: textAt(caller, one), at: first(lastUsedAt, one) }))
}

/** Later than this a number counts milliseconds: as seconds it would be in the year 5138. */
const firstMilliseconds = 1e11

/** null: never. What cannot be read is a fault, for it may have been a minute ago. */
export function momentOf(told: unknown, place: string): number | null {
  if (told === undefined || told === null || told === '') return null
  const ms =
    typeof told === 'number'
      ? told * (told < firstMilliseconds ? 1_000 : 1)
      : typeof told === 'string'
        ? Date.parse(told)
        : Number.NaN
  if (Number.isFinite(ms)) return ms
  throw new ProviderError(
    'unexpected',
    `${place} tells the last use in a way that cannot be read as a moment`,
  )
}
