// Every strategy on the same seeded fleets, one row each.
import { stepFrom } from './days.ts'
import { fieldOf } from './field.ts'
import { strategies } from './strategies.ts'
import type { Strategy, StrategyName } from './strategy.ts'
import { type Outcome, outcomeOf } from './tally.ts'
import { leaked, type Work, workOf } from './work.ts'

export interface Row {
  strategy: StrategyName
  failedJobs: number
  degradedJobs: number
  overlapHours: number
  strandedConsumers: number
  secondsToRevoke: number
  secondsToRecover: number
  /** Fleets in which somebody had not worked again when we stopped looking. */
  unrecoveredFleets: number
  failedInIncident: number
  elapsedHours: number
  peopleMinutes: number
}

export const units: Record<Exclude<keyof Row, 'strategy'>, string> = {
  failedJobs:
    'jobs refused, and long runs cut short, because of the scheduled rotations, two a fleet; total of all fleets',
  degradedJobs: 'jobs that only a fallback did because of the scheduled rotations; total of all fleets',
  overlapHours:
    'hours in which both the old and the new value were valid, per scheduled rotation that was over before the leak; mean',
  strandedConsumers:
    'consumers, registered or not, that held a dead value an hour after it died or until somebody mended them, per scheduled rotation; total of all fleets',
  secondsToRevoke: 'from the suspicion until the target refuses the leaked value; median of the fleets',
  secondsToRecover:
    'from the suspicion until every registered consumer that runs at all has worked with a new value; median of the fleets',
  unrecoveredFleets: 'fleets in which that had not come to pass 72 hours after the suspicion',
  failedInIncident: 'jobs refused within 72 hours after the suspicion; total of all fleets',
  elapsedHours:
    'from the beginning of a scheduled rotation until the old value is deleted, where it was over before the leak; mean',
  peopleMinutes: 'work of people, mending included, scheduled rotations and the leak; mean of the fleets',
}

export async function tried(strategy: Strategy, seed: number): Promise<Outcome> {
  const field = fieldOf(seed)
  const { days, lives, members, tally } = field
  let work: Work | null = null
  const play = await strategy.begin(field, () => work!)
  work = workOf(field, play)
  let atMs = days.startMs
  while (atMs < days.endMs) {
    if (days.rotationsMs.includes(atMs)) await play.rotate()
    if (atMs === days.suspectedMs) await play.suspect()
    const toMs = stepFrom(days, atMs)
    await play.goTo(toMs)
    // A call that was under way at its end may have brought the clock a little beyond it.
    field.nowMs = Math.max(field.nowMs, toMs)
    field.stepMs = toMs - atMs
    work.mend()
    work.step()
    await play.worked?.()
    atMs = toMs
  }
  play.close?.()
  const { rotationsMs, suspectedMs } = days
  const life = lives.byValue(leaked(field) ?? '')
  if (life === undefined) throw new Error(`seed ${seed}: there was no value that could leak`)
  return outcomeOf({ tally, lives: lives.list, members, rotationsMs, suspectedMs, leaked: life })
}

export function seedsOf(fleets: number): number[] {
  return Array.from({ length: fleets }, (_, at) => at + 1)
}

export async function compare(
  seeds: readonly number[],
  told: (strategy: StrategyName, seed: number, outcome: Outcome) => void = () => {},
): Promise<Row[]> {
  const rows: Row[] = []
  for (const strategy of strategies) {
    const outcomes: Outcome[] = []
    for (const seed of seeds) {
      const outcome = await tried(strategy, seed)
      outcomes.push(outcome)
      told(strategy.name, seed, outcome)
    }
    rows.push(rowOf(strategy.name, outcomes))
  }
  return rows
}

function rowOf(strategy: StrategyName, outcomes: readonly Outcome[]): Row {
  const total = (of: (one: Outcome) => number) => rounded(sum(outcomes.map(of)))
  const median = (of: (one: Outcome) => number | null) =>
    rounded(middle(outcomes.map(of).filter(value => value !== null)))
  return {
    strategy,
    failedJobs: total(one => one.failedJobs),
    degradedJobs: total(one => one.degradedJobs),
    overlapHours: rounded(mean(outcomes.flatMap(one => one.overlapHours))),
    strandedConsumers: total(one => one.strandedConsumers),
    secondsToRevoke: median(one => one.secondsToRevoke),
    secondsToRecover: median(one => one.secondsToRecover),
    unrecoveredFleets: outcomes.filter(one => one.secondsToRecover === Number.POSITIVE_INFINITY).length,
    failedInIncident: total(one => one.failedInIncident),
    elapsedHours: rounded(mean(outcomes.flatMap(one => one.elapsedHours))),
    peopleMinutes: rounded(mean(outcomes.map(one => one.peopleMinutes))),
  }
}

const sum = (values: readonly number[]) => values.reduce((all, one) => all + one, 0)
const mean = (values: readonly number[]) => sum(values) / values.length

function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const half = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}

/** One decimal below a hundred, none above: more would be a pretence. */
function rounded(value: number): number {
  return Math.abs(value) < 100 ? Math.round(value * 10) / 10 : Math.round(value)
}
