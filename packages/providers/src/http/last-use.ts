// When a key was last used, as a vendor tells it: when, and not by whom.
import type { Context, Sighting, Usage } from '../provider.ts'
import { ProviderError } from '../provider.ts'
import { first } from './json-path.ts'
import { listed } from './listing.ts'
import type { Requests } from './requests.ts'
import type { Vendor } from './vendor-file.ts'

export async function lastUses(
  vendor: Vendor,
  requests: Requests,
  context: Context,
  handles: readonly string[],
  sinceMs: number,
): Promise<Usage> {
  const asOfMs = context.nowMs() - vendor.abilities.usageLagMs
  const gaps = ['only the last use of each key is told: when, not by whom, and what came before is not seen']
  const told = await toldOf(vendor, requests, context, handles)
  const sightings = handles.flatMap((handle): Sighting[] => {
    if (!told.has(handle)) gaps.push(`${handle} is not listed, so nothing is known of it`)
    const atMs = momentOf(told.get(handle), requests.placeOf(context))
    if (atMs === null || atMs < sinceMs) return []
    return [{ handle, seenAs: null, instance: null, outcome: 'success', atMs }]
  })
  return { sightings, asOfMs, covered: null, gaps }
}

async function toldOf(
  vendor: Vendor,
  requests: Requests,
  context: Context,
  handles: readonly string[],
): Promise<Map<string, unknown>> {
  const { request, lastUsedAt } = vendor.verbs.usage!
  if (request === undefined) {
    const items = await listed(vendor, requests, context)
    return new Map(items.map(item => [item.handle, item.lastUsedAt]))
  }
  const told = new Map<string, unknown>()
  for (const handle of handles) {
    const answer = await requests.asAdmin(context, { request, ok: [200, 404, 410] }, { handle })
    if (answer.status === 200) told.set(handle, first(lastUsedAt, answer.body))
  }
  return told
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
