// A connection to the control plane: what an agent makes once, and takes its credentials from. Making it does nothing yet: the
// first credential that is asked for enrols, and sets timers and the stream going.
import type { AgentMessage } from '@rekey/wire'
import { Cache } from './cache.ts'
import { Changes } from './changes.ts'
import { Clock } from './clock.ts'
import { Contact, type Trouble } from './contact.ts'
import { Credential, type CredentialOptions, type Desk } from './credential.ts'
import { after, atExit } from './environment.ts'
import { closedError } from './error.ts'
import type { Held } from './held.ts'
import { Plane } from './plane.ts'
import { Programs } from './programs.ts'
import { Pulse } from './pulse.ts'
import {
  answerReadiness,
  type NodeAnswer,
  type Readiness,
  readinessOf,
  readinessResponse,
} from './readiness.ts'
import { type Coverage, Reporter } from './reporter.ts'
import { type ConnectOptions, type Settings, settingsOf } from './settings.ts'
import { Stream } from './stream.ts'
import type { Subject } from './tally.ts'

export interface Status {
  state: 'idle' | 'connected' | 'away' | 'closed'
  connected: boolean
  lastContactMs: number | null
  /** Requests that failed one after the other. */
  failures: number
  /** Statements that wait to be sent. */
  buffered: number
  /** Statements that could not be kept, and those that the control plane does not count. */
  lost: number
  refused: number
  /** Since when every use has been reported; null: it is not claimed just now. */
  coverage: Coverage[]
  /** What went wrong last, while it does; and what a person should look at. */
  trouble: Trouble | null
}

const usualLeastLifeMs = 120_000
const usualGraceMs = 5_000
const betweenLooksMs = 20

/** Reads what is not given here from the environment: REKEY_URL and the others (docs/sdk.md). */
export function connect(options: ConnectOptions = {}): Rekey {
  return new Rekey(settingsOf(options))
}

export class Rekey {
  readonly instance: string
  /** Of whoever speaks for programs; null: for itself. */
  readonly programs: Programs | null
  readonly #startMs: number
  readonly #clock = new Clock()
  readonly #contact: Contact
  readonly #plane: Plane
  readonly #reporter: Reporter
  readonly #pulse: Pulse
  readonly #stream: Stream
  readonly #desks = new Map<string, Desk>()
  readonly #sessions: Desk['sessions'] = new Set()
  readonly #statusListeners = new Set<(status: Status) => void>()
  #stopAtExit: (() => void) | null = null
  #closing: Promise<void> | null = null

