// Batches as a fleet sends them: 50 consumers with two instances each, every kind of statement, a ghost now and then. And
// the same statements as plain rows: what the bare engine is given.
import type { Observation, Statement } from '@rekey/core'
import type { ObservationBatch } from '@rekey/store'
import { benchNowMs } from './ground.ts'

export const observed = 'observed-credential'
export const consumerCount = 50
/** What a busy control plane takes in at once; a small batch is measured beside it. */
export const batchSize = 2_000
export const smallBatchSize = 1_000
export const consumerId = (n: number) => `worker-${String(n).padStart(2, '0')}`

const used = (outcome: 'success' | 'degraded' | 'auth-failure', lane: string | null): Statement => ({
  says: 'used',
  outcome,
  lane,
  path: 'usual',
})

/** Twenty statements in a row of which most are plain successes. */
function statement(at: number, atMs: number): Statement {
  switch (at % 20) {
    case 3:
      return { says: 'loaded' }
    case 7:
    case 13:
      return { says: 'present' }
    case 9:
      return used('degraded', 'ingestion')
    case 11:
      return { says: 'covered', fromMs: atMs - 60_000 }
    case 17:
      return at % 40 === 17 ? used('auth-failure', 'ingestion') : { says: 'delivered' }
    default:
      return used('success', at % 3 === 0 ? null : 'ingestion')
  }
}

export function batch(n: number, size = batchSize): ObservationBatch {
  const receivedMs = benchNowMs + n * 10_000
  const observations = Array.from({ length: size }, (_, at): Observation => {
    const atMs = receivedMs - size + at
    const isGhost = at % 500 === 250
    const consumer = consumerId((at * 7 + n) % consumerCount)
    return {
      credential: observed,
      consumer: isGhost ? null : consumer,
      seenAs: isGhost ? '10.0.0.9' : null,
      instance: `${consumer}-${at % 2}`,
      version: at % 10 === 0 ? 2 : 1,
      statement: isGhost ? used('success', null) : statement(at, atMs),
      atMs,
      source: 'sdk/bench',
    }
  })
  return { source: 'sdk/bench', batch: `batch-${size}-${n}`, receivedMs, observations }
}

export const plainColumns = [
  'credential text',
  'consumer text',
  'seen_as text',
  'instance text',
  'version bigint',
  'says text',
  'outcome text',
  'lane text',
  'path text',
  'state text',
  'from_ms bigint',
  'at_ms bigint',
  'source text',
] as const

export function plain(one: Observation): (string | number | null)[] {
  const said = one.statement
  const use = said.says === 'used' ? said : null
  return [
    one.credential,
    one.consumer,
    one.seenAs,
    one.instance,
    one.version,
    said.says,
    use?.outcome ?? null,
    use?.lane ?? null,
    use?.path ?? null,
    said.says === 'fallback' ? said.state : null,
    said.says === 'covered' ? said.fromMs : null,
    one.atMs,
    one.source,
  ]
}
