// Many seeds in a row, and what they came to.
import {
  type Coverage,
  merge,
  noCoverage,
  unreachedAnswers,
  unreachedCrashes,
  unreachedPairs,
} from './coverage.ts'
import { type Simulated, simulate } from './simulate.ts'

export interface Seeds {
  seeds: number
  rotations: number
  steps: number
  virtualDays: number
  seconds: number
  rotationsPerSecond: number
  crashes: number
  coverage: Coverage
  /** The first of those that broke something, and how much was broken in all. */
  failing: Simulated[]
  violations: number
}

export interface SeedsRequest {
  from: number
  /** How many, or for how long. */
  seeds: number
  seconds?: number
  kills?: boolean
  told?: (done: number, failing: number) => void
}

const failingKept = 20

export async function runSeeds({ from, seeds, seconds, kills = false, told }: SeedsRequest): Promise<Seeds> {
  const began = performance.now()
  const elapsed = () => (performance.now() - began) / 1_000
  const coverage = noCoverage()
  const failing: Simulated[] = []
  let rotations = 0
  let steps = 0
  let virtualMs = 0
  let done = 0
  let violations = 0
  for (; done < seeds && (seconds === undefined || elapsed() < seconds); done++) {
    const one = await simulate(from + done, { kills })
    rotations += one.rotations
    steps += one.steps
    virtualMs += one.virtualMs
    merge(coverage, one.coverage)
    violations += one.violations.length
    if (one.violations.length > 0 && failing.length < failingKept) failing.push(one)
    told?.(done + 1, violations)
  }
  const crashes = [...coverage.points.values()].reduce((sum, point) => sum + point.died, 0)
  return {
    seeds: done,
    rotations,
    steps,
    virtualDays: Math.round(virtualMs / 86_400_000),
    seconds: Number(elapsed().toFixed(1)),
    rotationsPerSecond: Number((rotations / elapsed()).toFixed(1)),
    crashes,
    coverage,
    failing,
    violations,
  }
}

/** The account of a run, as printed with --json. */
export function account(run: Seeds) {
  const unreached = [
    ...unreachedPairs(run.coverage),
    ...unreachedAnswers(run.coverage),
    ...unreachedCrashes(run.coverage).map(point => `crash at ${point}`),
  ]
  const sorted = (map: ReadonlyMap<string, number>) => Object.fromEntries([...map].sort())
  return {
    ok: run.violations === 0,
    seeds: run.seeds,
    violations: run.violations,
    failing: run.failing.map(({ seed, violations }) => ({ seed, violations })),
    rotations: run.rotations,
    outcomes: sorted(run.coverage.outcomes),
    rotationsPerSecond: run.rotationsPerSecond,
    seconds: run.seconds,
    virtualDays: run.virtualDays,
    steps: run.steps,
    crashes: run.crashes,
    faults: sorted(run.coverage.faults),
    ...(run.coverage.kills.size > 0 && { kills: sorted(run.coverage.kills) }),
    reached: {
      pairs: run.coverage.pairs.size,
      answers: run.coverage.answers.size,
      crashPoints: [...run.coverage.points.values()].filter(point => point.died > 0).length,
    },
    unreached,
  }
}
