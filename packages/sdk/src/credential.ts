// One credential in the hands of a program. `use` is the heart: it gives the function the version to work with, and tells the
// control plane how the work went.
import type { Cache } from './cache.ts'
import { type Changes, type Current, currentOf, type Listener } from './changes.ts'
import type { Clock } from './clock.ts'
import { RekeyError } from './error.ts'
import type { Assigned, Held } from './held.ts'
import { type Crossing, crossingOf, finishedWith, type Mark, markOf, type Stamped, stamped } from './mark.ts'
import { type Classify, classify, type Ended, type Outcome, outcomeOfResult } from './outcome.ts'
import type { Plane } from './plane.ts'
import type { Pulse } from './pulse.ts'
import type { Reporter } from './reporter.ts'
import { Session, type SessionOptions } from './session.ts'
import { Use, type UseContext, type UseOptions } from './use.ts'

export interface CredentialOptions {
  /** Which of its consumers this agent is here; without it, the only one that it is bound to. */
  consumer?: string
  /** The workflow that uses belong to where they name none themselves. */
  lane?: string
  classify?: Classify
  /** With less of a value's life left, no new work is begun: two minutes. */
  leastLifeMs?: number
}

/** What all handles of one consumer of one credential share. */
export interface Desk {
  cache: Cache
  changes: Changes
  clock: Clock
  plane: Plane
  pulse: Pulse
  reporter: Reporter
  instance: string
  sessions: Set<{ end(): Promise<void> }>
  /** The first thing asked of a connection sets its timers and its stream going. */
  wake: () => void
  complain: (error: unknown) => void
}

export type Work<T> = (context: UseContext) => T | Promise<T>

export class Credential {
  readonly name: string
  readonly #desk: Desk
  readonly #cache: Cache
  readonly #clock: Clock
  readonly #lane: string | null
  readonly #classify: Classify | null

  constructor(name: string, desk: Desk, options: CredentialOptions) {
    this.name = name
    this.#desk = desk
    this.#cache = desk.cache
    this.#clock = desk.clock
    this.#lane = options.lane ?? null
    this.#classify = options.classify ?? null
  }

  /** Does the work with the version to use now. After an authentication failure it is done once more, if there is another one. */
  async use<T>(work: Work<T>, options?: UseOptions): Promise<T> {
    const held = this.#cache.ready(this.#clock.nowMs()) ?? (await this.#wait(options?.signal))
    return this.#run(held, work, options, true)
  }

  /** The same for a job that was stamped: with which version, or whether at all, the plan's rule says. */
  async useFor<T>(job: unknown, work: Work<T>, options?: UseOptions): Promise<T> {
    this.#cache.keepReplaced()
    const held = this.#cache.ready(this.#clock.nowMs()) ?? (await this.#wait(options?.signal))
    const version = finishedWith(crossingOf(job, held.assigned), held.assigned)
    const begun = version === held.version ? held : this.#cache.kept(version, this.#clock.nowMs())
    return this.#run(begun ?? held, work, options, true)
  }

