// Runs every mutant against the simulator, several at once, and says who survives.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { mutants } from './mutants.ts'

export interface ChildResult {
  /** A mutant's name; "none" is the engine as it is. */
  name: string
  killed: boolean
  /** It could not be tried: the text to replace is gone, or the file is never loaded. */
  broken: boolean
  /** The seed that showed it. */
  seed: number | null
  /** How many seeds were tried. */
  seeds: number
  invariant: string | null
  text: string | null
  seconds: number
}

export interface RunOptions {
  firstSeed: number
  /** Seeds for each mutant. */
  seeds: number
  /** Processes at once. */
  parallel: number
  /** For each mutant; begun seeds are given half as much again. */
  seconds: number
  /** Those to run; without it all of them. */
  names?: readonly string[]
  /** What offers `simulate`, seen from this folder. */
  module?: string
  onResult?: (result: ChildResult) => void
}

export interface MutationResult {
  total: number
  killed: number
  survivors: string[]
  results: ChildResult[]
}

export async function runMutants(options: RunOptions): Promise<MutationResult> {
  const names = options.names ?? mutants.map(mutant => mutant.name)
  const waiting = [...names]
  const byName = new Map<string, ChildResult>()
  const work = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const result = await runOne(name, options)
      byName.set(name, result)
      options.onResult?.(result)
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, Math.min(options.parallel, names.length)) }, work))
  const results = names.map(name => byName.get(name)!)
  const survivors = results.filter(result => !result.killed).map(result => result.name)
  return { total: results.length, killed: results.length - survivors.length, survivors, results }
}

const child = fileURLToPath(new URL('./mutant-child.ts', import.meta.url))

/** "none" is the engine without a mutant: it has to survive, or the others have proved nothing. */
export function runOne(
  name: string,
  { firstSeed, seeds, seconds, module }: Omit<RunOptions, 'parallel'>,
): Promise<ChildResult> {
  const asked = [child, name, firstSeed, seeds, seconds, ...(module === undefined ? [] : [module])]
  const beganMs = performance.now()
  return new Promise(resolve => {
    const limits = {
      timeout: Math.ceil(seconds * 1_500),
      killSignal: 'SIGKILL',
      maxBuffer: 64 << 20,
    } as const
    execFile(process.execPath, asked.map(String), limits, (error, stdout, stderr) => {
      const said = answerIn(stdout)
      if (said !== null) return resolve(said)
      const took = (performance.now() - beganMs) / 1_000
      // Not a kill: a mutant that never comes to an end has been noticed by nobody.
      const text = error?.killed ? 'its time was over' : `no answer: ${stderr.trim().slice(-1_000)}`
      const none = { killed: false, seed: null, seeds: 0, invariant: null }
      resolve({ name, ...none, broken: !error?.killed, text, seconds: took })
    })
  })
}

function answerIn(stdout: string): ChildResult | null {
  const last = stdout.trimEnd().split('\n').at(-1) ?? ''
  try {
    const said = JSON.parse(last) as ChildResult
    return typeof said.name === 'string' && typeof said.killed === 'boolean' ? said : null
  } catch {
    return null
  }
}

const width = 100

/** A table of at most 100 columns: the survivors first, for they are what is to be done. */
export function printMutants({ total, killed, results }: MutationResult): string {
  const lines = results
    .toSorted((a, b) => Number(a.killed) - Number(b.killed))
    .flatMap(result => (result.killed ? [killedLine(result)] : survivorLines(result)))
  return [
    row('mutant', 'seeds', 'seconds', 'seen by'),
    ...lines,
    '',
    `${killed} of ${total} mutants were seen.`,
  ].join('\n')
}

const killedLine = ({ name, seeds, seconds, invariant }: ChildResult) =>
  row(name, String(seeds), seconds.toFixed(1), invariant ?? '')

function survivorLines({ name, seeds, seconds, broken, text }: ChildResult): string[] {
  const mutant = mutants.find(one => one.name === name)
  const what = broken ? 'NOT TRIED' : 'SURVIVED'
  const needs = mutant?.doubt === undefined ? null : `needs: ${mutant.doubt}`
  return [
    row(name, String(seeds), seconds.toFixed(1), `${what}${mutant ? `, for ${mutant.caughtBy}` : ''}`),
    ...[mutant?.title, text ?? needs].flatMap(said => (said == null ? [] : [cut(`    ${said}`)])),
  ]
}

const row = (name: string, seeds: string, seconds: string, seen: string) =>
  cut(`${name.padEnd(34)} ${seeds.padStart(7)} ${seconds.padStart(8)}  ${seen}`)

function cut(text: string): string {
  const line = text.replaceAll(/\s*\n\s*/g, ' ').trimEnd()
  return line.length <= width ? line : `${line.slice(0, width - 1)}…`
}
