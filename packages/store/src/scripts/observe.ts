// Folds a batch of observations into the ledger, in one transaction: each consumer's entry is read, folded by the core
// and written back once, however many observations speak of it.
import type { Observation } from '@rekey/core'
import { maybeAccepted } from '@rekey/core/credential'
import { type Entry, emptyEntry, foldKeeping, isWork, joined, latest, versionsKept } from '@rekey/core/entry'
import type { ObservationBatch, Observed } from '../contract.ts'
import type { Dialect, Param, Script } from '../script.ts'
import { addToBuckets, openBucketMs } from './buckets.ts'
import { wakeAll } from './due.ts'
import { packEntry, unpackEntry } from './packed-entry.ts'
import { versions } from './read.ts'
import { type Sightings, sightings } from './sightings.ts'
import { byKey, columns, int, intOrNull, list, one, portions, text, textOrNull } from './statements.ts'

/** A rotation is looked at this long after an observation, so that a burst of them wakes it once. */
const wakeAfterMs = 1_000
/** One batch writes so many entries in a statement; and reads so many, found by their credentials. */
const portion = 1_024

const entryColumns = columns('credential:text consumer:text entry:text worked_ms:bigint')
const coverageColumns = columns('credential:text from_ms:bigint to_ms:bigint')
const ghostColumns = columns(
  'id:text credential:text seen_as:text version:bigint first_ms:bigint last_ms:bigint count:bigint state:text',
)

export function* observe(dialect: Dialect, batch: ObservationBatch): Script<Observed> {
  const { receivedMs } = batch
  const first = yield one(
    'INSERT INTO batches (source, batch, received_ms) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING source',
    batch.source,
    batch.batch,
    receivedMs,
  )
  if (first.length === 0) return { ok: false, why: 'repeated' }

  const credentials = [...new Set(batch.observations.map(({ credential }) => credential))].sort()
  const registered = yield* registeredOf(credentials)
  const bucketMs = yield* openBucketMs(dialect, receivedMs)
  const seen = sightings(
    batch,
    (credential, consumer) => registered.get(credential)?.has(consumer) ?? false,
    bucketMs,
  )

  yield* foldEntries(dialect, seen)
  yield* foldCoverage(dialect, seen)
  yield* addToBuckets(dialect, seen.buckets)
  yield* wakeRotations(dialect, credentials, receivedMs + wakeAfterMs)
  if (seen.ghosts.size > 0) yield ghostsInto(seen)
  return { ok: true, folded: seen.folded, ghosts: seen.ghostly }
}

function* registeredOf(credentials: readonly string[]): Script<Map<string, Set<string>>> {
  const registered = new Map<string, Set<string>>()
  for (const some of portions(credentials)) {
    const among = list(some)
    const rows = yield one(
      `SELECT credential, id FROM consumers WHERE credential IN ${among.sql}`,
      ...among.params,
    )
    for (const row of rows) {
      const known = registered.get(text(row, 'credential'))
      if (known === undefined) registered.set(text(row, 'credential'), new Set([text(row, 'id')]))
      else known.add(text(row, 'id'))
    }
  }
  return registered
}

function* foldEntries(dialect: Dialect, { entries }: Sightings): Script<void> {
  const fresh: Param[][] = []
  const changed: Param[][] = []
  for (const credential of [...entries.keys()].sort()) {
    const said = entries.get(credential)!
    const known = yield* entriesOf(dialect, credential, [...said.keys()].sort())
    const living = isAnyOverfull(known, said) ? yield* livingOf(dialect, credential) : []
    for (const consumer of [...said.keys()].sort()) {
      const before = known.get(consumer)
      let entry = before?.entry ?? emptyEntry(credential, consumer)
      let workedMs = before?.workedMs ?? null
      for (const observation of said.get(consumer)!) {
        const { statement, atMs } = observation
        entry = foldKeeping(living, entry, observation)
        if (statement.says === 'used' && isWork(statement)) workedMs = latest(workedMs, atMs)
      }
      const into = before === undefined ? fresh : changed
      into.push([credential, consumer, packEntry(entry), workedMs])
    }
  }
  // Two batches that both found no entry meet at the primary key, and the loser is run again: nothing is overwritten.
  if (fresh.length > 0) yield { into: 'entries', columns: entryColumns, rows: fresh, onConflict: '' }
  if (changed.length > 0)
    yield { update: 'entries', columns: entryColumns, keys: 2, rows: changed, where: '' }
}

