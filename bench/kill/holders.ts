// Ten thousand holders in two processes, told what to do over their standard input.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface Opening {
  address: string
  request: string
  agent?: { id: string; token: string; proofKey: string }
  instance: string
}

export interface Round {
  /** From the call on, in milliseconds: when the order was applied, and when the answer was taken, by each. */
  applied: number[]
  acked: number[]
}

interface Told {
  open: number
  failed: number
  acked: number
  refused: number
}

const withinMs = 120_000
export const now = () => performance.timeOrigin + performance.now()

export class Holders {
  readonly #children: Child[]

  constructor(mode: 'rekey' | 'check' | 'bare') {
    this.#children = [new Child(mode), new Child(mode)]
  }

  ring(text: string): void {
    for (const one of this.#children) one.ask({ ring: text })
  }

  async open(
    some: readonly Opening[],
    slow: readonly { address: string; request: string }[] = [],
  ): Promise<void> {
    const before = this.#sum('open')
    for (const [at, child] of this.#children.entries()) {
      const own = some.filter((_, index) => index % this.#children.length === at)
      for (let from = 0; from < own.length; from += 500) child.ask({ open: own.slice(from, from + 500) })
      child.ask({ slow: slow.filter((_, index) => index % this.#children.length === at) })
    }
    await until(() => this.#sum('open') + this.#sum('failed') - before >= some.length + slow.length)
    if (this.#sum('failed') > 0) throw new Error(`${this.#sum('failed')} streams could not be opened`)
  }

  /** Does it, and waits until each of `count` has had its answer taken. */
  async round(count: number, act: () => Promise<unknown>): Promise<Round> {
    await this.#collect()
    const beganMs = now()
    const acting = act()
    await until(() => this.#sum('acked') >= count || this.#sum('refused') > 0)
    await acting
    const parts = await this.#collect()
    const refused = parts.reduce((sum, one) => sum + one.refused, 0)
    if (refused > 0) throw new Error(`${refused} orders or answers were refused`)
    const since = (all: number[]) => all.map(ms => ms - beganMs).sort((a, b) => a - b)
    return {
      applied: since(parts.flatMap(one => one.applied)),
      acked: since(parts.flatMap(one => one.acked)),
    }
  }

  end(): void {
    for (const one of this.#children) one.end()
  }

  #sum(what: keyof Told): number {
    return this.#children.reduce((sum, one) => sum + one.told[what], 0)
  }

  #collect() {
    return Promise.all(this.#children.map(one => one.collect()))
  }
}

interface Collected {
  applied: number[]
  acked: number[]
  refused: number
}

class Child {
  told: Told = { open: 0, failed: 0, acked: 0, refused: 0 }
  readonly #child: ChildProcess
  #collected: (one: Collected) => void = () => undefined

  constructor(mode: string) {
    this.#child = spawn(process.execPath, [join(import.meta.dirname, 'holders-child.ts'), mode], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    createInterface({ input: this.#child.stdout! }).on('line', line => {
      const said = JSON.parse(line) as Told & Collected
      if (Array.isArray(said.acked)) {
        this.told = { ...this.told, acked: 0, refused: 0 }
        this.#collected(said)
      } else this.told = said
    })
  }

  ask(what: object): void {
    this.#child.stdin?.write(`${JSON.stringify(what)}\n`)
  }

  collect(): Promise<Collected> {
    return new Promise(resolve => {
      this.#collected = resolve
      this.ask({ collect: true })
    })
  }

  end(): void {
    this.#child.kill('SIGKILL')
  }
}

export async function startFanOut(): Promise<{ address: string; end(): void }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'fan-out-child.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  return { address: String(line).trim(), end: () => void child.kill('SIGKILL') }
}

async function until(isSo: () => boolean): Promise<void> {
  const endMs = performance.now() + withinMs
  while (!isSo()) {
    if (performance.now() > endMs) throw new Error('not everybody has answered in time')
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}
