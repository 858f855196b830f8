// What all observations say about one consumer of one credential, folded. Plain data: stored as it is, one row a consumer.
import { counted, type MinuteCounts } from './minutes.ts'
import type { Observation, Used } from './observation.ts'

/** What is known of one consumer with one version. Instants are null until they happened. */
export interface VersionFacts {
  version: number
  deliveredMs: number | null
  loadedMs: number | null
  firstSuccessMs: number | null
  lastSuccessMs: number | null
  /** The last attempt of any outcome: who is refused with a version still holds it. */
  lastUseMs: number | null
  lastDegradedMs: number | null
  firstAuthFailureMs: number | null
  lastAuthFailureMs: number | null
  lastFallbackMs: number | null
  lastExceptionMs: number | null
  lastExceptionFailureMs: number | null
  lanes: { lane: string; lastSuccessMs: number }[]
}

export interface InstanceFacts {
  instance: string
  version: number | null
  sinceMs: number
  lastSeenMs: number
  /** Gone for good since then; kept for a while, so that a late "present" does not bring it back. */
  stoppedMs: number | null
}

export interface Entry {
  credential: string
  consumer: string
  versions: VersionFacts[]
  instances: InstanceFacts[]
  /** The last use of which the source could not say with which version. */
  unknownUseMs: number | null
  covered: { fromMs: number; toMs: number } | null
  fallback: { state: 'confirmed' | 'disabled'; atMs: number } | null
  minutes: MinuteCounts[]
  lastSeenMs: number | null
}

/** Facts of more versions than these are history, which the buckets keep; those of a version that lives are kept in any case. */
export const versionsKept = 4
/** Names that sources make up must not make a row grow without end. What is forgotten proves less, never more. */
const lanesKept = 64
const instancesKept = 2_000
/** Two stretches of coverage join when the gap is no longer than a heartbeat may be late. */
const coverageGapMs = 2 * 60_000
const stoppedKeptMs = 48 * 3_600_000

export function emptyEntry(credential: string, consumer: string): Entry {
  return {
    credential,
    consumer,
    versions: [],
    instances: [],
    unknownUseMs: null,
    covered: null,
    fallback: null,
    minutes: [],
    lastSeenMs: null,
  }
}

/**
 * Late, reordered and repeated observations are the normal case: every fact is a first or a last instant, so the order of
 * arrival does not matter. (The counts in `minutes` rely on the store, which takes a batch only once; coverage that
 * arrives out of order may prove less than it could, never more.)
 */
export const fold = (entry: Entry, observation: Observation) => foldKeeping([], entry, observation)

/** The same, where it is known which versions live, that is, may still be accepted: nothing of those is forgotten. */
export function foldKeeping(living: readonly number[], entry: Entry, observation: Observation): Entry {
  const { statement, atMs, version, instance } = observation
  const next: Entry = { ...entry, lastSeenMs: latest(entry.lastSeenMs, atMs) }
  const touch = (version: number, change: (facts: VersionFacts) => VersionFacts) =>
    setFacts(next, version, change, living)
  switch (statement.says) {
    case 'used':
      if (version === null) next.unknownUseMs = latest(entry.unknownUseMs, atMs)
      else touch(version, facts => used(facts, observation, statement))
      next.minutes = counted(entry.minutes, atMs, statement)
      break
    case 'counted':
      // Not even a use that nobody can place: who counts minutes would otherwise never let silence begin.
      next.minutes = counted(entry.minutes, atMs, statement)
      break
    case 'loaded':
      if (version !== null) touch(version, facts => ({ ...facts, loadedMs: latest(facts.loadedMs, atMs) }))
      if (instance !== null) setInstances(next, withInstance(entry.instances, instance, version, atMs))
      break
    case 'present':
      if (instance !== null) setInstances(next, withInstance(entry.instances, instance, version, atMs))
      break
    case 'stopped':
      if (instance !== null) setInstances(next, withStop(entry.instances, instance, version, atMs))
      break
    case 'delivered':
      if (version !== null) {
        touch(version, facts => ({ ...facts, deliveredMs: latest(facts.deliveredMs, atMs) }))
      }
      break
    case 'covered':
      next.covered = joined(entry.covered, { fromMs: statement.fromMs, toMs: atMs })
      break
    case 'fallback':
      if (entry.fallback === null || entry.fallback.atMs < atMs) {
        next.fallback = { state: statement.state, atMs }
      } else if (entry.fallback.atMs === atMs && statement.state === 'disabled') {
        next.fallback = { state: 'disabled', atMs }
      }
      break
  }
  return next
}

