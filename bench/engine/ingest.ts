// What it costs to understand an observation, beside merely writing it down: the store folds a batch into ledger and
// buckets, the bare engine inserts the same rows. Both reach the disk once a batch; the batches are taken in turn.
import { performance } from 'node:perf_hooks'
import { DatabaseSync } from 'node:sqlite'
import { openRotation } from '@rekey/server'
import { openPostgres, openSqliteStore, type Store } from '@rekey/store'
import { demand, type Figure, higher, type Measured, median, round, spread } from './figure.ts'
import { groundOn, person, register } from './ground.ts'
import {
  batch,
  batchSize,
  consumerCount,
  consumerId,
  observed,
  plain,
  plainColumns,
  smallBatchSize,
} from './observations.ts'
import { type Place, withClient } from './place.ts'

const limit = 0.5
const warmUp = 20
const inFlight = 8

type Insert = (rows: readonly (readonly (string | number | null)[])[]) => Promise<void>

export async function ingest(place: Place, rounds: number): Promise<Measured> {
  const figures = [await onSqlite(place, rounds)]
  if (place.postgres === null) return { figures, notRun: ['ingest.postgres: no PostgreSQL answers'] }
  figures.push(await onPostgres(place.postgres, place.schema('ingest'), place.schema('bare'), rounds))
  return { figures, notRun: [] }
}

async function onSqlite(place: Place, rounds: number): Promise<Figure> {
  const store = await openSqliteStore(place.file('ingest.db'))
  const database = new DatabaseSync(place.file('bare.db'))
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
    database.exec(`CREATE TABLE plain (${plainColumns.join(', ')})`)
    const insert = database.prepare(`INSERT INTO plain VALUES (${plainColumns.map(() => '?').join(', ')})`)
    return await compared('sqlite', store, rounds, async rows => {
      database.exec('BEGIN IMMEDIATE')
      for (const row of rows) insert.run(...row)
      database.exec('COMMIT')
    })
  } finally {
    database.close()
    await store.close()
  }
}

async function onPostgres(url: string, schema: string, bare: string, rounds: number): Promise<Figure> {
  const store = await openPostgres({ connection: url, schema })
  try {
    return await withClient(url, async client => {
      await client.query(`CREATE SCHEMA ${bare}; CREATE TABLE ${bare}.plain (${plainColumns.join(', ')})`)
      const arrays = plainColumns.map((column, at) => `$${at + 1}::${column.split(' ')[1]}[]`)
      const text = `INSERT INTO ${bare}.plain SELECT * FROM unnest(${arrays.join(', ')})`
      return compared('postgres', store, rounds, async rows => {
        await client.query(
          text,
          plainColumns.map((_, at) => rows.map(row => row[at])),
        )
      })
    })
  } finally {
    await store.close()
  }
}

async function compared(engine: string, store: Store, rounds: number, insert: Insert): Promise<Figure> {
  const ground = await groundOn(store)
  await register(
    ground,
    observed,
    Array.from({ length: consumerCount }, (_, n) => consumerId(n)),
  )
  // Observations matter while a rotation is open, and cost more then: they wake it.
  const opened = await openRotation(ground, { credential: observed, trigger: { why: 'time' }, by: person })
  demand(opened.ok, 'no rotation was opened')
  const whole = await inTurn(store, rounds, insert, batchSize)
  const small = await inTurn(store, rounds, insert, smallBatchSize)
  const { entries } = await store.ledger(observed)
  demand(entries.length === consumerCount, `${entries.length} consumers are in the ledger`)
  return higher(`ingest.${engine}`, whole.bareMs / whole.oursMs, 'ratio', limit, {
    batch: batchSize,
    consumers: consumerCount,
    rounds,
    observationsPerSecond: perSecond(whole.oursMs),
    bareRowsPerSecond: perSecond(whole.bareMs),
    medianMs: [round(whole.oursMs), round(whole.bareMs)],
    pairwise: whole.pairwise,
    ratioAtHalfTheBatch: round(small.bareMs / small.oursMs),
    observationsPerSecondWithEightInFlight: await together(store, rounds),
  })
}

interface InTurn {
  oursMs: number
  bareMs: number
  pairwise: ReturnType<typeof spread>
}

async function inTurn(store: Store, rounds: number, insert: Insert, size: number): Promise<InTurn> {
  const tookMs: { ours: number; bare: number }[] = []
  for (let n = 0; n < rounds + warmUp; n++) {
    const said = batch(n, size)
    const rows = said.observations.map(plain)
    const startMs = performance.now()
    const answer = await store.observe(said)
    const halfMs = performance.now()
    await insert(rows)
    const endMs = performance.now()
    demand(answer.ok && answer.folded + answer.ghosts === size, 'not every observation was folded')
    if (n >= warmUp) tookMs.push({ ours: halfMs - startMs, bare: endMs - halfMs })
  }
  return {
    oursMs: median(tookMs.map(one => one.ours)),
    bareMs: median(tookMs.map(one => one.bare)),
    pairwise: spread(tookMs.map(one => one.bare / one.ours)),
  }
}

/** Several agents do not wait for one another: their batches share what the engine can share. */
async function together(store: Store, rounds: number): Promise<number> {
  const groups = Math.ceil(rounds / inFlight)
  const prepared = Array.from({ length: groups * inFlight }, (_, n) => batch(rounds + warmUp + n))
  const startMs = performance.now()
  for (let group = 0; group < groups; group++) {
    const some = prepared.slice(group * inFlight, (group + 1) * inFlight)
    await Promise.all(some.map(one => store.observe(one)))
  }
  return perSecond((performance.now() - startMs) / prepared.length)
}

const perSecond = (batchMs: number) => Math.round((batchSize * 1_000) / batchMs)
