// How rotations fail, by name (6.6): with the consumer, and whether it began at a step of the rotation.
import { type Journey, movedTo } from '../rotation/state.ts'
import { minuteMs } from '../time.ts'
import { type Entry, factsOf, lastOtherUseMs, type VersionFacts } from './entry.ts'
import type { Ledger } from './ledger.ts'
import { standingsAt } from './ledger.ts'
import { skewMs } from './observation.ts'

export type PatternName =
  | 'immediate-hard-failure'
  | 'delayed-hard-failure'
  | 'split-brain'
  | 'fallback-degradation'
  | 'exception-path-failure'

export interface Pattern {
  name: PatternName
  consumer: string
  sinceMs: number
  /** The step it began with: it appeared within minutes after it. null: not at a step. */
  beganAt: 'move' | 'disable' | null
  text: string
}

/** What appears this soon after a step is taken to come from it. */
const soonMs = 10 * minuteMs

export function patterns(rotation: Journey, ledger: Ledger, nowMs: number): Pattern[] {
  const found: Pattern[] = []
  const standings = standingsAt(ledger, nowMs)
  const moved = new Set(movedTo(rotation, rotation.progress.ending === 'completed' ? 'new' : 'old'))
  for (const [at, owed] of ledger.owed.entries()) {
    const entry = ledger.entries[at]!
    const movedMs = moved.has(owed.consumer) ? (rotation.assignments[owed.consumer]?.sinceMs ?? null) : null
    const say = (name: PatternName, sinceMs: number, text: string) => {
      const beganAt = began(rotation, movedMs, sinceMs)
      found.push({ name, consumer: owed.consumer, sinceMs, beganAt, text: `${owed.name} ${text}` })
    }
    hardFailure(rotation, ledger, entry, movedMs, say)
    if (movedMs === null) continue
    const lateMs = movedMs + Math.max(soonMs, owed.silentAfterMs, owed.turnsInMs)
    if (standings[at]!.truth === 'mixed' && nowMs > lateMs) {
      say('split-brain', movedMs, 'acts on both versions long after it was moved')
    }
    const facts = factsOf(entry, ledger.arriving)
    const worse = Math.max(facts?.lastDegradedMs ?? -1, facts?.lastFallbackMs ?? -1)
    if (worse >= movedMs && worse > (facts?.lastSuccessMs ?? -1)) {
      say('fallback-degradation', worse, 'goes on, but degraded or on its fallback')
    }
    const exception = facts?.lastExceptionFailureMs ?? null
    if (exception !== null && exception >= movedMs && exception > (facts?.lastExceptionMs ?? -1)) {
      say('exception-path-failure', exception, 'fails on its exception path only')
    }
  }
  return found
}

function hardFailure(
  rotation: Journey,
  ledger: Ledger,
  entry: Entry,
  movedMs: number | null,
  say: (name: PatternName, sinceMs: number, text: string) => void,
): void {
  const arrived = factsOf(entry, ledger.arriving)
  if (movedMs !== null && arrived !== null) {
    const failedMs = arrived.lastAuthFailureMs ?? -1
    const isFailing = failedMs >= movedMs && failedMs > (arrived.lastSuccessMs ?? -1)
    if (isFailing && arrived.lastSuccessMs !== null) {
      say('delayed-hard-failure', failedMs, 'is refused with a version that worked before')
      return
    }
    if (isFailing) {
      // It never worked: it began with the first refusal, however often it has tried since.
      const sinceMs = firstSince(arrived, movedMs)
      const isSoon = sinceMs - movedMs <= soonMs
      const text = isSoon ? 'the version it was just moved to' : 'a version that it used for the first time'
      say(isSoon ? 'immediate-hard-failure' : 'delayed-hard-failure', sinceMs, `is refused with ${text}`)
      return
    }
  }
  // Refused with what it should have left: nobody thought of it until the version was disabled.
  const left = factsOf(entry, ledger.leaving)
  const refusedMs = left?.lastAuthFailureMs ?? null
  if (refusedMs === null || rotation.suspendedMs === null || refusedMs < rotation.suspendedMs) return
  if (refusedMs === lastOtherUseMs(entry, ledger.arriving)) {
    const sinceMs = firstSince(left!, rotation.suspendedMs)
    say('delayed-hard-failure', sinceMs, 'is refused with the version that was disabled')
  }
}

/** The first refusal since a step, as far as it is kept; else the last. The clock of who reports may be a little behind. */
function firstSince(facts: VersionFacts, stepMs: number): number {
  const first = facts.firstAuthFailureMs!
  return first >= stepMs - skewMs ? Math.max(first, stepMs) : facts.lastAuthFailureMs!
}

function began(rotation: Journey, movedMs: number | null, sinceMs: number): Pattern['beganAt'] {
  const after = (stepMs: number | null) => stepMs !== null && sinceMs >= stepMs && sinceMs - stepMs <= soonMs
  if (after(rotation.suspendedMs)) return 'disable'
  return after(movedMs) || after(rotation.lastMoveMs) ? 'move' : null
}
