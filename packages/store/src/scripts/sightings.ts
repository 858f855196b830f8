// What a batch of observations says, sorted in memory: who was meant, what to count, what to fold. No statement here.
import type { Ghost, Observation } from '@rekey/core'
import type { Bucket, ObservationBatch } from '../contract.ts'

/** Longer names are cut: they come from outside, and an index takes only so much. */
const longest = 200
const clean = (name: string) => name.slice(0, longest).toWellFormed().replaceAll('\0', '\uFFFD')

export interface Sightings {
  /** By credential and consumer, in the order in which they were said. */
  readonly entries: ReadonlyMap<string, ReadonlyMap<string, readonly Observation[]>>
  readonly ghosts: ReadonlyMap<string, Ghost>
  /** By credential: coverage at the target itself. */
  readonly covered: ReadonlyMap<string, readonly { fromMs: number; toMs: number }[]>
  /** By credential and consumer. */
  readonly buckets: ReadonlyMap<string, readonly Bucket[]>
  readonly folded: number
  readonly ghostly: number
}

export function sightings(
  { source, observations }: ObservationBatch,
  registered: (credential: string, consumer: string) => boolean,
  bucketMs: number,
): Sightings {
  const entries = new Map<string, Map<string, Observation[]>>()
  const ghosts = new Map<string, Ghost>()
  const covered = new Map<string, { fromMs: number; toMs: number }[]>()
  const buckets = new Map<string, Bucket[]>()
  const lanes = new Map<string, string>()
  let folded = 0
  let ghostly = 0
  const countInto = (counted: string, credential: string, said: readonly Observation[]) => {
    const cells = got(buckets, `${credential}\n${counted}`, newList<Bucket>)
    for (const one of said) count(cells, lanes, { bucketMs, credential, consumer: counted, source }, one)
  }
  for (const observation of observations) {
    const { credential, consumer, statement, atMs } = observation
    if (consumer !== null && registered(credential, consumer)) {
      const of = got(entries, credential, newMap<Observation[]>)
      got(of, consumer, newList<Observation>).push(observation)
      folded++
    } else if (statement.says !== 'covered') {
      // A use by somebody unknown is never dropped, not even when the source has no name for it.
      const seenAs = clean(observation.seenAs ?? consumer ?? 'unidentified')
      see(ghosts, seenAs, observation)
      countInto(`ghost:${seenAs}`, credential, [observation])
      ghostly++
    } else if (consumer === null) {
      got(covered, credential, newList<{ fromMs: number; toMs: number }>).push({
        fromMs: statement.fromMs,
        toMs: atMs,
      })
      countInto('*', credential, [observation])
      folded++
    }
    // Coverage of a consumer that is not registered is neither a use nor a proof of anything.
  }
  for (const [credential, said] of entries) {
    for (const [consumer, list] of said) countInto(consumer, credential, list)
  }
  return { entries, ghosts, covered, buckets, folded, ghostly }
}

function see(ghosts: Map<string, Ghost>, seenAs: string, { credential, version, atMs }: Observation): void {
  const id = `${credential}/${seenAs}`
  const known = ghosts.get(id)
  if (known === undefined) {
    const first = { id, credential, seenAs, version, firstMs: atMs, lastMs: atMs, count: 1 }
    ghosts.set(id, { ...first, state: 'open', by: null })
    return
  }
  known.count++
  known.firstMs = Math.min(known.firstMs, atMs)
  if (atMs >= known.lastMs) {
    known.lastMs = atMs
    known.version = version ?? known.version
  }
}

function count(
  cells: Bucket[],
  /** Lanes as they come, and cleaned: a batch has few, and cleaning one costs more than all the rest here. */
  lanes: Map<string, string>,
  whose: Pick<Bucket, 'bucketMs' | 'credential' | 'consumer' | 'source'>,
  { version, statement, atMs }: Observation,
): void {
  const { says } = statement
  const outcome = says === 'used' ? statement.outcome : says === 'fallback' ? statement.state : 'none'
  const lane = says === 'used' ? cleaned(lanes, statement.lane ?? 'any') : 'none'
  const number = version ?? -1
  // A consumer does few kinds of things in a batch: looking through them beats making a key of them.
  for (const known of cells) {
    if (known.version !== number || known.says !== says || known.outcome !== outcome || known.lane !== lane)
      continue
    known.count++
    if (atMs < known.firstMs) known.firstMs = atMs
    if (atMs > known.lastMs) known.lastMs = atMs
    return
  }
  cells.push({ ...whose, version: number, says, outcome, lane, count: 1, firstMs: atMs, lastMs: atMs })
}

function cleaned(lanes: Map<string, string>, lane: string): string {
  const known = lanes.get(lane)
  if (known !== undefined) return known
  const made = clean(lane)
  lanes.set(lane, made)
  return made
}

const newMap = <V>() => new Map<string, V>()
const newList = <V>(): V[] => []

function got<V>(map: Map<string, V>, key: string, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