  /** Made by connect(). */
  constructor(settings: Settings) {
    this.instance = settings.instance
    this.#startMs = settings.startMs
    this.#contact = new Contact(() => this.#tell())
    this.#plane = new Plane(settings, this.#clock, this.#contact)
    this.#reporter = new Reporter({
      plane: this.#plane,
      clock: this.#clock,
      instance: settings.instance,
      bufferLimit: settings.bufferLimit,
      held: () => this.#present(),
      tell: error => this.#contact.complain(error, this.#clock.nowMs()),
    })
    this.#pulse = new Pulse(this.#reporter, settings.flushMs)
    const parts = { clock: this.#clock, pulse: this.#pulse, reporter: this.#reporter }
    this.programs = settings.speaksFor === 'programs' ? new Programs(parts) : null
    this.#stream = new Stream({
      plane: this.#plane,
      mode: settings.changes,
      deliver: message => this.#deliver(message),
      heard: () => this.#contact.heard(this.#clock.nowMs()),
    })
  }

  credential(name: string, options: CredentialOptions = {}): Credential {
    const key = `${name}\n${options.consumer ?? ''}`
    let desk = this.#desks.get(key)
    if (desk === undefined) {
      desk = this.#newDesk(name, options)
      this.#desks.set(key, desk)
    }
    return new Credential(name, desk, options)
  }

  /** Sends what was counted now; it fails where the control plane cannot be reached, and then nothing is lost. */
  flush(): Promise<void> {
    return this.#pulse.flush()
  }

  status(): Status {
    const isIdle = this.#contact.lastMs === null && this.#contact.failures === 0
    const isConnected = this.#contact.isThere && this.#closing === null
    return {
      state: this.#closing !== null ? 'closed' : isIdle ? 'idle' : isConnected ? 'connected' : 'away',
      connected: isConnected,
      lastContactMs: this.#contact.lastMs,
      failures: this.#contact.failures,
      buffered: this.#reporter.buffered,
      lost: this.#reporter.lost,
      refused: this.#reporter.refused,
      coverage: this.#reporter.coverage,
      trouble: this.#contact.trouble,
    }
  }

  /** Called when the control plane goes away or comes back, and when something is lost or refused. */
  onStatus(listener: (status: Status) => void): () => void {
    this.#statusListeners.add(listener)
    return () => this.#statusListeners.delete(listener)
  }

  readiness(): Readiness {
    if (this.#closing === null && this.#desks.size > 0) {
      this.#wake()
      // Whoever is given no work before it is ready would never load anything.
      for (const cache of this.#caches()) if (cache.held === null) cache.warm()
    }
    return readinessOf(this.#caches(), this.#clock.nowMs())
  }

  /** For a server of node:http: 200 or 503, and why. */
  readinessHandler(): (request: unknown, answer: NodeAnswer) => void {
    return (_request, answer) => answerReadiness(this.readiness(), answer)
  }

  /** The same for whoever answers with a Response. */
  readinessResponse(): Response {
    return readinessResponse(this.readiness())
  }

  /** Takes no new work, lets what goes on end (for `graceMs` at most), reports the rest, and that this instance has stopped. */
  close({ graceMs = usualGraceMs }: { graceMs?: number } = {}): Promise<void> {
    this.#closing ??= this.#close(graceMs)
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(graceMs: number): Promise<void> {
    this.#stopAtExit?.()
    for (const cache of this.#caches()) cache.stop()
    await this.#ended(graceMs)
    await Promise.all([...this.#sessions].map(one => one.end()))
    this.#pulse.close()
    for (const cache of this.#caches()) this.#sayStopped(cache)
    if (this.#reporter.hasNews) await this.#lastFlush()
    for (const { cache, changes } of this.#desks.values()) {
      cache.abort()
      changes.close()
    }
    await this.#stream.close()
    this.#plane.close()
    this.#tell()
  }

  async #ended(graceMs: number): Promise<void> {
    const endMs = performance.now() + graceMs
    while (this.#caches().some(one => one.inFlight > 0) && performance.now() < endMs) {
      // This timer holds the process: the work that it waits for is worth it.
      await new Promise(resolve => setTimeout(resolve, betweenLooksMs))
    }
  }

  /** Not of a process in which work still goes on: it has not stopped. */
  #sayStopped(cache: Cache): void {
    if (this.programs !== null || cache.held === null || cache.inFlight > 0) return
    this.#reporter.say({ ...cache.held.subject, says: 'stopped', atMs: this.#clock.nowMs() })
  }

  async #lastFlush(): Promise<void> {
    try {
      await this.#reporter.flush().catch(() => this.#reporter.flush())
    } catch {
      this.#reporter.giveUp()
    }
  }

  #caches(): Cache[] {
    return [...this.#desks.values()].map(one => one.cache)
  }

  #newDesk(credential: string, { consumer, leastLifeMs }: CredentialOptions): Desk {
    const complain = (error: unknown) => this.#contact.complain(error, this.#clock.nowMs())
    const changes = new Changes(complain)
    const cache = new Cache({
      plane: this.#plane,
      clock: this.#clock,
      waiting: this.#reporter,
      credential,
      consumer: consumer ?? null,
      leastLifeMs: leastLifeMs ?? usualLeastLifeMs,
      startMs: this.#startMs,
      changed: (held, before) => this.#changed(held, before, changes),
    })
    if (this.#closing !== null) cache.stop()
    const { instance } = this
    const shared = { clock: this.#clock, plane: this.#plane, pulse: this.#pulse, reporter: this.#reporter }
    return {
      ...shared,
      cache,
      changes,
      instance,
      sessions: this.#sessions,
      wake: () => this.#wake(),
      complain,
    }
  }

  #present(): Subject[] {
    if (this.programs !== null) return this.programs.present
    return this.#closing === null ? this.#caches().flatMap(one => one.subjects(this.#clock.nowMs())) : []
  }

  #changed(held: Held | null, before: Held | null, changes: Changes): void {
    if (this.programs !== null) changes.emit(held)
    else this.#taken(held, before, changes)
  }

  #taken(held: Held | null, before: Held | null, changes: Changes): void {
    if (held !== null) {
      const { credential, consumer } = held.assigned
      const atMs = this.#clock.nowMs()
      this.#reporter.cover(credential, consumer, atMs)
      this.#reporter.say({ ...held.subject, says: 'loaded', atMs })
    } else if (before !== null && !before.isInUse(this.#clock.nowMs())) {
      // What was taken away is confirmed to be out of use here.
      this.#reporter.say({ ...before.subject, says: 'stopped', atMs: this.#clock.nowMs() })
    }
    this.#pulse.soon()
    changes.emit(held)
  }

  #deliver({ credential, consumer, version, position, type }: AgentMessage): void {
    for (const cache of this.#caches()) {
      if (cache.credential !== credential || (cache.consumer !== null && cache.consumer !== consumer))
        continue
      cache.heard(position, type === 'assigned' ? version : null)
    }
  }

  #wake(): void {
    if (this.#closing !== null) throw closedError()
    this.#pulse.start()
    this.#stream.start()
    this.#stopAtExit ??= atExit(() => {
      this.close({ graceMs: 0 })
    })
  }

  /** On its own turn: whoever listens may ask, close, or throw. */
  #tell(): void {
    after(0, () => {
      const status = this.status()
      for (const listener of [...this.#statusListeners]) {
        try {
          listener(status)
        } catch {
          // It was to be told that something is wrong; there is nobody left to tell.
        }
      }
    })
  }
}
