// Lists come in pages: one, or with --all every one of them as if it were one.
import { count, flag, type Kinds, word } from './kinds.ts'

export const paging = {
  limit: count('number', 'how many at the most', '100'),
  after: word('cursor', 'go on behind a page, with its "next"'),
  all: flag('every page'),
} satisfies Kinds

export interface Page<T> {
  items: T[]
  next: string | null
}

export interface Paging {
  limit: number | undefined
  after: string | undefined
  all: boolean
}

/** What one list may hold at the most, however many pages there are. */
const mostItems = 100_000
const largest = 500

export async function paged<T>(
  { limit, after, all }: Paging,
  ask: (query: { limit?: number | undefined; after?: string | undefined }) => Promise<Page<T>>,
): Promise<Page<T>> {
  if (!all) return ask({ limit, after })
  const items: T[] = []
  let next: string | null = after ?? null
  do {
    const page: Page<T> = await ask({ limit: largest, after: next ?? undefined })
    items.push(...page.items)
    next = page.next
  } while (next !== null && items.length < mostItems)
  return { items, next }
}
