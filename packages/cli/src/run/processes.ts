// The processes that live just now: started with what they are given, reported as what they hold, and ended. Which of them there
// should be is decided elsewhere (copies.ts).
import type { Programs } from '@rekey/sdk'
import { type Snapshot, subjectsOf } from '../reference.ts'
import type { Tell } from '../supply.ts'
import { Copy } from './copy.ts'
import { variablesOf } from './injection.ts'
import type { RunPlan } from './plan.ts'
import { becomesReady, type Readiness } from './readiness.ts'

export interface ProcessesOptions {
  plan: RunPlan
  /** What the program's environment is made of, without ours. */
  environment: Record<string, string>
  instance: (pid: number) => string
  programs: Programs
  /** Among these is a version that was killed. */
  isDead: (snapshot: Snapshot) => boolean
  tell: Tell
}

export class Processes {
  readonly #options: ProcessesOptions
  readonly #alive = new Set<Copy>()
  /** Nothing more is started, and nobody waits for anything to become ready. */
  readonly #stop = new AbortController()
  #starts: Promise<unknown> = Promise.resolve()

  constructor(options: ProcessesOptions) {
    this.#options = options
  }

  get isStopped(): boolean {
    return this.#stop.signal.aborted
  }

  get stopSignal(): AbortSignal {
    return this.#stop.signal
  }

  get count(): number {
    return this.#alive.size
  }

  /** It has the number that it should, unless one that lives has it still. null: its version was killed, and nothing was started. */
  start(number: number, given: Snapshot): Promise<Copy | null> {
    const starting = this.#start(number, given)
    this.#starts = Promise.allSettled([this.#starts, starting])
    return starting
  }

  /** Loaded is what a process is ready with. */
  async vouch(copy: Copy, given: Snapshot): Promise<Readiness> {
    const readiness = await this.#becomesReady(copy)
    // Meanwhile it may have been given something else.
    if (readiness === 'ready' && copy.holds === given) {
      copy.hasLoaded = true
      this.#options.programs.loaded(copy.instance, subjectsOf(given))
    } else if (readiness === 'late') this.#options.tell(`${copy.instance} is not ready in time.`)
    return readiness
  }

  /** Until it is ready again, it counts as holding what it held. */
  async remind(copy: Copy, signal: NodeJS.Signals, to: Snapshot): Promise<void> {
    const readiness = this.#becomesReady(copy)
    copy.signal(signal)
    const answer = await readiness
    if (answer === 'late') this.#options.tell(`${copy.instance} was sent ${signal} and is not ready in time.`)
    if (answer !== 'ready') return
    copy.holds = to
    this.#options.programs.holds(copy.instance, subjectsOf(to))
    this.#options.programs.loaded(copy.instance, subjectsOf(to))
  }

  signal(signal: NodeJS.Signals): void {
    for (const copy of this.#alive) copy.signal(signal)
  }

  /** All are asked to end, and after a while they are ended. */
  async end(): Promise<void> {
    this.#stop.abort()
    await this.#starts
    await Promise.all([...this.#alive].map(one => one.end(this.#options.plan.graceMs)))
  }

  /** Whoever was given a version that was killed is ended, also one that is being started. true: there was one. */
  async endDead(): Promise<boolean> {
    const { isDead, plan } = this.#options
    let wasThere = false
    for (;;) {
      const dead = [...this.#alive].filter(one => isDead(one.holds))
      if (dead.length === 0) return wasThere
      wasThere = true
      await Promise.all(dead.map(one => one.end(plan.killGraceMs)))
      await this.#starts
    }
  }

  /** Somebody else has asked them to: they are given all the time that they need. What they ended with. */
  async ended(): Promise<number[]> {
    this.#stop.abort()
    const alive = [...this.#alive]
    await this.#starts
    return Promise.all([...new Set([...alive, ...this.#alive])].map(one => one.ended))
  }

  async #start(number: number, given: Snapshot): Promise<Copy | null> {
    const { environment, instance, isDead, plan, programs } = this.#options
    if (isDead(given)) return null
    const free = this.#freeNumber(number)
    const variables = variablesOf(plan, given)
    const copy = await Copy.start({
      program: plan.program,
      args: plan.args,
      environment: { ...environment, ...variables, REKEY_COPY: String(free) },
      number: free,
      instance,
      given,
      readsOutput: plan.ready.by === 'log',
    })
    this.#alive.add(copy)
    programs.delivered(subjectsOf(given))
    programs.holds(copy.instance, subjectsOf(given))
    void copy.ended.then(code => this.#gone(copy, code))
    // It was on its way when the end was asked for, or when its version was killed.
    if (this.isStopped) copy.signal('SIGTERM')
    if (isDead(given)) void copy.end(plan.killGraceMs)
    return copy
  }

  /** A job may have done its work before it would have counted as ready; a server under --rolling that ends at once has not. */
  #gone(copy: Copy, code: number): void {
    const { plan, programs } = this.#options
    const isJob = !(plan.onChange.do === 'restart' && plan.onChange.rolling)
    if (isJob && code === 0 && !copy.isPlanned && !copy.hasLoaded)
      programs.loaded(copy.instance, subjectsOf(copy.holds))
    this.#alive.delete(copy)
    programs.gone(copy.instance)
  }

  #becomesReady(copy: Copy): Promise<Readiness> {
    const { ready, readyWithinMs } = this.#options.plan
    return becomesReady(copy, ready, readyWithinMs, this.#stop.signal)
  }

  /** Those up to the number of copies are somebody's own. */
  #freeNumber(number: number): number {
    const taken = new Set([...this.#alive].map(one => one.number))
    let free = number
    while (taken.has(free)) free = Math.max(free, this.#options.plan.copies) + 1
    return free
  }
}
