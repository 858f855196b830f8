// Ten thousand agents connected to one control plane: what it costs in memory, and how long a message takes to all of them.
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type BenchAgent, proved } from './agents.ts'

export interface StreamFigures {
  streams: number
  rssMb: number
  beforeMb: number
  connectedMs: number
  lastHeardMs: number
}

const path = '/api/v1/agent/stream'
const withinMs = 120_000

interface Told {
  open: number
  heard: number
  failed: number
}

export async function measureStreams(
  address: string,
  agents: readonly BenchAgent[],
  count: number,
  tellAll: () => Promise<unknown>,
): Promise<StreamFigures> {
  const beforeMb = await rssMb(address)
  const children = Array.from({ length: 2 }, () => new Holder(address))
  try {
    const host = new URL(address).host
    const beganMs = performance.now()
    for (let at = 0; at < count; at++) {
      const request = `GET ${path} HTTP/1.1\r\nhost: ${host}\r\n${proved(agents[at % agents.length]!, 'GET', path)}\r\n`
      children[at % children.length]!.add(request)
    }
    await until(() => sum(children, 'open') + sum(children, 'failed') >= count)
    const connectedMs = performance.now() - beganMs
    const toldMs = performance.now()
    await tellAll()
    await until(() => sum(children, 'heard') >= sum(children, 'open'))
    const lastHeardMs = performance.now() - toldMs
    // After a while in use, not at the moment of most garbage: what stays is what counts.
    await new Promise(resolve => setTimeout(resolve, 3_000))
    return { streams: sum(children, 'open'), rssMb: await rssMb(address), beforeMb, connectedMs, lastHeardMs }
  } finally {
    for (const child of children) child.end()
  }
}

class Holder {
  told: Told = { open: 0, heard: 0, failed: 0 }
  readonly #child: ChildProcess

  constructor(address: string) {
    this.#child = spawn(process.execPath, [join(import.meta.dirname, 'streams-child.ts'), address], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    createInterface({ input: this.#child.stdout! }).on('line', line => {
      this.told = JSON.parse(line) as Told
    })
  }

  add(request: string): void {
    this.#child.stdin?.write(`${JSON.stringify(request)}\n`)
  }

  end(): void {
    this.#child.kill('SIGKILL')
  }
}

const sum = (children: readonly Holder[], what: keyof Told) =>
  children.reduce((total, child) => total + child.told[what], 0)

async function until(isSo: () => boolean): Promise<void> {
  const endMs = performance.now() + withinMs
  while (!isSo()) {
    if (performance.now() > endMs) throw new Error('the streams did not open, or did not hear, in time')
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

async function rssMb(address: string): Promise<number> {
  const text = await (await fetch(`${address}/metrics`)).text()
  return Number(/process_resident_memory_bytes (\d+)/.exec(text)?.[1]) / 1_048_576
}