interface Known {
  entry: Entry
  workedMs: number | null
}

/** Only where a version comes to a full entry is anything forgotten, and only then must it be known what may not be. */
function isAnyOverfull(
  known: ReadonlyMap<string, Known>,
  said: ReadonlyMap<string, readonly Observation[]>,
): boolean {
  for (const [consumer, observations] of said) {
    const numbers = (known.get(consumer)?.entry.versions ?? []).map(one => one.version)
    const before = numbers.length
    for (const { version } of observations) {
      if (version !== null && !numbers.includes(version)) numbers.push(version)
    }
    if (numbers.length > Math.max(before, versionsKept)) return true
  }
  return false
}

function* livingOf(dialect: Dialect, credential: string): Script<number[]> {
  const all = yield* versions(dialect, credential)
  return all.filter(maybeAccepted).map(one => one.number)
}

function* entriesOf(
  dialect: Dialect,
  credential: string,
  consumers: readonly string[],
): Script<Map<string, Known>> {
  const known = new Map<string, Known>()
  for (const some of portions(consumers, portion)) {
    const among = list(some, [credential])
    const rows = yield one(
      `SELECT consumer, entry, worked_ms FROM entries WHERE credential = $1 AND consumer IN ${among.sql}
        ORDER BY consumer ${dialect.forUpdate}`,
      ...among.params,
    )
    for (const row of rows) {
      const consumer = text(row, 'consumer')
      const entry = unpackEntry(credential, consumer, text(row, 'entry'))
      known.set(consumer, { entry, workedMs: intOrNull(row, 'worked_ms') })
    }
  }
  return known
}

function* foldCoverage(dialect: Dialect, { covered }: Sightings): Script<void> {
  for (const some of portions([...covered.keys()].sort())) {
    const among = list(some)
    const rows = yield one(
      `SELECT credential, from_ms, to_ms FROM coverage WHERE credential IN ${among.sql}
        ORDER BY credential ${dialect.forUpdate}`,
      ...among.params,
    )
    const known = new Map(
      rows.map(row => [text(row, 'credential'), { fromMs: int(row, 'from_ms'), toMs: int(row, 'to_ms') }]),
    )
    const fold = (credential: string): Param[] => {
      const all = covered.get(credential)!.reduce(joined, known.get(credential) ?? null)
      return [credential, all!.fromMs, all!.toMs]
    }
    const fresh = some.filter(credential => !known.has(credential)).map(fold)
    const changed = some.filter(credential => known.has(credential)).map(fold)
    if (fresh.length > 0) yield { into: 'coverage', columns: coverageColumns, rows: fresh, onConflict: '' }
    if (changed.length > 0)
      yield { update: 'coverage', columns: coverageColumns, keys: 1, rows: changed, where: '' }
  }
}

function* wakeRotations(dialect: Dialect, credentials: readonly string[], atMs: number): Script<void> {
  const wakes = new Map<string, number>()
  for (const some of portions(credentials)) {
    const among = list(some)
    const rows = yield one(
      `SELECT open_rotation FROM credentials WHERE id IN ${among.sql} AND open_rotation IS NOT NULL`,
      ...among.params,
    )
    for (const row of rows) wakes.set(`rotation/${textOrNull(row, 'open_rotation')}`, atMs)
  }
  yield* wakeAll(dialect, wakes)
}

/** A ghost that somebody claimed or dismissed stays so; that it was seen again is added. */
function ghostsInto({ ghosts }: Sightings) {
  return {
    into: 'ghosts',
    columns: ghostColumns,
    rows: byKey(ghosts).map(({ id, credential, seenAs, version, firstMs, lastMs, count, state }) => [
      id,
      credential,
      seenAs,
      version,
      firstMs,
      lastMs,
      count,
      state,
    ]),
    onConflict: `ON CONFLICT (id) DO UPDATE SET count = ghosts.count + excluded.count,
      version = CASE WHEN excluded.version IS NULL OR (ghosts.version IS NOT NULL AND excluded.last_ms < ghosts.last_ms)
        THEN ghosts.version ELSE excluded.version END,
      first_ms = CASE WHEN ghosts.first_ms < excluded.first_ms THEN ghosts.first_ms ELSE excluded.first_ms END,
      last_ms = CASE WHEN ghosts.last_ms > excluded.last_ms THEN ghosts.last_ms ELSE excluded.last_ms END`,
  }
}
