// One process that carries the rotation on, and the boundary at which it dies.
import { type ChildProcess, fork } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Plot } from '../bed.ts'
import type { Where } from '../proxy.ts'
import type { Order, Told } from './child.ts'
import { personOf } from './prepare.ts'

/** The n-th moment of a verb's first call at which a process may die. */
export interface Boundary {
  verb: string
  at: number
  where: 'begin' | Where | 'end'
}

export interface Lived {
  told: Told | null
  output: string
  wasKilled: boolean
}

const limitMs = 120_000
/** Compiled modules are kept between the many starts of the same program. */
const compiled = join(tmpdir(), `rekey-trial-compiled-${process.getuid?.() ?? 0}`)

export class Mortal {
  readonly passed: Boundary[] = []
  readonly #dies: Boundary | null
  readonly #look: (pid: number) => void
  readonly #called = new Set<string>()
  #child: ChildProcess | null = null
  #verb: string | null = null
  #at = 0
  #isDead = false

  /** null: it lives to its end. */
  constructor(dies: Boundary | null, look: (pid: number) => void = () => undefined) {
    this.#dies = dies
    this.#look = look
  }

  /** false: it has been killed here. */
  passes(where: Boundary['where']): boolean {
    const child = this.#child
    if (this.#isDead || child === null || this.#verb === null) return !this.#isDead
    this.passed.push({ verb: this.#verb, at: ++this.#at, where })
    this.#look(child.pid!)
    if (this.#verb !== this.#dies?.verb || this.#at !== this.#dies.at) return true
    this.#isDead = true
    child.kill('SIGKILL')
    return false
  }

  /** Only the first call of each verb is died in: the others are the same again. */
  #hears(at: 'begin' | 'end', verb: string): boolean {
    if (at === 'begin') {
      this.#verb = this.#called.has(verb) ? null : verb
      this.#at = 0
      this.#called.add(verb)
    }
    const lives = this.passes(at)
    if (at === 'end') this.#verb = null
    return lives
  }

  async live(order: Order, plot: Plot): Promise<Lived> {
    const child = fork(join(import.meta.dirname, 'child.ts'), {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: compiled },
    })
    this.#child = child
    let output = ''
    let told: Told | null = null
    child.stdout?.on('data', part => (output += part))
    child.stderr?.on('data', part => (output += part))
    child.on('message', (message: Told) => {
      if (!('at' in message)) told = message
      else if (message.at === 'hand') {
        personOf(plot)(message.verb, message.handle, message.name).then(
          done => child.connected && child.send(done),
          () => child.kill('SIGTERM'),
        )
      } else if (this.#hears(message.at, message.verb)) child.send({ go: true })
    })
    child.send(order)
    const timer = setTimeout(() => child.kill('SIGTERM'), limitMs)
    await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve))
    clearTimeout(timer)
    return { told, output, wasKilled: this.#isDead }
  }
}
