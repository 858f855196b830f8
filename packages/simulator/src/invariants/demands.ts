// What each consumer has to have shown, read from the plain list of everything that was taken in: no ledger, no folding, no
// cache, and no word of how the engine does it.
import { type GateName, hourMs, minuteMs, type Observation, type Owed, type Underway } from '@rekey/core'

/** Two clocks of the world may be this far apart. */
export const slackMs = 2 * minuteMs

export interface Asked {
  heard: readonly Observation[]
  state: Underway
  owed: Owed
  arriving: number | null
  sinceMs: number
  atMs: number
}

export type Say = (gate: GateName, what: string, owed: Owed | null) => void

/** Everyone who owes evidence, by our own count. */
export const everyone = ({ plan, joined }: Underway): Owed[] => [...plan.owed, ...joined]

export function askedOf(
  heard: readonly Observation[],
  state: Underway,
  owed: Owed,
  atMs: number,
): Asked | null {
  const isBack = state.progress.ending === 'rolled-back'
  const side = isBack ? 'old' : 'new'
  const assignment = state.assignments[owed.consumer]
  if (assignment === undefined || assignment.side !== side) return null
  const sinceMs = Math.max(assignment.sinceMs, state.proofSinceMs ?? 0)
  const own = heard.filter(one => one.consumer === owed.consumer || one.consumer === null)
  return { heard: own, state, owed, arriving: state[side]?.version ?? null, sinceMs, atMs }
}

export const outcomeOf = ({ statement }: Observation) =>
  statement.says === 'used' ? statement.outcome : null

export function lastSuccessMs({ heard, arriving, sinceMs, owed }: Asked, lane: string): number | null {
  let last: number | null = null
  for (const one of heard) {
    const { statement } = one
    if (one.consumer !== owed.consumer || statement.says !== 'used' || one.version !== arriving) continue
    if (statement.outcome !== 'success' || statement.path === 'fallback' || one.atMs < sinceMs) continue
    if (lane !== 'any' && (statement.lane ?? 'any') !== lane) continue
    if (last === null || one.atMs > last) last = one.atMs
  }
  return last
}

export function success(asked: Asked, say: Say): void {
  const { owed, atMs, state, heard, arriving, sinceMs } = asked
  for (const lane of owed.lanes) {
    const lastMs = lastSuccessMs(asked, lane)
    if (lastMs === null) say(owed.exercise ? 'rarePaths' : 'freshSuccess', 'showed no success', owed)
    else if (!owed.exercise && atMs - lastMs > state.plan.windows.freshMs)
      say('freshSuccess', 'showed none lately', owed)
  }
  const lastMs = lastSuccessMs(asked, 'any') ?? -1
  const after = (outcome: string) =>
    heard.some(
      one =>
        one.consumer === owed.consumer &&
        one.version === arriving &&
        one.atMs >= sinceMs &&
        one.atMs > lastMs &&
        outcomeOf(one) === outcome,
    )
  if (after('degraded')) say('quality', 'ran degraded and not better since', owed)
  if (after('auth-failure')) say('freshSuccess', 'was refused and not accepted since', owed)
}

/** The last word about each instance. */
function instances({ heard, owed }: Asked): Map<string, Observation> {
  const last = new Map<string, Observation>()
  for (const one of heard) {
    const { says } = one.statement
    if (one.consumer !== owed.consumer || one.instance === null) continue
    if (says !== 'present' && says !== 'loaded' && says !== 'stopped') continue
    const known = last.get(one.instance)
    // Of two words of one instant, that it stopped is the last.
    const isLast = known === undefined || one.atMs > known.atMs
    const isTie = known !== undefined && one.atMs === known.atMs && known.statement.says !== 'stopped'
    if (isLast || isTie) last.set(one.instance, one)
  }
  return last
}

export function behind(asked: Asked, say: Say): boolean {
  let alive = false
  for (const one of instances(asked).values()) {
    if (one.statement.says === 'stopped') continue
    const gone = !asked.owed.alive && asked.atMs - one.atMs > asked.owed.quietMs - slackMs
    if (gone) continue
    alive = true
    if (one.version !== asked.arriving)
      say(asked.owed.refresh ? 'refreshed' : 'truth', 'has an instance behind', asked.owed)
  }
  return alive
}

export function runtime(asked: Asked, say: Say): void {
  const { owed, atMs } = asked
  if (!owed.observable) say('telemetry', 'cannot be observed', owed)
  const alive = behind(asked, say)
  if (!owed.alive) return
  if (!alive) say('telemetry', 'showed no live instance', owed)
  for (const one of instances(asked).values()) {
    if (one.statement.says === 'stopped' || one.version !== asked.arriving) continue
    if (atMs - one.atMs > owed.silentAfterMs + slackMs)
      say('telemetry', 'has an instance that fell silent', owed)
  }
}

export function quiet(asked: Asked, say: Say): void {
  const { heard, owed, arriving, sinceMs, atMs, state } = asked
  if (state.old === null) return
  let usedMs = sinceMs
  for (const one of heard) {
    if (one.consumer !== owed.consumer || one.statement.says !== 'used' || one.version === arriving) continue
    if (one.atMs > usedMs) usedMs = one.atMs
  }
  if (atMs < usedMs + owed.quietMs) say('quiet', 'used another version too lately', owed)
  if (owed.reportsRuns) return
  // A use in the last quiet stretch would have been heard: every hour of it is covered by somebody's word.
  const spans = heard.flatMap(one =>
    one.statement.says === 'covered' ? [{ fromMs: one.statement.fromMs, toMs: one.atMs }] : [],
  )
  const covered = (t: number) => spans.some(one => one.fromMs <= t + slackMs && t <= one.toMs + slackMs)
  const lateMs = 10 * minuteMs + slackMs + state.plan.abilities.usageLagMs
  for (let t = Math.max(usedMs, atMs - owed.quietMs); t < atMs - lateMs; t += hourMs / 6) {
    if (!covered(t)) {
      say('quiet', 'could not be heard in a part of the quiet time', owed)
      return
    }
  }
}

/** Declared idle by a person: it owes nothing, and what it does all the same speaks against it. */
export function idle({ heard, owed, arriving, sinceMs }: Asked, say: Say): void {
  const used = heard.some(
    one =>
      one.consumer === owed.consumer &&
      one.statement.says === 'used' &&
      one.version !== arriving &&
      one.atMs >= sinceMs,
  )
  if (used) say('quiet', 'was declared idle and used another version since', owed)
}

export function fallback({ heard, owed, sinceMs }: Asked, say: Say): void {
  const said = heard.some(
    one => one.consumer === owed.consumer && one.statement.says === 'fallback' && one.atMs >= sinceMs,
  )
  if (!said) say('fallback', 'said nothing of its fallback', owed)
}
