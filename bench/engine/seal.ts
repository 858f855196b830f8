// Sealing a million events, and what a proof reads: whoever checks one event must not have to read the log.
import { performance } from 'node:perf_hooks'
import { formatKey, parseKey, type Signer, verifyProof } from '@rekey/log'
import { type Ground, logSigner, proofOf, seal } from '@rekey/server'
import { openSqliteStore, type Store } from '@rekey/store'
import { demand, type Figure, lower, type Measured, round } from './figure.ts'
import { groundOn } from './ground.ts'
import type { Place } from './place.ts'
import { sqlitePopulation } from './populate.ts'
import { eventTables } from './population.ts'

const origin = 'bench.invalid/log'
/** A credential with three consumers is registered with five events. */
const eventsEach = 5
const proofs = 200

interface Reads {
  calls: number
  rows: number
}

export async function sealing(place: Place, sizes: readonly number[]): Promise<Measured> {
  const path = place.file('log.db')
  const population = await sqlitePopulation(path)
  population.close()
  const figures: Figure[] = []
  const sealed: Record<string, number> = {}
  let from = 0
  for (const size of sizes) {
    const more = await sqlitePopulation(path)
    more.add({ tables: eventTables, template: 'three', from, to: size / eventsEach, where: 'true' })
    more.close()
    const store = await openSqliteStore(path)
    try {
      const reads: Reads = { calls: 0, rows: 0 }
      const ground = await groundOn(counting(store, reads))
      const signer = await logSigner(store, ground.vault, origin, bytes => Buffer.alloc(bytes, 9))
      const startMs = performance.now()
      const count = await seal(ground, signer)
      const tookMs = performance.now() - startMs
      demand(count !== null && count === size - from * eventsEach, `${count} events were sealed`)
      sealed[size] = Math.round((count * 1_000) / tookMs)
      figures.push(await proving(ground, signer, size, reads, sealed[size]))
    } finally {
      await store.close()
    }
    from = size / eventsEach
  }
  return { figures, notRun: [] }
}

async function proving(
  ground: Ground,
  signer: Signer,
  size: number,
  reads: Reads,
  sealedPerSecond: number,
): Promise<Figure> {
  const policy = { logs: [{ key: parseKey(formatKey(signer)), url: null }], witnesses: [], quorum: none }
  let [mostRows, mostCalls, allRows] = [0, 0, 0]
  const startMs = performance.now()
  for (let n = 0; n < proofs; n++) {
    // The first, the last, and others spread between them.
    const index = Math.floor(((size - 1) * n) / (proofs - 1))
    Object.assign(reads, { calls: 0, rows: 0 })
    const given = await proofOf(ground.store, index)
    demand(given !== null, `there is no proof of leaf ${index}`)
    const verdict = verifyProof(given.proof, { record: given.leaf, policy, origin })
    demand(verdict.ok && verdict.index === index && verdict.checkpoint.size === size, 'a proof does not hold')
    mostRows = Math.max(mostRows, reads.rows)
    mostCalls = Math.max(mostCalls, reads.calls)
    allRows += reads.rows
  }
  const tookMs = performance.now() - startMs
  return lower(`seal.proofReads.${size}`, mostRows, 'tiles', Math.ceil(Math.log2(size)), {
    events: size,
    sealedPerSecond,
    proofs,
    averageTiles: round(allRows / proofs),
    storeCalls: mostCalls,
    msPerProofWithCheck: round(tookMs / proofs),
  })
}

const none = { kind: 'none' } as const

/** The same store, whose reads of tiles are counted. */
function counting(store: Store, reads: Reads): Store {
  return {
    ...store,
    async tiles(coordinates) {
      const rows = await store.tiles(coordinates)
      reads.calls++
      reads.rows += rows.length
      return rows
    },
  }
}
