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
    } else if (statement.says !== 'covered' && statement.says !== 'counted') {
      // A use by somebody unknown is never dropped, not even when the source has no name for it.
      const seenAs = clean(observation.seenAs ?? consumer ?? 'unidentified')
      see(ghosts, seenAs, observation)
      countInto(`ghost:${seenAs}`, credential, [observation])
      ghostly++
    } else if (statement.says === 'covered' && consumer === null) {
      got(covered, credential, newList<{ fromMs: number; toMs: number }>).push({
        fromMs: statement.fromMs,
        toMs: atMs,
      })
      countInto('*', credential, [observation])
      folded++
    }
    // Coverage of a consumer that is not registered is neither a use nor a proof of anything; a sum of its uses says how many
    // there were, and not who it was.
  }
  for (const [credential, said] of entries) {
    for (const [consumer, list] of said) countInto(consumer, credential, list)
  }
  return { entries, ghosts, covered, buckets, folded, ghostly }
}

function see(ghosts: Map<string, Ghost>, seenAs: string, observation: Observation): void {
  const { credential, version, statement, atMs } = observation
  const { times = 1, firstMs = atMs } = statement.says === 'used' ? statement : once
  const id = `${credential}/${seenAs}`
  const known = ghosts.get(id)
  if (known === undefined) {
    const first = { id, credential, seenAs, version, firstMs, lastMs: atMs, count: times }
    ghosts.set(id, { ...first, state: 'open', by: null })
    return
  }
  known.count += times
  known.firstMs = Math.min(known.firstMs, firstMs)
  if (atMs >= known.lastMs) {
    known.lastMs = atMs
    known.version = version ?? known.version
  }
}

/** What is no use is said once. */
const once: { times?: number; firstMs?: number } = {}

type Whose = Pick<Bucket, 'bucketMs' | 'credential' | 'consumer' | 'source'>

function count(
  cells: Bucket[],
  /** Lanes as they come, and cleaned: a batch has few, and cleaning one costs more than all the rest here. */
  lanes: Map<string, string>,
  whose: Whose,
  observation: Observation,
): void {
  const { statement, atMs } = observation
  if (statement.says === 'used') {
    const { outcome, times = 1, firstMs = atMs } = statement
    add(cells, whose, observation, outcome, cleaned(lanes, statement.lane ?? 'any'), times, firstMs)
  } else if (statement.says === 'counted') {
    const { uses, authFailures } = statement
    if (uses > authFailures) add(cells, whose, observation, 'success', 'any', uses - authFailures, atMs)
    if (authFailures > 0) add(cells, whose, observation, 'auth-failure', 'any', authFailures, atMs)
  } else {
    add(cells, whose, observation, statement.says === 'fallback' ? statement.state : 'none', 'none', 1, atMs)
  }
}

function add(
  cells: Bucket[],
  whose: Whose,
  { version, statement, atMs }: Observation,
  outcome: string,
  lane: string,
  times: number,
  firstMs: number,
): void {
  const { says } = statement
  const number = version ?? -1
  // A consumer does few kinds of things in a batch: looking through them beats making a key of them.
  for (const known of cells) {
    if (known.version !== number || known.says !== says || known.outcome !== outcome || known.lane !== lane)
      continue
    known.count += times
    if (firstMs < known.firstMs) known.firstMs = firstMs
    if (atMs > known.lastMs) known.lastMs = atMs
    return
  }
  cells.push({ ...whose, version: number, says, outcome, lane, count: times, firstMs, lastMs: atMs })
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
