// A connection to the control plane: what an agent makes once, and takes its credentials from. Making it does nothing yet: the
// first credential that is asked for enrols, and sets timers and the stream going.
import type { AgentNews } from '@rekey/wire'
import { Cache } from './cache.ts'
import { Changes } from './changes.ts'
import { Clock } from './clock.ts'
import { Contact } from './contact.ts'
import { Credential, type CredentialOptions, type Desk } from './credential.ts'
import { atExit } from './environment.ts'
import { closedError } from './error.ts'
import type { Held } from './held.ts'
import { OrderKeeper } from './orders/keeper.ts'
import type { KillListener } from './orders/told.ts'
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
import { Reporter } from './reporter.ts'
import { type ConnectOptions, type Settings, settingsOf } from './settings.ts'
import { type Status, StatusNews, statusOf } from './status.ts'
import { Stream } from './stream.ts'
import type { Subject } from './tally.ts'

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
  readonly #orders: OrderKeeper
  readonly #desks = new Map<string, Desk>()
  readonly #sessions: Desk['sessions'] = new Set()
  readonly #statusNews = new StatusNews()
  #stopAtExit: (() => void) | null = null
  #closing: Promise<void> | null = null

  /** Made by connect(). */
  constructor(settings: Settings) {
    this.instance = settings.instance
    this.#startMs = settings.startMs
    this.#contact = new Contact(() => this.#tell())
    this.#plane = new Plane(settings, this.#clock, this.#contact)
    const complain = (error: unknown) => this.#contact.complain(error, this.#clock.nowMs())
    this.#reporter = new Reporter({
      plane: this.#plane,
      clock: this.#clock,
      instance: settings.instance,
      bufferLimit: settings.bufferLimit,
      held: () => this.#present(),
      tell: complain,
    })
    this.#orders = new OrderKeeper({
      plane: this.#plane,
      instance: settings.instance,
      file: settings.ordersFile,
      pins: settings.orderKeys,
      hearsNothing: settings.changes === 'none',
      nowMs: () => this.#clock.nowMs(),
      stop: (credential, version) => this.#kill(credential, version),
      complain,
    })
    this.#pulse = new Pulse(this.#reporter, settings.flushMs)
    const parts = { clock: this.#clock, pulse: this.#pulse, reporter: this.#reporter }
    this.programs = settings.speaksFor === 'programs' ? new Programs(parts) : null
    this.#stream = new Stream({
      plane: this.#plane,
      mode: settings.changes,
      deliver: message => this.#deliver(message),
      heard: () => this.#contact.heard(this.#clock.nowMs()),
      before: () => this.#beforeStream(),
      killed: order => void this.#orders.heard(order).catch(complain),
      keys: keys => void this.#orders.heardKeys(keys).catch(complain),
      epoch: epoch => this.#orders.heardEpoch(epoch),
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
    return statusOf(this.#contact, this.#reporter, this.#orders, this.#closing !== null)
  }

  /** Called when the control plane goes away or comes back, and when something is lost or refused. */
  onStatus(listener: (status: Status) => void): () => void {
    return this.#statusNews.listen(listener)
  }

  /**
   * Called for each version that is killed, once everything here that used it has been told to stop. Where a promise is given back, the
   * control plane is told that the order was applied only when it is done.
   */
  onKill(listener: KillListener): () => void {
    return this.#orders.listen(listener)
  }

  /** It is dead, and nothing gives it out here any more. */
  isKilled(credential: string, version: number): boolean {
    return this.#orders.isDenied(credential, version)
  }

  /** Asks which versions are dead. Where it cannot be asked, what was kept of it is known all the same, unless that is damaged. */
  async askOrders(): Promise<void> {
    if (this.#closing !== null) throw closedError()
    await this.#orders.loaded()
    await this.#orders.ask()
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
    await Promise.all([this.#pulse.last(), this.#orders.close()])
    for (const { cache, changes } of this.#desks.values()) {
      cache.abort(closedError())
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

  #caches(): Cache[] {
    return [...this.#desks.values()].map(one => one.cache)
  }

  #newDesk(credential: string, { consumer, leastLifeMs }: CredentialOptions): Desk {
    const complain = (error: unknown) => this.#contact.complain(error, this.#clock.nowMs())
    const changes = new Changes(complain)
    const cache = new Cache({
      plane: this.#plane,
      clock: this.#clock,
      contact: this.#contact,
      orders: this.#orders,
      waiting: this.#reporter,
      credential,
      consumer: consumer ?? null,
      leastLifeMs: leastLifeMs ?? usualLeastLifeMs,
      startMs: this.#startMs,
      changed: (held, before) => this.#changed(held, before, changes),
    })
    if (this.#closing !== null) cache.stop()
    return {
      clock: this.#clock,
      plane: this.#plane,
      pulse: this.#pulse,
      reporter: this.#reporter,
      cache,
      changes,
      instance: this.instance,
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
    // The very same again after an outage: whoever waits for it goes on.
    if (this.programs !== null || held === before) changes.emit(held)
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

  #kill(credential: string, version: number): boolean {
    const here = this.#caches().filter(one => one.credential === credential)
    const wasHeld = here.map(one => one.kill(version)).includes(true)
    this.#tell()
    return wasHeld
  }

  /** Whatever is asked first says which versions are dead; a stream goes on from there. */
  async #beforeStream(): Promise<URLSearchParams | null> {
    await this.#orders.loaded()
    await this.#orders.ready().catch(() => undefined)
    return this.#orders.query
  }

  #deliver({ credential, consumer, version, position, type }: AgentNews): void {
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

  #tell(): void {
    this.#statusNews.tell(() => this.status())
  }
}
