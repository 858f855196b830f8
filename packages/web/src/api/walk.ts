// A list of many pages, read to its end one page after another.

export interface PageOf<T> {
  items: readonly T[]
  next: string | null
}

/** Of 500 rows each: whoever has more than this should narrow the list first. */
const mostPages = 400

/** Tells of each page as it comes. A cursor that does not move would never end, so it is an error. */
export async function walkPages<T>(
  pageAt: (after: string | undefined) => Promise<PageOf<T>>,
  told: (soFar: PageOf<T>) => void,
): Promise<void> {
  let rows: readonly T[] = []
  let after: string | undefined
  for (let count = 0; count < mostPages; count++) {
    const { items, next } = await pageAt(after)
    rows = rows.length === 0 ? items : [...rows, ...items]
    if (next !== null && next === after)
      throw new Error('The list does not come to an end: its cursor stands still.')
    told({ items: rows, next })
    if (next === null) return
    after = next
  }
}

/** What there is of some credentials is put in the place of what was there of them; of those that are new, at the end. */
export function patched<T>(
  items: readonly T[],
  fresh: ReadonlyMap<string, readonly T[]>,
  credentialOf: (item: T) => string,
): readonly T[] {
  const placed = new Set<string>()
  const kept = items.flatMap(item => {
    const credential = credentialOf(item)
    const some = fresh.get(credential)
    if (some === undefined) return [item]
    if (placed.has(credential)) return []
    placed.add(credential)
    return some
  })
  return [...kept, ...[...fresh].flatMap(([credential, some]) => (placed.has(credential) ? [] : some))]
}
