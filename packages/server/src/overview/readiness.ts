// Whether each credential is ready for its next rotation, days ahead of the day: as its map says it, over all of them.
import { policyFor, readiness } from '@rekey/core'
import type { AnswerOf, QueryOf, routes } from '@rekey/wire'
import type { Caller } from '../access/caller.ts'
import { abilitiesOf } from '../api/inventory.ts'
import type { Ground } from '../ground.ts'
import { finder, meant } from './lists.ts'
import { inBatches } from './pages.ts'
import type { CredentialKnown, Known } from './remembered.ts'

type Route = typeof routes.overview.readiness
type Item = AnswerOf<Route>['items'][number]

/** Each is a call for its consumers: where few have the verdict that was asked for, a page may be short. */
const mostLooked = 1_000
const atOnce = 50

export async function readinessOf(
  ground: Pick<Ground, 'store' | 'providers' | 'nowMs'>,
  known: Known,
  caller: Caller,
  { verdict, after = '', limit = 100, ...query }: QueryOf<Route>,
): Promise<AnswerOf<Route>> {
  const isFound = finder(query.text)
  const of = meant(known, caller, query.environment)
  const wanted = [...known.credentials.values()]
    .filter(({ row: { id, record } }) => id > after && isWanted(id, record))
    .sort((a, b) => (a.row.id < b.row.id ? -1 : 1))
  function isWanted(id: string, { name, owner }: CredentialKnown['row']['record']): boolean {
    return of(id) !== null && isFound(id, name, owner?.name, owner?.id)
  }
  const items: Item[] = []
  for (let from = 0; from < wanted.length; from += atOnce) {
    const some = wanted.slice(from, from + atOnce)
    const looked = await viewed(ground, some)
    for (const [at, { row }] of some.entries()) {
      const item = looked.get(row.id)!
      if (verdict !== undefined && item.verdict !== verdict) continue
      items.push(item)
      const isLast = from + at === wanted.length - 1
      if (items.length === limit) return { items, next: isLast ? null : row.id }
    }
    const isOver = from + some.length >= wanted.length
    if (!isOver && from + atOnce >= mostLooked) return { items, next: some.at(-1)!.row.id }
  }
  return { items, next: null }
}

async function viewed(
  ground: Pick<Ground, 'store' | 'providers' | 'nowMs'>,
  some: readonly CredentialKnown[],
): Promise<ReadonlyMap<string, Item>> {
  const found = new Map<string, Item>()
  await inBatches(some, async one => void found.set(one.row.id, await itemOf(ground, one)))
  return found
}

async function itemOf(
  { store, providers, nowMs }: Pick<Ground, 'store' | 'providers' | 'nowMs'>,
  { row }: CredentialKnown,
): Promise<Item> {
  const { id, record, nextRotationMs, openRotation: rotation } = row
  const provider = providers.get(record.provider)
  const of = { credential: id, name: record.name, environment: record.environment }
  const consumers = await store.consumers(id)
  if (provider === undefined) {
    return {
      ...of,
      verdict: 'not-ready',
      startAtMs: nextRotationMs,
      rotation,
      consumers: consumers.length,
      checks: [{ check: 'provider', ok: false }],
      missing: [
        {
          check: 'provider',
          consumer: null,
          text: `There is no provider ${record.provider}: it cannot be rotated.`,
          how: 'Correct the credential’s provider.',
          blocks: true,
        },
      ],
      rarePaths: [],
    }
  }
  const report = readiness({
    credential: record,
    consumers,
    abilities: abilitiesOf(provider, record),
    policy: policyFor(record, record.policy),
    nowMs: nowMs(),
    rollbackRehearsedAtMs: row.lastRollbackMs,
  })
  return {
    ...of,
    verdict: report.verdict,
    startAtMs: nextRotationMs,
    rotation,
    consumers: consumers.length,
    checks: report.items.map(({ check, ok }) => ({ check, ok })),
    missing: report.items.flatMap(({ check, missing }) => missing.map(one => ({ check, ...one }))),
    rarePaths: report.rarePaths.map(({ consumer, name, lastExercisedAtMs }) => ({
      consumer,
      name,
      lastExercisedAtMs,
    })),
  }
}
