// What one consumer of one credential holds: the version to use, its renewal ahead of time, and what to do while the control
// plane is away. One request at a time, whoever asks for it.
import type { AssignedValue } from '@rekey/wire'
import { askValue } from './asking.ts'
import { backoffMs } from './backoff.ts'
import type { Clock } from './clock.ts'
import { after, type Timer } from './environment.ts'
import { closedError, isFinal, OutageError, RekeyError } from './error.ts'
import { Held } from './held.ts'
import type { Plane } from './plane.ts'
import { Shelf } from './shelf.ts'
import type { Subject, Waiting } from './tally.ts'

export interface CacheParts {
  plane: Plane
  clock: Clock
  waiting: Waiting
  /** null: the only one that this agent is bound to. */
  consumer: string | null
  credential: string
  leastLifeMs: number
  /** How long the first use waits for a control plane that is away: a balancer may not have noticed yet that one has gone. */
  startMs: number
  /** Another version was taken up, or the one there was is not ours any more. */
  changed: (held: Held | null, before: Held | null) => void
}

const firstBackoffMs = 1_000
const mostBackoffMs = 30_000
/** Where nothing is held, work stands still. */
const mostBackoffEmptyMs = 5_000
/** No use waits longer for a renewal while what is held is still valid. */
const patienceMs = 1_000
/** After authentication failures the control plane is asked no more often than this. */
const betweenMs = 1_000
const startAgainMs = 250
/** A value is renewed no sooner, however short its time is. */
const soonestMs = 500

export class Cache {
  /** What a message named as assigned, while it is not what is held. */
  behind: { version: number; position: number; sinceMs: number } | null = null
  /** Replaced versions are kept a while: somebody asks for them by what a job was stamped with. */
  keepsReplaced = false
  readonly #parts: CacheParts
  readonly #shelf = new Shelf()
  #held: Held | null = null
  /** What happened up to there has to be in the answer. */
  #wanted = 0
  #refreshing: Promise<void> | null = null
  #failures = 0
  #failure: unknown = null
  #notBeforeMs = 0
  #askedMs = Number.NEGATIVE_INFINITY
  #askedSince = 0
  /** When it was last asked because of an authentication failure. */
  #lookedMs = Number.NEGATIVE_INFINITY
  #timer: Timer | undefined
  #isClosed = false
  #hasBegun = false

  constructor(parts: CacheParts) {
    this.#parts = parts
  }

  get held(): Held | null {
    return this.#held
  }

  get credential(): string {
    return this.#parts.credential
  }

  get consumer(): string | null {
    return this.#held?.assigned.consumer ?? this.#parts.consumer
  }

  /** It was to be renewed and could not be. */
  isStale(nowMs: number): boolean {
    return this.#held !== null && nowMs >= this.#held.freshUntilMs
  }

  get isAway(): boolean {
    return this.#failures > 0
  }

  /** What to work with, if nobody has to be asked for it first. */
  ready(nowMs: number): Held | null {
    const held = this.#held
    if (held === null || nowMs < held.lookMs) return held
    if (nowMs >= held.guardMs) return null
    this.warm()
    const isSlow = this.#refreshing !== null && nowMs >= this.#askedMs + patienceMs
    return nowMs < held.freshUntilMs || this.isAway || isSlow ? held : null
  }

