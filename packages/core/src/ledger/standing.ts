// Where one consumer stands between two versions, and what is still missing. Computed when an observation changes the
// entry, and again only when time alone could change the answer (`recheckMs`): that is what makes a decision over
// hundreds of consumers cost microseconds.
import type { Missing } from '../gates/missing.ts'
import type { Owed } from '../plan/plan.ts'
import { type Entry, factsOf, type InstanceFacts, lastOtherUseMs, type VersionFacts } from './entry.ts'

/** What a consumer acts on. */
export type Truth = 'old' | 'new' | 'mixed' | 'unknown'

/** One rotation's view: who is left, who arrives. */
export interface View {
  arriving: number | null
  leaving: number | null
  freshMs: number
  /** Evidence counts from here on: when the consumer was moved, or when a containment asked for proof anew. */
  sinceMs: number | null
  /** Complete coverage of the leaving version at the target itself, whoever used it. */
  targetCovered: { fromMs: number; toMs: number } | null
  /** How late the target is with what it says. */
  targetLagMs: number
}

export interface Standing {
  truth: Truth
  /** Every reason why this consumer holds back retirement; empty: safe to retire. */
  missing: readonly Missing[]
  /** The part of `missing` that holds back the next wave. */
  holdsWave: readonly Missing[]
  computedMs: number
  /** From here on time alone may have changed the answer. */
  recheckMs: number
}

const never = Number.POSITIVE_INFINITY

export function standing(entry: Entry, owed: Owed, view: View, nowMs: number): Standing {
  const missing: Missing[] = []
  let recheckMs = never
  const recheckAt = (atMs: number) => {
    if (atMs > nowMs && atMs < recheckMs) recheckMs = atMs
  }
  const lack = (gate: Missing['gate'], what: Missing['what'], more: Partial<Missing> = {}) => {
    missing.push({ gate, what, consumer: owed.consumer, name: owed.name, ...more })
  }

  const arrived = factsOf(entry, view.arriving)
  const truth = truthOf(entry, owed, view, nowMs, recheckAt)

  if (owed.direct && owed.ownerId === null) lack('owners', 'no-owner')
  if (owed.idle) {
    // A named person said that it does not run; a sign of life after all speaks against it. It is assigned like everyone,
    // so that it wakes up on a version that still lives.
    if (view.sinceMs === null) lack('moved', 'not-moved')
    const since = view.sinceMs ?? never
    for (const instance of entry.instances) {
      if (instance.lastSeenMs < since || instance.version === view.arriving) continue
      if (counts(instance, owed, nowMs)) lackBehind(instance, owed, lack)
    }
    const last = lastOtherUseMs(entry, view.arriving)
    if (last !== null && last >= since) {
      lack('quiet', 'idle-but-used', { atMs: last })
    }
    return { truth, missing, holdsWave: [], computedMs: nowMs, recheckMs }
  }
  if (view.sinceMs === null) {
    lack('moved', 'not-moved')
    return { truth, missing, holdsWave: missing.slice(-1), computedMs: nowMs, recheckMs }
  }

  const wave: Missing[] = []
  checkSuccess(arrived, owed, view, nowMs, lack, recheckAt)
  checkTruth(entry, truth, owed, view, nowMs, lack)
  for (const one of missing) if (ofWave.has(one.gate)) wave.push(one)
  checkFallback(entry, arrived, owed, view, lack)
  checkQuiet(entry, owed, view, nowMs, lack, recheckAt)
  // A consumer that only comes when called cannot hold up a wave: its proof is owed at retirement.
  return { truth, missing, holdsWave: owed.exercise ? [] : wave, computedMs: nowMs, recheckMs }
}

/** What a wave must have shown before the next one moves; the rest is owed at retirement. */
const ofWave = new Set<Missing['gate']>(['freshSuccess', 'quality', 'refreshed'])

type Lack = (gate: Missing['gate'], what: Missing['what'], more?: Partial<Missing>) => void
type RecheckAt = (atMs: number) => void