export function factsOf(entry: Entry, version: number | null): VersionFacts | null {
  if (version === null) return null
  for (const facts of entry.versions) if (facts.version === version) return facts
  return null
}

/** The last use of anything that is not the given version: the one that is left, one older still, or an unknown one. */
export function lastOtherUseMs(entry: Entry, version: number | null): number | null {
  let last = entry.unknownUseMs
  for (const facts of entry.versions) {
    if (facts.version !== version && facts.lastUseMs !== null) last = latest(last, facts.lastUseMs)
  }
  return last
}

export function joined(
  known: { fromMs: number; toMs: number } | null,
  said: { fromMs: number; toMs: number },
): { fromMs: number; toMs: number } {
  if (known === null) return said
  const apart = said.fromMs > known.toMs + coverageGapMs || known.fromMs > said.toMs + coverageGapMs
  // A gap cannot be bridged: only the later stretch proves anything about now.
  if (apart) return said.toMs > known.toMs ? said : known
  return { fromMs: Math.min(known.fromMs, said.fromMs), toMs: Math.max(known.toMs, said.toMs) }
}

/** Its own way, and with success: a fallback that stepped in has not exercised it. */
export const isWork = ({ outcome, path }: Used) => outcome === 'success' && path !== 'fallback'

function used(facts: VersionFacts, { atMs }: Observation, use: Used): VersionFacts {
  const { outcome, lane, path, firstMs = atMs } = use
  const next: VersionFacts = { ...facts, lastUseMs: latest(facts.lastUseMs, atMs) }
  if (path === 'fallback') next.lastFallbackMs = latest(facts.lastFallbackMs, atMs)
  if (isWork(use)) {
    next.firstSuccessMs = earliest(facts.firstSuccessMs, firstMs)
    next.lastSuccessMs = latest(facts.lastSuccessMs, atMs)
    next.lanes = withLane(facts.lanes, lane ?? 'any', atMs)
    if (path === 'exception') next.lastExceptionMs = latest(facts.lastExceptionMs, atMs)
  } else if (outcome === 'degraded') {
    next.lastDegradedMs = latest(facts.lastDegradedMs, atMs)
  } else if (outcome === 'auth-failure') {
    next.firstAuthFailureMs = earliest(facts.firstAuthFailureMs, firstMs)
    next.lastAuthFailureMs = latest(facts.lastAuthFailureMs, atMs)
    if (path === 'exception') next.lastExceptionFailureMs = latest(facts.lastExceptionFailureMs, atMs)
  }
  return next
}

function setFacts(
  entry: Entry,
  version: number,
  change: (facts: VersionFacts) => VersionFacts,
  living: readonly number[],
): void {
  const at = entry.versions.findIndex(facts => facts.version === version)
  const copy = entry.versions.slice()
  entry.versions = copy
  if (at >= 0) {
    copy[at] = change(copy[at]!)
    return
  }
  copy.push(change(noFacts(version)))
  if (copy.length <= versionsKept) return
  copy.sort((a, b) => a.version - b.version)
  // By its number and not by its age: a version in use may be older than several that were given up, and what is forgotten
  // must not depend on the order of arrival.
  const first = copy.findIndex(facts => !living.includes(facts.version))
  if (first < 0) return
  // What is dropped must not turn a use into silence: it lives on as a use of a version that is not known.
  const [dropped] = copy.splice(first, 1)
  if (dropped!.lastUseMs !== null) entry.unknownUseMs = latest(entry.unknownUseMs, dropped!.lastUseMs)
}

