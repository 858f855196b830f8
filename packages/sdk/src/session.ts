// A session that lives longer than a version may: it is told of the move ahead of time, makes a checkpoint, is given the new version
// at the announced moment, and goes on from the checkpoint (requirement 5.3). Each step is acknowledged. Until it has
// resumed, this instance is reported as holding the old version.
import type { BodyOf, sessionStep } from '@rekey/wire'
import { backoffMs } from './backoff.ts'
import type { Desk, Work } from './credential.ts'
import { after, type Timer } from './environment.ts'
import { RekeyError } from './error.ts'
import type { Held } from './held.ts'
import { Use, type UseContext, type UseOptions } from './use.ts'

export interface SessionOptions<S> {
  name: string
  /** Puts the work to rest and says where it stands; nothing may be done with the old version from then on. Without it, the session keeps its version. */
  checkpoint?: () => S | Promise<S>
  /** Goes on from there. */
  resume?: (context: UseContext, state: S) => void | Promise<void>
  /** How long before the swap it is announced: half a minute. */
  noticeMs?: number
  /** How long a checkpoint may take: half of the time there is for it. */
  checkpointMs?: number
  announced?: (notice: { version: number; inMs: number }) => void
}

type Step = BodyOf<typeof sessionStep>['step']
/** `why` it is not; null: it is. */
interface Prepared<S> {
  state?: S
  why: string | null
}
type Run = <T>(held: Held, work: Work<T>, options?: UseOptions) => Promise<T>

const usualNoticeMs = 30_000
/** A checkpoint is complete so long before the swap, or half of a shorter notice. */
const marginMs = 5_000
const mostAttempts = 3
const betweenAttemptsMs = 1_000
const mostPosts = 8