  /** Renews without anybody waiting for it. */
  warm(): void {
    if (this.#isClosed || this.#refreshing !== null || this.#parts.clock.nowMs() < this.#notBeforeMs) return
    this.refresh().catch(() => undefined)
  }

  async wait(): Promise<Held> {
    if (this.#isClosed) throw closedError()
    if (this.#refreshing !== null || this.#parts.clock.nowMs() >= this.#notBeforeMs) {
      const renewal = this.refresh().catch(() => undefined)
      const isValid = this.#held !== null && this.#parts.clock.nowMs() < this.#held.guardMs
      await (isValid ? Promise.race([renewal, patience()]) : renewal)
    }
    if (this.#held === null && !this.#hasBegun) await this.#begin()
    const held = this.#held
    if (this.#isClosed) throw closedError()
    if (held === null) throw this.#failure ?? closedError()
    if (this.#parts.clock.nowMs() < held.guardMs) return held
    // A renewal that brought nothing better is not asked for again by each use.
    this.#notBeforeMs = Math.max(this.#notBeforeMs, this.#askedMs + betweenMs)
    const { credential, version } = held.assigned
    const text = `Version ${version} of ${credential} ends at ${new Date(held.assigned.expiresMs!).toISOString()} and could not be renewed.`
    throw new OutageError(text, 'New work waits until a new version can be had.', this.#failure ?? undefined)
  }

  /** Once: whoever has just started has nothing to go on with, and what passes by itself is waited for. */
  async #begin(): Promise<void> {
    const endMs = performance.now() + this.#parts.startMs
    while (this.#held === null && !this.#isClosed && !isFinal(this.#failure)) {
      if (performance.now() >= endMs) break
      await new Promise<void>(resolve => after(startAgainMs, resolve))
      await this.refresh().catch(() => undefined)
    }
    this.#hasBegun = true
  }

  /** A version other than the one that was refused, if there is one. However many ask, the control plane is asked once a second. */
  async other(than: Held): Promise<Held | null> {
    if (this.#isClosed) return null
    if (this.#held === than) {
      const nowMs = this.#parts.clock.nowMs()
      const isDue = nowMs >= this.#lookedMs + betweenMs && nowMs >= this.#notBeforeMs
      if (isDue) this.#lookedMs = nowMs
      if (this.#refreshing !== null || isDue) await this.refresh().catch(() => undefined)
      // It was worth it, so the next one may be.
      if (this.#held !== than) this.#lookedMs = Number.NEGATIVE_INFINITY
    }
    return this.#held === than || this.#isClosed ? null : this.#held
  }

  /** What happened at `position` has to be in the answer. */
  async heard(position: number, version: number | null): Promise<void> {
    this.#wanted = Math.max(this.#wanted, position)
    if (version !== null && version !== this.#held?.version) {
      this.behind = { version, position, sinceMs: this.behind?.sinceMs ?? this.#parts.clock.nowMs() }
    }
    await this.refresh().catch(() => undefined)
    // It may have been over already, but for its last words, when the message came.
    if (this.#askedSince < position && !this.isAway && !this.#isClosed)
      await this.refresh().catch(() => undefined)
  }

  refresh(): Promise<void> {
    this.#refreshing ??= this.#fetchLatest().finally(() => {
      this.#refreshing = null
      this.#schedule()
    })
    return this.#refreshing
  }

  /** No new work; what goes on may end. */
  stop(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
    for (const one of this.#all()) one.lookMs = one.guardMs = 0
  }

  /** What still goes on is told to stop. */
  abort(): void {
    for (const one of this.#all()) one.abort(closedError())
  }

  get inFlight(): number {
    return this.#all().reduce((sum, one) => sum + one.inFlight, 0)
  }

  /** A replaced version that is still here and still accepted. */
  kept(version: number, nowMs: number): Held | null {
    return this.#held?.assigned.accepted.includes(version) ? this.#shelf.find(version, nowMs) : null
  }

  /** Every version in this process's hands. */
  subjects(nowMs: number): Subject[] {
    return this.#all(nowMs).map(one => one.subject)
  }

  #all(nowMs = this.#parts.clock.nowMs()): Held[] {
    const older = this.#shelf.all(nowMs)
    return this.#held === null ? older : [...older, this.#held]
  }

  /** Whoever asks meanwhile for something later gets a second round of the same request. */
  async #fetchLatest(): Promise<void> {
    do {
      await this.#fetchOnce(Math.max(this.#wanted, this.#held?.assigned.position ?? 0))
    } while (this.#wanted > this.#askedSince && !this.#isClosed)
  }

  async #fetchOnce(since: number): Promise<void> {
    const { plane, clock, consumer, credential } = this.#parts
    this.#askedMs = clock.nowMs()
    this.#askedSince = since
    try {
      const etag = this.#held?.etag ?? null
      const answer = await askValue(plane, { credential, consumer, since, etag })
      if (this.#isClosed) return
      if (answer !== null) this.#take(answer.value, answer.etag)
      this.#held?.renew(clock.nowMs())
      this.#shelf.endAllBut(this.#held?.assigned.accepted ?? [])
      if (
        this.behind !== null &&
        this.behind.position <= Math.max(since, this.#held?.assigned.position ?? 0)
      ) {
        this.behind = null
      }
      this.#failures = 0
      this.#failure = null
      this.#notBeforeMs = 0
    } catch (error) {
      this.#fail(error)
      throw error
    }
  }

  #take(answer: AssignedValue, etag: string | null): void {
    const { clock, waiting, leastLifeMs, changed } = this.#parts
    const before = this.#held
    const isSame = before !== null && before.version === answer.version && before.reveal() === answer.value
    const known = isSame ? before : this.#shelf.takeBack(answer.version, answer.value)
    const held = known ?? new Held(answer, etag, waiting, leastLifeMs)
    held.learn(answer, etag)
    held.renew(clock.nowMs())
    if (isSame) return
    this.#replace(before, held, answer.inFlight === 'finish' ? answer.ttlMs : 0)
    changed(held, before)
  }

  #replace(before: Held | null, held: Held | null, keptMs: number): void {
    this.#held = held
    if (before === null) return
    const nowMs = this.#parts.clock.nowMs()
    before.keptUntilMs = this.keepsReplaced ? nowMs + keptMs : 0
    this.#shelf.put(before, nowMs)
  }

  #fail(error: unknown): void {
    const { clock, changed } = this.#parts
    const { retryAfterMs } = error instanceof RekeyError ? error : { retryAfterMs: null }
    const mostMs = this.#held === null ? mostBackoffEmptyMs : mostBackoffMs
    this.#failures++
    this.#failure = error
    this.#notBeforeMs =
      clock.nowMs() + Math.max(retryAfterMs ?? 0, backoffMs(this.#failures, firstBackoffMs, mostMs))
    const before = this.#held
    if (!isFinal(error) || before === null || this.#isClosed) return
    // The control plane is there and says that this is not ours: going on would be using what was taken from us.
    this.#replace(before, null, 0)
    before.abort(error as RekeyError)
    changed(null, before)
  }

  #schedule(): void {
    clearTimeout(this.#timer)
    if (this.#isClosed || (this.#held === null && isFinal(this.#failure))) return
    const dueMs = this.#failures > 0 ? this.#notBeforeMs : (this.#held?.lookMs ?? 0)
    const waitMs = Math.max(dueMs - this.#parts.clock.nowMs(), this.#failures > 0 ? 0 : soonestMs)
    this.#timer = after(waitMs, () => this.#wake())
  }

  /** A timer may ring a little early. */
  #wake(): void {
    if (this.#parts.clock.nowMs() < this.#notBeforeMs) this.#schedule()
    else this.warm()
  }
}

const patience = () => new Promise<void>(resolve => after(patienceMs, resolve))
