// One mutant, or none, against seed after seed in a process of its own, because a module is loaded once. Run as
// node mutant-child.ts <name> <firstSeed> <count> <seconds> [module]; answers one line of JSON on its standard output.
import { mutantNamed } from './mutants.ts'
import { type Patched, patch } from './patch.ts'
import type { ChildResult } from './run.ts'

interface Simulates {
  simulate(
    seed: number,
    options: { kills: boolean },
  ): Promise<{ violations: readonly { invariant: string; text: string }[] }>
}

const [name = 'none', firstSeed = '1', count = '1', seconds = '60', module = '../simulate.ts'] =
  process.argv.slice(2)
/** The engine as it is, in either kind of world. */
const isBare = name === 'none' || name === 'none-with-kills'
const kills = name === 'none-with-kills' || (!isBare && mutantNamed(name).caughtBy === 'kill')
const beganMs = performance.now()
const elapsed = () => (performance.now() - beganMs) / 1_000

/** A mutant in a file that nobody loads would survive whatever the invariants are worth. */
function faultOf(patched: Patched | null): string | null {
  const missed = patched?.missed() ?? []
  return missed.length === 0 ? null : `never loaded: ${missed.join(', ')}`
}

async function first(): Promise<ChildResult> {
  const result: ChildResult = {
    name,
    killed: false,
    broken: false,
    seed: null,
    seeds: 0,
    invariant: null,
    text: null,
    seconds: 0,
  }
  const broken = (text: string): ChildResult => ({ ...result, broken: true, text, seconds: elapsed() })
  let simulates: Simulates
  let patched: Patched | null = null
  try {
    patched = isBare ? null : patch(mutantNamed(name))
    simulates = (await import(new URL(module, import.meta.url).href)) as Simulates
  } catch (error) {
    return broken(textOf(error))
  }
  const fault = faultOf(patched)
  if (fault !== null) return broken(fault)
  const from = Number(firstSeed)
  for (let seed = from; seed < from + Number(count) && elapsed() < Number(seconds); seed++) {
    result.seeds++
    const violation = await firstViolation(simulates, seed)
    if (violation !== null) return { ...result, killed: true, seed, ...violation, seconds: elapsed() }
  }
  return { ...result, seconds: elapsed() }
}

async function firstViolation({ simulate }: Simulates, seed: number) {
  try {
    const { violations } = await simulate(seed, { kills })
    const [violation] = violations
    return violation === undefined ? null : { invariant: violation.invariant, text: violation.text }
  } catch (error) {
    return { invariant: 'exception', text: textOf(error) }
  }
}

const textOf = (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error))

// What the simulation prints must not be taken for the answer: the answer is the last line.
const result = await first()
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0))