/** The stopped are forgotten first, then those that were not heard for longest: as a use that nobody can place. */
function setInstances(entry: Entry, instances: InstanceFacts[]): void {
  entry.instances = instances
  if (instances.length <= instancesKept) return
  const rank = (one: InstanceFacts) =>
    one.stoppedMs === null ? one.lastSeenMs + stoppedKeptMs : one.stoppedMs
  const first = instances.reduce((least, one) => (rank(one) < rank(least) ? one : least))
  entry.instances = instances.filter(one => one !== first)
  if (first.stoppedMs === null) entry.unknownUseMs = latest(entry.unknownUseMs, first.lastSeenMs)
}

function withInstance(
  instances: readonly InstanceFacts[],
  instance: string,
  version: number | null,
  atMs: number,
): InstanceFacts[] {
  const at = instances.findIndex(known => known.instance === instance)
  const copy = instances.filter(known => known.stoppedMs === null || known.stoppedMs > atMs - stoppedKeptMs)
  const known = instances[at]
  if (known === undefined) {
    copy.push({ instance, version, sinceMs: atMs, lastSeenMs: atMs, stoppedMs: null })
  } else if (atMs >= known.lastSeenMs && (known.stoppedMs === null || atMs > known.stoppedMs)) {
    // Two words of the same instant: the one that proves less.
    const tied = atMs === known.lastSeenMs && isLess(known.version, version)
    const said = tied ? known.version : version
    const sinceMs = known.version === said ? known.sinceMs : atMs
    const next = { instance, version: said, sinceMs, lastSeenMs: atMs, stoppedMs: null }
    const place = copy.indexOf(known)
    if (place >= 0) copy[place] = next
    else copy.push(next)
  }
  return copy
}

const isLess = (known: number | null, version: number | null) => (known ?? 0) < (version ?? 0)

function withStop(
  instances: readonly InstanceFacts[],
  instance: string,
  version: number | null,
  atMs: number,
): InstanceFacts[] {
  const known = instances.find(one => one.instance === instance)
  if (known !== undefined && known.lastSeenMs > atMs) return instances.slice()
  const stopped: InstanceFacts = {
    instance,
    version: known?.version ?? version,
    sinceMs: known?.sinceMs ?? atMs,
    lastSeenMs: atMs,
    stoppedMs: atMs,
  }
  return [...instances.filter(one => one.instance !== instance), stopped]
}

function withLane(
  lanes: readonly { lane: string; lastSuccessMs: number }[],
  lane: string,
  atMs: number,
): { lane: string; lastSuccessMs: number }[] {
  const at = lanes.findIndex(known => known.lane === lane)
  if (at < 0) {
    const all = [...lanes, { lane, lastSuccessMs: atMs }]
    if (all.length <= lanesKept) return all
    const first = all.reduce((least, one) => (one.lastSuccessMs < least.lastSuccessMs ? one : least))
    return all.filter(one => one !== first)
  }
  const copy = lanes.slice()
  copy[at] = { lane, lastSuccessMs: Math.max(copy[at]!.lastSuccessMs, atMs) }
  return copy
}

function noFacts(version: number): VersionFacts {
  return {
    version,
    deliveredMs: null,
    loadedMs: null,
    firstSuccessMs: null,
    lastSuccessMs: null,
    lastUseMs: null,
    lastDegradedMs: null,
    firstAuthFailureMs: null,
    lastAuthFailureMs: null,
    lastFallbackMs: null,
    lastExceptionMs: null,
    lastExceptionFailureMs: null,
    lanes: [],
  }
}

export const latest = (known: number | null, atMs: number) => (known === null || atMs > known ? atMs : known)
const earliest = (known: number | null, atMs: number) => (known === null || atMs < known ? atMs : known)
