// From nothing to the first answer out of a store with a million credentials: opening must not read the store.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { demand, lower, type Measured, median, round, spread } from './figure.ts'
import type { Place } from './place.ts'
import { credentialId } from './population.ts'

const limitMs = 150
const warmUp = 2

export async function starting(place: Place, path: string, size: number, times: number): Promise<Measured> {
  const child = fileURLToPath(new URL('./start-child.mjs', import.meta.url))
  const id = credentialId(Math.floor(size / 2))
  const ours: number[] = []
  const bare: number[] = []
  const first: number[] = []
  for (let n = 0; n < times + warmUp; n++) {
    // From the second start on the product finds its modules compiled; the very first start has nothing to find.
    const tookMs = await untilAnswer([child, path, id, place.file('compiled')], id)
    const firstMs = await untilAnswer([child, path, id], id)
    const bareMs = await untilAnswer(['-e', '0'], null)
    if (n < warmUp) continue
    ours.push(tookMs)
    first.push(firstMs)
    bare.push(bareMs)
  }
  const detail = {
    credentials: size,
    times,
    ms: spread(ours),
    withNothingCompiledMs: round(median(first)),
    bareNodeMs: round(median(bare)),
    aboveBareMs: round(median(ours) - median(bare)),
  }
  return { figures: [lower('start.firstAnswer', median(ours), 'ms', limitMs, detail)], notRun: [] }
}

/** Until the answer is printed; without one to wait for, until the process has ended. */
async function untilAnswer(args: string[], answer: string | null): Promise<number> {
  const startMs = performance.now()
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const closed = once(child, 'close')
  let tookMs: number | null = null
  let said = ''
  child.stdout.on('data', (part: Buffer) => {
    said += part.toString()
    if (answer !== null && said.includes(answer)) tookMs ??= performance.now() - startMs
  })
  await closed
  if (answer === null) return performance.now() - startMs
  demand(tookMs !== null, `the child printed ${JSON.stringify(said)}`)
  return tookMs
}
