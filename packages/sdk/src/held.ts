// One version in the hands of this process: its value, until when it is good without asking, and the counts of its uses.
import type { AssignedValue } from '@rekey/wire'
import type { Outcome } from './outcome.ts'
import { SecretValue } from './secret-value.ts'
import { type Path, type Subject, Tally, type Waiting } from './tally.ts'

export type Assigned = Omit<AssignedValue, 'value'>

/** At this part of its life a value is asked for again. */
const prefetchAt = 0.75
/** Names that a program makes up must not make the counts grow without end; further uses count without their lane. */
const mostLanes = 64

/** So many bodies that were being read may be remembered before it is looked which still are. */
const mostTails = 256
/** A signal lives for as long as the body that it ends. */
const tails = new WeakMap<object, AbortController>()

interface Tallies {
  bare: Tally
  lanes: Map<string, Tally>
}

export class Held {
  assigned: Assigned
  etag: string | null
  /** When to look again, at the earliest: the lesser of the next two. */
  lookMs = 0
  prefetchMs = 0
  /** From then on new work is refused. */
  guardMs = 0
  freshUntilMs = 0
  /** Uses that are going on, and sessions that hold on to it. */
  inFlight = 0
  pins = 0
  /** After it was replaced: kept for work that was begun with it. */
  keptUntilMs = 0
  hasSucceeded = false
  /** Authentication failures since the last success. */
  authFailures = 0
  #value: string
  /** Why it must not be used any more, whatever happens. */
  #ended: Error | null = null
  readonly #waiting: Waiting
  readonly #tallies: Partial<Record<Path, Tallies>> = {}
  readonly #signals = new Set<AbortController>()
  readonly #tails = new Set<WeakRef<AbortController>>()
  #sweepAt = mostTails
  readonly #leastLifeMs: number

  constructor(
    { value, ...assigned }: AssignedValue,
    etag: string | null,
    waiting: Waiting,
    leastLifeMs: number,
  ) {
    this.assigned = assigned
    this.etag = etag
    this.#value = value
    this.#waiting = waiting
    this.#leastLifeMs = leastLifeMs
  }

  get version(): number {
    return this.assigned.version
  }

  get subject(): Subject {
    const { credential, consumer, version } = this.assigned
    return { credential, consumer, version }
  }

  reveal(): string {
    this.check()
    return this.#value
  }

  get isEnded(): boolean {
    return this.#ended !== null
  }

  check(): void {
    if (this.#ended !== null) throw this.#ended
  }

  secret(): SecretValue {
    return new SecretValue(this.reveal())
  }

  /** The same version, of which something else has changed. */
  learn({ value: _, ...assigned }: AssignedValue, etag: string | null): void {
    this.assigned = assigned
    this.etag = etag
  }

  /** The control plane has just said that this is what to use. */
  renew(nowMs: number): void {
    const { ttlMs, expiresMs } = this.assigned
    const lifeMs = expiresMs === null ? Number.POSITIVE_INFINITY : Math.max(0, expiresMs - nowMs)
    this.freshUntilMs = nowMs + Math.min(ttlMs, lifeMs)
    this.prefetchMs = nowMs + Math.min(ttlMs, lifeMs) * prefetchAt
    this.guardMs = expiresMs === null ? Number.POSITIVE_INFINITY : expiresMs - this.#leastLifeMs
    this.lookMs = Math.min(this.prefetchMs, this.guardMs)
  }

  tally(lane: string | null, path: Path): Tally {
    let tallies = this.#tallies[path]
    if (tallies === undefined) {
      tallies = { bare: new Tally(this.subject, null, path, this.#waiting), lanes: new Map() }
      this.#tallies[path] = tallies
    }
    if (lane === null || lane === '') return tallies.bare
    let tally = tallies.lanes.get(lane)
    if (tally === undefined) {
      if (tallies.lanes.size >= mostLanes) return tallies.bare
      tally = new Tally(this.subject, lane.slice(0, 200), path, this.#waiting)
      tallies.lanes.set(lane, tally)
    }
    return tally
  }

  /** true: this was its first success. */
  count(outcome: Outcome, lane: string | null, path: Path, nowMs: number): boolean {
    this.tally(lane, path).count(outcome, nowMs)
    if (outcome === 'auth-failure') this.authFailures++
    if (outcome !== 'success') return false
    this.authFailures = 0
    if (this.hasSucceeded) return false
    this.hasSucceeded = true
    return true
  }

  isInUse(nowMs: number): boolean {
    if (this.#ended !== null) return this.inFlight > 0
    return this.inFlight > 0 || this.pins > 0 || nowMs < this.keptUntilMs
  }

  /** A signal for one use; it must be given back when the use has ended. */
  openSignal(): AbortController {
    const signal = new AbortController()
    if (this.#ended === null) this.#signals.add(signal)
    else signal.abort(this.#ended)
    return signal
  }

  closeSignal(signal: AbortController): void {
    this.#signals.delete(signal)
  }

  /** What came of a use and goes on after it: as long as somebody has it, it is stopped with the version. */
  keepTail(goesOn: object, signal: AbortController): void {
    tails.set(goesOn, signal)
    this.#tails.add(new WeakRef(signal))
    if (this.#tails.size > this.#sweepAt) this.#sweep()
  }

  /** Nobody tells when a body has been read to its end, so those that are forgotten are looked for now and then. */
  #sweep(): void {
    for (const one of this.#tails) if (one.deref() === undefined) this.#tails.delete(one)
    this.#sweepAt = Math.max(mostTails, this.#tails.size * 2)
  }

  /** It must not be used any longer: whatever goes on with it is told to stop. */
  abort(reason: Error): void {
    for (const signal of this.#signals) signal.abort(reason)
    for (const one of this.#tails) one.deref()?.abort(reason)
    this.#signals.clear()
    this.#tails.clear()
  }

  /** For good: its value is gone from here, and whoever asks for it later is refused as well. */
  end(reason: Error): void {
    this.#ended = reason
    this.#value = ''
    this.lookMs = this.prefetchMs = this.guardMs = 0
    this.abort(reason)
  }
}