  /** What is used now; the value does not print. */
  async current(): Promise<Current> {
    return currentOf(this.#cache.ready(this.#clock.nowMs()) ?? (await this.#wait(undefined)))
  }

  /** null: there is none any more. Gives back how to stop listening. */
  onChange(listener: Listener): () => void {
    this.#load()
    return this.#desk.changes.listen(listener)
  }

  watch(): AsyncGenerator<Current, void, void> {
    this.#load()
    return this.#desk.changes.watch(() => this.#cache.held)
  }

  /** Work that goes on for longer than a version may live. */
  async session<S>(options: SessionOptions<S>): Promise<Session<S>> {
    const held = this.#cache.ready(this.#clock.nowMs()) ?? (await this.#wait(undefined))
    const run = async <T>(held: Held, work: Work<T>, use?: UseOptions) => {
      this.#cache.checkUsable(held)
      return this.#run(held, work, use, false)
    }
    return new Session(options, this.#desk, held, run)
  }

  /** For the log line or span of the work. It never fails: what is not known yet is left out. */
  mark(): Partial<Mark> {
    const held = this.#cache.held
    return held === null ? { 'rekey.credential.id': this.name } : markOf(held.assigned)
  }

  stamp<T extends object>(payload: T): Stamped<T> {
    this.#cache.keepReplaced()
    return stamped(payload, this.#assigned())
  }

  crossing(job: unknown): Crossing {
    this.#cache.keepReplaced()
    return crossingOf(job, this.#assigned())
  }

  /** The fallback works on the version that is used now, or has been switched off. */
  fallback(state: 'confirmed' | 'disabled'): void {
    const { credential, consumer, version } = this.#assigned()
    const atMs = this.#clock.nowMs()
    this.#desk.reporter.say({ credential, consumer, version, says: 'fallback', state, atMs })
  }

  async #run<T>(
    held: Held,
    work: Work<T>,
    options: UseOptions | undefined,
    mayTryOther: boolean,
  ): Promise<T> {
    options?.signal?.throwIfAborted()
    const use = new Use(held, options?.lane ?? this.#lane, options?.signal)
    held.inFlight++
    let result: T
    try {
      result = await work(use)
    } catch (error) {
      const outcome = this.#finish(held, use, { error }, options)
      const other = outcome === 'auth-failure' && mayTryOther ? await this.#cache.other(held) : null
      if (other === null) throw error
      return this.#run(other, work, options, false)
    }
    const outcome = this.#finish(held, use, { result }, options)
    if (outcome !== 'auth-failure' || !mayTryOther) return result
    const other = await this.#cache.other(held)
    if (other === null) return result
    discard(result)
    return this.#run(other, work, options, false)
  }

  #finish(held: Held, use: Use, ended: Ended, options: UseOptions | undefined): Outcome {
    held.inFlight--
    const body = 'result' in ended ? bodyOf(ended.result) : null
    if (body !== null) use.outlivedBy(body)
    use.end()
    const read = this.#read(ended, options?.classify ?? this.#classify)
    const outcome = read === 'success' && use.isDegraded ? 'degraded' : read
    const isFirst = held.count(outcome, use.lane, options?.path ?? 'usual', this.#clock.nowMs())
    if (isFirst) this.#desk.pulse.soon()
    return outcome
  }

  #read(ended: Ended, own: Classify | null): Outcome {
    if (own !== null) {
      try {
        const outcome = own(ended)
        if (outcome !== null) return outcome
      } catch (error) {
        // The work is done: a mistake in how it is read must not undo it.
        this.#desk.complain(error)
      }
    }
    return 'result' in ended ? outcomeOfResult(ended.result) : classify(ended)
  }

  async #wait(signal: AbortSignal | undefined): Promise<Held> {
    signal?.throwIfAborted()
    this.#desk.wake()
    const waiting = this.#cache.wait()
    if (signal === undefined) return waiting
    return new Promise((resolve, reject) => {
      const stop = () => reject(signal.reason)
      signal.addEventListener('abort', stop, { once: true })
      waiting.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
    })
  }

  #load(): void {
    this.#desk.wake()
    if (this.#cache.held === null) this.#cache.warm()
  }

  #assigned(): Assigned {
    const { held } = this.#cache
    if (held !== null) return held.assigned
    const text = `It is not known yet which version of ${this.name} is used.`
    throw new RekeyError('not-loaded', text, 'Wait for current() or a first use().')
  }
}

/** What streams on after the use has ended. */
function bodyOf(result: unknown): object | null {
  return typeof Response === 'function' && result instanceof Response ? result.body : null
}

/** An answer that nobody will read holds its connection until it is given up. */
function discard(result: unknown): void {
  const { body } = result as { body?: { cancel?: () => Promise<void> } | null }
  if (typeof body?.cancel === 'function') body.cancel().catch(() => undefined)
}
