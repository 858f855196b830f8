// What the engine holds in memory at most, with a million credentials in the store: its promise is a bound, not a share.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { lower, type Measured, round } from './figure.ts'

const limitMb = 300
const run = promisify(execFile)

type Told = Record<'ticks' | 'reads' | 'openedMb' | 'afterTicksMb' | 'endMb' | 'peakMb', number>

export async function remembering(path: string, size: number, firstTick: number): Promise<Measured> {
  const told = await child([path, String(size), String(firstTick)])
  const bare = await child([])
  const detail = {
    credentials: size,
    ticks: told.ticks,
    reads: told.reads,
    peakWhenOpenedMb: round(told.openedMb),
    peakAfterTicksMb: round(told.afterTicksMb),
    atEndMb: round(told.endMb),
    bareNodeMb: round(bare.peakMb),
  }
  return { figures: [lower('memory.peak', told.peakMb, 'MB', limitMb, detail)], notRun: [] }
}

async function child(args: string[]): Promise<Told> {
  const file = fileURLToPath(new URL('./memory-child.ts', import.meta.url))
  const { stdout } = await run(process.execPath, [file, ...args])
  return JSON.parse(stdout) as Told
}
