// What one consumer of one credential holds: the version to use, its renewal ahead of time, and what to do while the control
// plane is away. One request at a time, whoever asks for it.
import type { AssignedValue } from '@rekey/wire'
import { askValue } from './asking.ts'
import type { Clock } from './clock.ts'
import type { Contact } from './contact.ts'
import { after } from './environment.ts'
import { closedError, expiringError, isFinal, killedError, RekeyError } from './error.ts'
import type { Held } from './held.ts'
import { Holding } from './holding.ts'
import { Inquiry } from './inquiry.ts'
import type { OrderKeeper } from './orders/keeper.ts'
import type { Plane } from './plane.ts'
import type { Subject, Waiting } from './tally.ts'
import { Tries } from './tries.ts'
import { Vigil } from './vigil.ts'

export interface CacheParts {
  plane: Plane
  clock: Clock
  contact: Contact
  /** Which versions are dead. */
  orders: Pick<OrderKeeper, 'ready' | 'isDenied'>
  waiting: Waiting
  /** null: the only one that this agent is bound to. */
  consumer: string | null
  credential: string
  leastLifeMs: number
  /** How long the first use waits for a control plane that is away: a balancer may not have noticed yet that one has gone. */
  startMs: number
  /** Another version was taken up, the one there was is not ours any more, or it may be used again after an outage. */
  changed: (held: Held | null, before: Held | null) => void
}

/** No use waits longer for a renewal while what is held is still valid. */
const patienceMs = 1_000
/** After authentication failures the control plane is asked no more often than this. */
const betweenMs = 1_000
const startAgainMs = 250

export class Cache {
  /** What a message named as assigned, while it is not what is held. */
  behind: { version: number; position: number; sinceMs: number } | null = null
  /** What was held was killed, and nothing has come in its place. */
  killed: RekeyError | null = null
  readonly #parts: CacheParts
  readonly #holding: Holding
  readonly #inquiry: Inquiry
  readonly #tries = new Tries()
  readonly #vigil: Vigil
  /** When it was last asked because of an authentication failure. */
  #lookedMs = Number.NEGATIVE_INFINITY
  #isClosed = false
  #hasBegun = false

