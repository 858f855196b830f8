// An authenticated read of a credential against the bare framework answering a constant of the same size: both in processes of
// their own, in turns, with requests that were made before the clock runs.
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import type { BenchAgent } from './agents.ts'
import { proved } from './agents.ts'
import { sendAll } from './sockets.ts'

export interface ReadFigures {
  ratio: number
  ratios: number[]
  rekeyPerSecond: number
  barePerSecond: number
  bytes: number
}

const rounds = 5

export async function measureRead(
  address: string,
  credential: string,
  agents: readonly BenchAgent[],
  requests: number,
): Promise<ReadFigures> {
  const path = `/api/v1/agent/credentials/${credential}`
  const host = new URL(address).host
  const proofed = (agent: BenchAgent) =>
    `GET ${path} HTTP/1.1\r\nhost: ${host}\r\n${proved(agent, 'GET', path)}\r\n`
  const bytes = await sizeOf(address, path, agents[0]!)
  const bare = await startBare(bytes)
  try {
    const each = Math.floor(requests / agents.length)
    const constant = `GET /constant HTTP/1.1\r\nhost: ${new URL(bare.address).host}\r\n\r\n`
    const rekeyOnce = async () => {
      const lists = agents.map(agent => Array.from({ length: each }, () => proofed(agent)))
      return (each * agents.length * 1_000) / (await sendAll(address, lists))
    }
    const bareOnce = async () => {
      const lists = agents.map(() => Array.from({ length: each }, () => constant))
      return (each * agents.length * 1_000) / (await sendAll(bare.address, lists))
    }
    await rekeyOnce()
    await bareOnce()
    const pairs: [number, number][] = []
    for (let round = 0; round < rounds; round++) pairs.push([await rekeyOnce(), await bareOnce()])
    const rekeyPerSecond = median(pairs.map(([rekey]) => rekey))
    const barePerSecond = median(pairs.map(([, constant]) => constant))
    return {
      ratio: rekeyPerSecond / barePerSecond,
      ratios: pairs.map(([rekey, constant]) => rekey / constant),
      rekeyPerSecond,
      barePerSecond,
      bytes,
    }
  } finally {
    bare.child.kill('SIGKILL')
  }
}

async function sizeOf(address: string, path: string, agent: BenchAgent): Promise<number> {
  const headers = Object.fromEntries(
    proved(agent, 'GET', path)
      .trim()
      .split('\r\n')
      .map(line => line.split(': ', 2) as [string, string]),
  )
  const answer = await fetch(`${address}${path}`, { headers })
  if (answer.status !== 200) throw new Error(`the read answers ${answer.status}: ${await answer.text()}`)
  return Buffer.byteLength(await answer.text())
}

async function startBare(bytes: number): Promise<{ address: string; child: ChildProcess }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'bare-child.ts'), String(bytes)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const address = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', part => resolve(String(part).trim()))
    child.once('close', code => reject(new Error(`the bare framework ended with ${code}`)))
  })
  return { address, child }
}

export const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
