// A failing seed made small: fault after fault is left out while the same invariant still breaks, until every one that is left
// is needed. What remains is told as a story.
import { type Simulated, simulate } from './simulate.ts'

export interface Shrunk {
  /** The faults without which it does not happen. */
  faults: string[]
  rotations: number
  runs: number
  last: Simulated
}

const longestRuns = 250

export async function shrink(failing: Simulated, kills = false): Promise<Shrunk> {
  const [first] = failing.violations
  if (first === undefined) throw new Error(`seed ${failing.seed} breaks nothing`)
  let runs = 0
  let rotations = failing.rotations
  const breaks = async (faults: readonly string[], count: number): Promise<Simulated | null> => {
    if (runs >= longestRuns) return null
    runs++
    const again = await simulate(failing.seed, { only: new Set(faults), rotations: count, keep: true, kills })
    return again.violations.some(one => one.invariant === first.invariant) ? again : null
  }
  let faults = failing.faults
  let last = failing
  // What comes after the first violation did not cause it.
  for (let count = 1; count < rotations; count++) {
    const shorter = await breaks(faults, count)
    if (shorter === null) continue
    last = shorter
    rotations = count
    break
  }
  for (let size = Math.ceil(faults.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < faults.length; ) {
      const fewer = [...faults.slice(0, at), ...faults.slice(at + size)]
      const smaller = await breaks(fewer, rotations)
      if (smaller === null) at += size
      else {
        faults = fewer
        last = smaller
      }
    }
  }
  return { faults, rotations, runs, last: runs === 0 ? last : ((await breaks(faults, rotations)) ?? last) }
}

/** The lines that matter: faults, what was recorded, what people did, and what broke; reports and repetitions left out. */
export function story(lines: readonly string[], longest = 60): string[] {
  const told = lines.filter(line => !/ fault report\.| is refused: | called | trouble in /.test(line))
  return told.length <= longest ? told : ['…', ...told.slice(-longest)]
}