  constructor(parts: CacheParts) {
    this.#parts = parts
    this.#holding = new Holding(parts.waiting, parts.leastLifeMs)
    this.#inquiry = new Inquiry({
      nowMs: () => parts.clock.nowMs(),
      ask: since => this.#fetch(since),
      position: () => this.held?.assigned.position ?? 0,
      isOver: () => this.#isClosed,
      done: () => this.#schedule(),
    })
    this.#vigil = new Vigil({
      contact: parts.contact,
      ask: () => void this.refresh().catch(() => undefined),
      // Whatever goes on is told to stop, and nothing is begun.
      lost: error => this.abort(error),
      // What was decided meanwhile is not known: it is confirmed before it is used again.
      back: () => void this.refresh().catch(() => undefined),
    })
  }

  get held(): Held | null {
    return this.#holding.now
  }

  keepReplaced(): void {
    this.#holding.keepsReplaced = true
  }

  get credential(): string {
    return this.#parts.credential
  }

  get consumer(): string | null {
    return this.held?.assigned.consumer ?? this.#parts.consumer
  }

  /** It was to be renewed and could not be. */
  isStale(nowMs: number): boolean {
    return this.held !== null && nowMs >= this.held.freshUntilMs
  }

  /** There was no word from the control plane for longer than it may be used without. */
  get isLost(): boolean {
    return this.#vigil.refuses()
  }

  get isAway(): boolean {
    return this.#tries.failures > 0
  }

  /** What to work with, if nobody has to be asked for it first. */
  ready(nowMs: number): Held | null {
    const held = this.held
    if (held !== null && this.isLost) return null
    if (held === null || nowMs < held.lookMs) return held
    if (nowMs >= held.guardMs) return null
    this.warm()
    const isSlow = this.#inquiry.isGoing && nowMs >= this.#inquiry.askedMs + patienceMs
    return nowMs < held.freshUntilMs || this.isAway || isSlow ? held : null
  }

  /** Renews without anybody waiting for it. */
  warm(): void {
    if (this.#isClosed || this.#inquiry.isGoing || !this.#tries.isDue) return
    this.refresh().catch(() => undefined)
  }

  async wait(): Promise<Held> {
    if (this.#isClosed) throw closedError()
    this.#checkKilled()
    if (this.#inquiry.isGoing || this.#tries.isDue) {
      const renewal = this.refresh().catch(() => undefined)
      const isValid = this.held !== null && this.#parts.clock.nowMs() < this.held.guardMs
      await (isValid ? Promise.race([renewal, patience()]) : renewal)
    }
    if (this.held === null && !this.#hasBegun) await this.#begin()
    const held = this.held
    if (this.#isClosed) throw closedError()
    this.#checkKilled()
    if (held === null) throw this.#tries.failure ?? closedError()
    if (this.#vigil.refuses()) throw this.#vigil.errorOf(held)
    if (this.#parts.clock.nowMs() < held.guardMs) return held
    // A renewal that brought nothing better is not asked for again by each use.
    this.#tries.wait(this.#inquiry.askedMs + betweenMs - this.#parts.clock.nowMs())
    const { credential, version, expiresMs } = held.assigned
    throw expiringError(credential, version, expiresMs!, this.#tries.failure ?? undefined)
  }

  /** Nobody waits for a version that is dead. */
  #checkKilled(): void {
    if (this.killed === null || this.held !== null) return
    this.warm()
    throw this.killed
  }

  /** Work that goes on in pieces must ask before each of them. */
  checkUsable(held: Held): void {
    held.check()
    if (this.#vigil.refuses()) throw this.#vigil.errorOf(held)
  }

  /** The version is dead: what goes on with it is told to stop, and it is not here any more. true: it was. */
  kill(version: number): boolean {
    const before = this.held
    const error = killedError(this.credential, version)
    const wasHeld = this.#holding.end(version, error, this.#parts.clock.nowMs())
    // The control plane may have taken it away a moment before the order came.
    const wasLast = this.held === null && this.#holding.last === version
    if (wasLast) this.killed = error
    if (wasLast) this.#tries.hurry()
    // Also where it was replaced before: whoever has not moved yet has to.
    if (wasHeld && !this.#isClosed) this.#parts.changed(this.held, before)
    if (wasLast) this.refresh().catch(() => undefined)
    return wasHeld
  }

  /** Once: whoever has just started has nothing to go on with, and what passes by itself is waited for. */
  async #begin(): Promise<void> {
    const endMs = performance.now() + this.#parts.startMs
    while (this.held === null && !this.#isClosed && !isFinal(this.#tries.failure)) {
      if (performance.now() >= endMs || this.killed !== null) break
      await new Promise<void>(resolve => after(startAgainMs, resolve))
      await this.refresh().catch(() => undefined)
    }
    this.#hasBegun = true
  }

  /** A version other than the one that was refused, if there is one. However many ask, the control plane is asked once a second. */
  async other(than: Held): Promise<Held | null> {
    if (this.#isClosed) return null
    if (this.held === than) {
      const nowMs = this.#parts.clock.nowMs()
      const isDue = nowMs >= this.#lookedMs + betweenMs && this.#tries.isDue
      if (isDue) this.#lookedMs = nowMs
      if (this.#inquiry.isGoing || isDue) await this.refresh().catch(() => undefined)
      // It was worth it, so the next one may be.
      if (this.held !== than) this.#lookedMs = Number.NEGATIVE_INFINITY
    }
    return this.held === than || this.#isClosed ? null : this.held
  }

  /** What happened at `position` has to be in the answer. */
  async heard(position: number, version: number | null): Promise<void> {
    this.#inquiry.want(position)
    if (version !== null && version !== this.held?.version) {
      this.behind = { version, position, sinceMs: this.behind?.sinceMs ?? this.#parts.clock.nowMs() }
    }
    await this.refresh().catch(() => undefined)
    // It may have been over already, but for its last words, when the message came.
    if (this.#inquiry.askedSince < position && !this.isAway && !this.#isClosed)
      await this.refresh().catch(() => undefined)
  }

  refresh(): Promise<void> {
    return this.#inquiry.run()
  }

  /** No new work; what goes on may end. */
  stop(): void {
    this.#isClosed = true
    this.#tries.stop()
    this.#vigil.stop()
    for (const one of this.#all()) one.lookMs = one.guardMs = 0
  }

  /** What still goes on is told to stop. */
  abort(reason: RekeyError): void {
    for (const one of this.#all()) one.abort(reason)
  }

  get inFlight(): number {
    return this.#holding.inFlight(this.#parts.clock.nowMs())
  }

  kept(version: number, nowMs: number): Held | null {
    return this.#holding.kept(version, nowMs)
  }

  subjects(nowMs: number): Subject[] {
    return this.#holding.subjects(nowMs)
  }

  #all(): Held[] {
    return this.#holding.all(this.#parts.clock.nowMs())
  }

  async #fetch(since: number): Promise<void> {
    const { plane, clock, consumer, credential, orders } = this.#parts
    try {
      const etag = this.held?.etag ?? null
      const answer = await askValue(plane, orders, { credential, consumer, since, etag })
      if (this.#isClosed) return
      if (answer !== null) this.#take(answer.value, answer.etag)
      this.#holding.renewed(clock.nowMs())
      const position = Math.max(since, this.held?.assigned.position ?? 0)
      if (this.behind !== null && this.behind.position <= position) this.behind = null
      this.#tries.succeeded()
      this.#confirmed()
    } catch (error) {
      this.#fail(error)
      throw error
    }
  }

  #take(answer: AssignedValue, etag: string | null): void {
    const { clock, changed } = this.#parts
    this.killed = null
    const before = this.held
    if (this.#holding.take(answer, etag, clock.nowMs())) changed(this.held, before)
  }

  #fail(error: unknown): void {
    const { clock, changed } = this.#parts
    const before = this.held
    if (before === null && isKilled(error)) this.killed = error
    if (this.killed !== null) this.#tries.hurry()
    this.#tries.failed(error, before === null || this.#vigil.isLost)
    if (!isFinal(error) || before === null || this.#isClosed) return
    // The control plane is there and says that this is not ours: going on would be using what was taken from us.
    this.#holding.replace(null, 0, clock.nowMs())
    before.abort(error as RekeyError)
    changed(null, before)
  }

  #confirmed(): void {
    const held = this.held
    if (held === null || this.#isClosed) return
    if (this.#vigil.confirmed(held)) this.#parts.changed(held, held)
  }

  #schedule(): void {
    const isOver = this.held === null && this.killed === null && isFinal(this.#tries.failure)
    if (this.#isClosed || isOver) this.#tries.stop()
    else this.#tries.plan(this.held?.lookMs ?? 0, this.#parts.clock, () => this.warm())
  }
}

const isKilled = (error: unknown): error is RekeyError =>
  error instanceof RekeyError && error.code === 'version-killed'

const patience = () => new Promise<void>(resolve => after(patienceMs, resolve))
