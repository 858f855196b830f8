// Reading much of a store: page by page, or a few at a time, so that nothing that is more urgent waits behind it for long.

export const pageSize = 500

/** Row by row, page by page; `at` says where the next page begins. A page that is not full is the last. */
export async function* pagesOf<Row, At>(
  read: (after: At | null) => Promise<readonly Row[]>,
  at: (row: Row) => At,
): AsyncGenerator<Row> {
  for (let after: At | null = null; ; ) {
    const rows: readonly Row[] = await read(after)
    yield* rows
    const last = rows.at(-1)
    if (last === undefined || rows.length < pageSize) return
    after = at(last)
  }
}

const atOnce = 25

export async function inBatches<T>(all: readonly T[], act: (one: T) => Promise<void>): Promise<void> {
  for (let from = 0; from < all.length; from += atOnce) {
    await Promise.all(all.slice(from, from + atOnce).map(act))
  }
}
