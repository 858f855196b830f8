// The sections in the order in which they run: first what only thinks, last what leaves a server busy.
import { openPostgres, openSqliteStore } from '@rekey/store'
import { deciding } from './decide.ts'
import type { Measured } from './figure.ts'
import { ingest } from './ingest.ts'
import { remembering } from './memory.ts'
import type { Place } from './place.ts'
import { populatePostgres, populateSqlite } from './populate.ts'
import { wantedFor } from './population.ts'
import { sealing } from './seal.ts'
import { starting } from './start.ts'
import { tickRatio, ticksOf } from './tick.ts'

export interface Sizes {
  few: number
  many: number
  pairs: number
  rounds: number
  batches: number
  logs: readonly number[]
  starts: number
}

export const real: Sizes = {
  few: 10_000,
  many: 1_000_000,
  pairs: 31,
  rounds: 300,
  batches: 200,
  logs: [1_000, 10_000, 100_000, 1_000_000],
  starts: 10,
}
/** To see whether it runs; no figure of the project. */
export const quick: Sizes = {
  few: 10_000,
  many: 20_000,
  pairs: 5,
  rounds: 30,
  batches: 20,
  logs: [1_000, 10_000],
  starts: 3,
}

export interface Bench {
  place: Place
  sizes: Sizes
  /** The store with many credentials: filled once, for whoever asks first. */
  large(): Promise<string>
  say(text: string): void
}

export function largeOnce(bench: Omit<Bench, 'large'>): () => Promise<string> {
  let made: Promise<string> | null = null
  const make = async () => {
    const path = bench.place.file('many.db')
    bench.say(`filling a store with ${bench.sizes.many} credentials (SQLite)`)
    await populateSqlite(path, wantedFor(bench.sizes.many))
    return path
  }
  return () => (made ??= make())
}

export const sections: Record<string, (bench: Bench) => Promise<Measured>> = {
  decide: ({ sizes }) => deciding(sizes.batches),
  start: async ({ place, large, sizes }) => starting(place, await large(), sizes.many, sizes.starts),
  ingest: ({ place, sizes }) => ingest(place, sizes.rounds),
  seal: ({ place, sizes }) => sealing(place, sizes.logs),
  tick: async bench => {
    const { place, say } = bench
    const figures = [await onSqlite(bench)]
    if (place.postgres === null) return { figures, notRun: ['tick.postgres: no PostgreSQL answers'] }
    say(`filling a schema with ${bench.sizes.many} credentials (PostgreSQL)`)
    figures.push(await onPostgres(bench, place.postgres))
    return { figures, notRun: [] }
  },
  memory: async ({ large, sizes }) => remembering(await large(), sizes.many, ticksOf(sizes.pairs)),
}

async function onSqlite({ place, sizes, large }: Bench) {
  const path = place.file('few.db')
  await populateSqlite(path, wantedFor(sizes.few))
  const few = await openSqliteStore(path)
  const many = await openSqliteStore(await large())
  try {
    const stores = { few: { store: few, size: sizes.few }, many: { store: many, size: sizes.many } }
    return await tickRatio('sqlite', stores, sizes.pairs)
  } finally {
    await few.close()
    await many.close()
  }
}

async function onPostgres({ place, sizes }: Bench, url: string) {
  const [ofFew, ofMany] = [place.schema('few'), place.schema('many')]
  await populatePostgres(url, ofFew, wantedFor(sizes.few))
  await populatePostgres(url, ofMany, wantedFor(sizes.many))
  const few = await openPostgres({ connection: url, schema: ofFew })
  const many = await openPostgres({ connection: url, schema: ofMany })
  try {
    const stores = { few: { store: few, size: sizes.few }, many: { store: many, size: sizes.many } }
    return await tickRatio('postgres', stores, sizes.pairs)
  } finally {
    await few.close()
    await many.close()
  }
}
