// `rekey --help`, from the call to the end of the process, beside a Node that does nothing.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { demand, type Figure, lower, median, spread } from '../engine/figure.ts'

const cli = join(import.meta.dirname, '../../packages/cli/src/main.mjs')

export async function measureHelp(times: number): Promise<Figure> {
  const help: number[] = []
  const bare: number[] = []
  timed([cli, '--help'])
  for (let at = 0; at < times; at++) {
    bare.push(timed(['-e', '0']))
    help.push(timed([cli, '--help']))
  }
  const ratio = median(help) / median(bare)
  return lower('help', median(help), 'ms', 150, { help: spread(help), node: spread(bare), timesNode: ratio })
}

function timed(args: readonly string[]): number {
  const beganMs = performance.now()
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  const tookMs = performance.now() - beganMs
  demand(
    status === 0 && (args[0] === '-e' || stdout.includes('rotation')),
    `${args.join(' ')} ended with ${status}`,
  )
  return tookMs
}