function checkSuccess(
  arrived: VersionFacts | null,
  owed: Owed,
  view: View,
  nowMs: number,
  lack: Lack,
  recheckAt: RecheckAt,
): void {
  const since = view.sinceMs!
  const failed = arrived?.lastAuthFailureMs ?? null
  const succeeded = arrived?.lastSuccessMs ?? null
  if (failed !== null && failed >= since && (succeeded === null || failed > succeeded)) {
    lack('freshSuccess', 'refused-with-new', { atMs: failed })
  }
  for (const lane of owed.lanes) {
    const atMs = laneSuccessMs(arrived, lane)
    if (atMs === null || atMs < since) {
      if (owed.exercise) lack('rarePaths', 'not-exercised', { lane })
      else lack('freshSuccess', 'no-success', { lane })
    } else if (!owed.exercise) {
      // What runs all the time must show it again and again; what is run on purpose has shown it once.
      if (nowMs - atMs > view.freshMs) lack('freshSuccess', 'not-fresh', { lane, atMs })
      else recheckAt(atMs + view.freshMs + 1)
    }
  }
  const degraded = arrived?.lastDegradedMs ?? null
  if (degraded !== null && degraded >= since && (succeeded === null || degraded > succeeded)) {
    lack('quality', 'degraded', { atMs: degraded })
  }
}

function laneSuccessMs(arrived: VersionFacts | null, lane: string): number | null {
  if (arrived === null) return null
  if (lane === 'any') return arrived.lastSuccessMs
  for (const known of arrived.lanes) if (known.lane === lane) return known.lastSuccessMs
  return null
}

function checkTruth(entry: Entry, truth: Truth, owed: Owed, view: View, nowMs: number, lack: Lack): void {
  let live = 0
  for (const instance of entry.instances) {
    if (!counts(instance, owed, nowMs)) continue
    live++
    if (instance.version !== view.arriving) lackBehind(instance, owed, lack)
    else if (owed.alive && nowMs - instance.lastSeenMs > owed.silentAfterMs) {
      lack('telemetry', 'instance-silent', { instance: instance.instance, atMs: instance.lastSeenMs })
    }
  }
  // What is rare owes nothing here until it was exercised; what it did after that counts.
  const exercised = (factsOf(entry, view.arriving)?.lastSuccessMs ?? -1) >= view.sinceMs!
  if (owed.alive && live === 0) lack('telemetry', 'no-live-instance')
  if (!owed.observable) lack('telemetry', 'cannot-be-observed')
  if (truth !== 'new' && live === 0 && (!owed.exercise || exercised)) lack('truth', `truth-${truth}`)
  else if (truth === 'mixed') lack('truth', 'truth-mixed')
}

function lackBehind({ instance, version }: InstanceFacts, owed: Owed, lack: Lack): void {
  lack(owed.refresh ? 'refreshed' : 'truth', 'instance-behind', { instance, version })
}

function checkFallback(entry: Entry, arrived: VersionFacts | null, owed: Owed, view: View, lack: Lack): void {
  if (owed.fallback === 'none') return
  const said = entry.fallback
  if (said === null || said.atMs < view.sinceMs!) lack('fallback', 'fallback-unconfirmed')
  const usedMs = arrived?.lastFallbackMs ?? null
  const successMs = arrived?.lastSuccessMs ?? null
  if (usedMs !== null && usedMs >= view.sinceMs! && (successMs === null || usedMs > successMs)) {
    lack('fallback', 'fallback-in-use', { atMs: usedMs })
  }
}