export class Session<S = unknown> {
  readonly name: string
  readonly #options: SessionOptions<S>
  readonly #desk: Desk
  readonly #run: Run
  readonly #stopListening: () => void
  #held: Held
  #context: Use
  #moving: Promise<void> | null = null
  #said: Promise<void> = Promise.resolve()
  #cannotSaid: number | null = null
  #isEnded = false
  #end = () => {}
  readonly #over = new Promise<void>(resolve => {
    this.#end = resolve
  })
  /** What this session is reported as holding. */
  readonly #pinned = new Set<Held>()
  readonly #pauses = new Map<Timer, () => void>()

  constructor(options: SessionOptions<S>, desk: Desk, held: Held, run: Run) {
    this.name = options.name
    this.#options = options
    this.#desk = desk
    this.#run = run
    this.#held = held
    this.#pin(held)
    this.#context = new Use(held, null, undefined)
    this.#stopListening = desk.changes.listen(() => this.#look())
    desk.sessions.add(this)
    this.#look()
  }

  get version(): number {
    return this.#held.version
  }

  /** The version that this session has now; after a swap, another one. */
  get context(): UseContext {
    return this.#context
  }

  /** One piece of work with the session's version, counted like every other. */
  use<T>(work: Work<T>, options?: UseOptions): Promise<T> {
    return this.#run(this.#held, work, options)
  }

  /** The session is over, and holds nothing any more. What was said of it has been acknowledged, or cannot be. */
  async end(): Promise<void> {
    if (!this.#isEnded) {
      this.#isEnded = true
      this.#end()
      this.#stopListening()
      this.#hurry()
      for (const held of this.#pinned) this.#unpin(held)
      this.#context.end()
      this.#desk.sessions.delete(this)
      this.#desk.pulse.soon()
    }
    await this.#said
  }

  /** Is there another version to move to? */
  #look(): void {
    const next = this.#desk.cache.held
    if (this.#held.isEnded) this.#hurry()
    else if (next === this.#held && this.#context.isAborted) this.#context = new Use(next, null, undefined)
    if (this.#isEnded || this.#moving !== null || next === null || next === this.#held) return
    if (this.#options.checkpoint === undefined) {
      if (this.#cannotSaid !== next.version) this.#say('cannot', next.version, 'it makes no checkpoints')
      this.#cannotSaid = next.version
      return
    }
    this.#moving = this.#move(next, this.#options.checkpoint)
      .catch(error => this.#desk.complain(error))
      .then(() => {
        this.#moving = null
        // Another version may have come meanwhile; the same one is not tried again.
        if (this.#desk.cache.held !== next) this.#look()
      })
  }

  /** Its version was killed: it is not held any more, and a move that waits for its moment goes on at once. */
  #hurry(): void {
    this.#unpin(this.#held)
    for (const [timer, go] of this.#pauses) {
      clearTimeout(timer)
      go()
    }
    this.#pauses.clear()
  }

  async #move(next: Held, checkpoint: () => S | Promise<S>): Promise<void> {
    for (let attempt = 1; attempt <= mostAttempts && !this.#isEnded; attempt++) {
      const { state, why } = await this.#prepared(next, checkpoint)
      if (why === null) return this.#swap(state as S)
      if (this.#isEnded) return
      this.#say('cannot', next.version, why)
    }
    if (!this.#isEnded) throw stuck(this.name, 'no checkpoint could be made')
  }

  /** Announced, checkpointed, and it is the moment of the swap; or why not. */
  async #prepared(next: Held, checkpoint: () => S | Promise<S>): Promise<Prepared<S>> {
    const startMs = performance.now()
    const leftMs = this.#held.guardMs - this.#desk.clock.nowMs()
    const noticeMs = Math.max(0, Math.min(this.#options.noticeMs ?? usualNoticeMs, leftMs))
    const spareMs = Math.min(marginMs, noticeMs / 2)
    const checkpointMs = Math.min(this.#options.checkpointMs ?? (noticeMs - spareMs) / 2, noticeMs - spareMs)
    this.#say('announced', next.version, undefined, this.#desk.clock.nowMs() + noticeMs)
    this.#options.announced?.({ version: next.version, inMs: noticeMs })
    const until = (ms: number) =>
      this.#held.isEnded ? Promise.resolve() : this.#pause(startMs + ms - performance.now())
    await until(noticeMs - spareMs - checkpointMs)
    if (this.#isEnded) return { why: 'it ended' }
    const made = Promise.resolve()
      .then(checkpoint)
      .then(
        state => ({ state, why: null }),
        error => ({ why: `the checkpoint failed: ${nameOf(error)}` }),
      )
    const late = until(noticeMs - spareMs).then(() => null)
    // One whose version was killed can do nothing until it has moved: there is no moment for it to miss.
    const inTime = await (this.#held.isEnded ? this.#orOver(made) : Promise.race([made, late]))
    const ended = inTime ?? (await this.#postponed(next, made))
    if (ended.why !== null || this.#isEnded) return { ...ended, why: ended.why ?? 'it ended' }
    if (inTime === null) this.#say('announced', next.version, undefined, this.#desk.clock.nowMs() + spareMs)
    this.#say('checkpointed', next.version)
    await (inTime === null ? this.#pause(spareMs) : until(noticeMs))
    return this.#isEnded ? { why: 'it ended' } : ended
  }

  /** The work has been put to rest, or is about to be: it must not stay there, so the swap is announced anew when the checkpoint is made. */
  async #postponed(next: Held, made: Promise<Prepared<S>>): Promise<Prepared<S>> {
    if (this.#isEnded) return { why: 'it ended' }
    this.#say('cannot', next.version, 'the checkpoint was not made in time')
    this.#desk.complain(stuck(this.name, 'its checkpoint was not made in time'))
    return this.#orOver(made)
  }

  #orOver(made: Promise<Prepared<S>>): Promise<Prepared<S>> {
    return Promise.race([made, this.#over.then(() => ({ why: 'it ended' }))])
  }

  async #swap(state: S): Promise<void> {
    const before = this.#held
    // The latest, which may have changed since it was announced.
    const next = this.#desk.cache.held
    if (next === null) throw stuck(this.name, 'there is no version to move to')
    this.#pin(next)
    this.#held = next
    this.#context.end()
    this.#context = new Use(next, null, undefined)
    this.#say('swapped', next.version)
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#options.resume?.(this.#context, state)
        break
      } catch (error) {
        if (attempt < mostAttempts && !this.#isEnded) {
          await this.#pause(backoffMs(attempt, betweenAttemptsMs, betweenAttemptsMs * 8))
          continue
        }
        this.#say('cannot', next.version, `it could not be resumed: ${nameOf(error)}`)
        throw stuck(this.name, 'it could not be resumed')
      }
    }
    // Only now is nothing left that stands on the old one.
    if (before !== next) this.#unpin(before)
    this.#say('resumed', next.version)
    this.#desk.pulse.soon()
  }

  /** In order, and again until it is acknowledged; the move itself does not wait for it. */
  #say(step: Step, version: number, detail?: string, atMs = this.#desk.clock.nowMs()): void {
    const { credential, consumer } = this.#held.assigned
    const body: BodyOf<typeof sessionStep> = {
      credential,
      consumer,
      instance: this.#desk.instance,
      session: this.name,
      step,
      version,
      atMs: Math.round(atMs),
      ...(detail !== undefined && { detail: detail.slice(0, 500) }),
    }
    this.#said = this.#said.then(() => this.#post(body))
  }

  async #post(body: BodyOf<typeof sessionStep>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#desk.plane.ask({ method: 'POST', path: '/agent/sessions', body })
        return
      } catch (error) {
        const isRefused =
          error instanceof RekeyError && error.status !== null && error.status < 500 && error.status !== 429
        const isClosed = error instanceof RekeyError && error.code === 'closed'
        if (isRefused || isClosed || attempt === mostPosts || this.#isEnded) return this.#desk.complain(error)
        await this.#pause(backoffMs(attempt, betweenAttemptsMs, betweenAttemptsMs * 30))
      }
    }
  }

  #pin(held: Held): void {
    if (this.#isEnded || this.#pinned.has(held)) return
    this.#pinned.add(held)
    held.pins++
  }

  #unpin(held: Held): void {
    if (this.#pinned.delete(held)) held.pins--
  }

  /** Ends early when the session does. */
  #pause(ms: number): Promise<void> {
    if (this.#isEnded || ms <= 0) return Promise.resolve()
    return new Promise(resolve => {
      const timer = after(ms, () => {
        this.#pauses.delete(timer)
        resolve()
      })
      this.#pauses.set(timer, resolve)
    })
  }
}

/** The kind of the error and nothing of its text, which may hold anything. */
const nameOf = (error: unknown) => (error instanceof Error ? error.name : 'something that is no error')

const stuck = (name: string, why: string) =>
  new RekeyError(
    'session-stuck',
    `The session ${name} keeps its version: ${why}.`,
    'End it, or begin it anew.',
  )