function checkQuiet(
  entry: Entry,
  owed: Owed,
  view: View,
  nowMs: number,
  lack: Lack,
  recheckAt: RecheckAt,
): void {
  if (view.leaving === null) return
  const last = lastOtherUseMs(entry, view.arriving)
  const usedMs = last === null ? view.sinceMs! : Math.max(last, view.sinceMs!)
  const heard = heardIn(entry, owed, view, nowMs, recheckAt)
  const ends = heard.map(one => Math.max(usedMs, one.fromMs) + owed.quietMs)
  // Silence lasts only as long as somebody listened: what happened since the last word may still be told.
  if (heard.some((one, at) => one.toMs >= ends[at]!)) return
  const quietAtMs = Math.min(...ends)
  if (!Number.isFinite(quietAtMs)) {
    lack('quiet', 'silence-unproved')
    return
  }
  recheckAt(quietAtMs)
  const fromMs = quietAtMs - owed.quietMs
  const used = last !== null && last >= view.sinceMs! && fromMs === last
  const what = used ? 'used-since' : fromMs > usedMs ? 'heard-too-short' : 'too-soon'
  lack('quiet', what, { atMs: fromMs, untilMs: quietAtMs })
}

/** How late coverage may be, beyond the lag of the target's own, and still speak about now. */
const coverageSlackMs = 10 * 60_000

interface Stretch {
  fromMs: number
  toMs: number
}

/** The stretches up to about now in which a use by this consumer would have been heard; none: it would not be. */
function heardIn(entry: Entry, owed: Owed, view: View, nowMs: number, recheckAt: RecheckAt): Stretch[] {
  const sinceMs = view.sinceMs!
  // What reports each of its runs is heard whenever it runs; silence between two runs is its nature.
  if (owed.reportsRuns) return [{ fromMs: sinceMs, toMs: nowMs }]
  const heard: Stretch[] = []
  const listen = (stretch: Stretch | null, lagMs: number) => {
    if (stretch === null || stretch.toMs < nowMs - lagMs - coverageSlackMs) return
    recheckAt(stretch.toMs + lagMs + coverageSlackMs + 1)
    heard.push({ fromMs: Math.max(stretch.fromMs, sinceMs), toMs: Math.min(stretch.toMs, nowMs) })
  }
  listen(entry.covered, 0)
  listen(view.targetCovered, view.targetLagMs)
  return heard
}

export function truthOf(
  entry: Entry,
  owed: Owed,
  view: Pick<View, 'arriving' | 'leaving'>,
  nowMs: number,
  recheckAt: RecheckAt = () => {},
): Truth {
  let arrived = 0
  let behind = 0
  let silent = 0
  for (const instance of entry.instances) {
    if (!counts(instance, owed, nowMs, recheckAt)) continue
    if (isSilent(instance, owed, nowMs, recheckAt)) silent++
    if (instance.version === view.arriving) arrived++
    else behind++
  }
  if (arrived + behind > 0) {
    if (arrived > 0 && behind > 0) return 'mixed'
    if (silent > 0) return 'unknown'
    return behind > 0 ? 'old' : 'new'
  }
  // No instance to look at: what it last did decides.
  const success = factsOf(entry, view.arriving)?.lastSuccessMs ?? null
  const first = factsOf(entry, view.arriving)?.firstSuccessMs ?? null
  const other = lastOtherUseMs(entry, view.arriving)
  if (success === null) return other === null ? 'unknown' : 'old'
  if (other === null || other < first!) return 'new'
  if (other > success) return 'old'
  // It went to and fro between the two; once the other has been silent for as long as agreed, it has settled.
  if (nowMs - other >= owed.quietMs) return 'new'
  recheckAt(other + owed.quietMs)
  return 'mixed'
}

/** An instance that stopped holds nothing. One of a consumer that runs in bursts may end unheard: it counts for a cycle. */
function counts(
  instance: InstanceFacts,
  owed: Owed,
  nowMs: number,
  recheckAt: RecheckAt = () => {},
): boolean {
  if (instance.stoppedMs !== null) return false
  if (owed.alive) return true
  const goneAtMs = instance.lastSeenMs + owed.quietMs
  recheckAt(goneAtMs)
  return nowMs < goneAtMs
}

function isSilent(instance: InstanceFacts, owed: Owed, nowMs: number, recheckAt: RecheckAt): boolean {
  if (!owed.alive) return false
  const silentAtMs = instance.lastSeenMs + owed.silentAfterMs
  if (nowMs > silentAtMs) return true
  recheckAt(silentAtMs + 1)
  return false
}
