// What is listened to, whatever connection brings it. When the connection is replaced, the new one subscribes first, and then a mark is
// published that both hear: a server tells all its subscribers everything in one order, so what comes before the mark is
// taken from the old one and what comes after it from the new. Nothing is lost and nothing comes twice.
//
// Where the login may not use channels `rekey:*`, both are listened to until the old one has unsubscribed: nothing is lost, and
// what comes in between may come twice and out of order.
import { after } from '../environment.ts'
import type { Hold } from './hold.ts'
import { afterLogin } from './place.ts'
import type { RedisLine, RedisRaw } from './redis-line.ts'

export type Listener = (message: unknown, channel: unknown) => void

export interface Wanted {
  isPattern: boolean
  names: string[]
  listener: Listener
  asBuffer: boolean
}

interface Entry {
  readonly name: string
  readonly isPattern: boolean
  readonly asBuffer: boolean
  readonly listeners: Set<Listener>
}

const markMs = 1_000

/** What one connection brings: nothing yet, kept until the old one is over, all of it, or nothing more. */
class Receiver {
  readonly raw: RedisRaw
  state: 'early' | 'kept' | 'live' | 'over' = 'early'
  readonly #kept: (() => void)[] = []

  constructor(raw: RedisRaw) {
    this.raw = raw
  }

  subscribe({ name, isPattern, asBuffer, listeners }: Entry): Promise<void> {
    const hear = (message: unknown, channel: unknown) =>
      this.#hear(() => {
        for (const listener of [...listeners]) listener(message, channel)
      })
    return isPattern ? this.raw.pSubscribe(name, hear, asBuffer) : this.raw.subscribe(name, hear, asBuffer)
  }

  unsubscribe({ name, isPattern }: Entry): Promise<void> {
    return isPattern ? this.raw.pUnsubscribe(name) : this.raw.unsubscribe(name)
  }

  live(): void {
    this.state = 'live'
    for (const tell of this.#kept.splice(0)) tell()
  }

  #hear(tell: () => void): void {
    if (this.state === 'live') tell()
    if (this.state === 'kept') this.#kept.push(tell)
  }
}

export class Subscriptions {
  readonly #entries = new Map<string, Entry>()
  #receiver: Receiver | null = null
  /** What was made ready last, whether it has taken over yet or not. */
  #at: { line: RedisLine; hold: Hold } | null = null
  #turn: Promise<unknown> = Promise.resolve()

  /** There must have been a connection before. */
  add({ names, listener, ...how }: Wanted): Promise<void> {
    return this.#inTurn(async () => {
      const { line, hold } = this.#at!
      const receiver = this.#receiver ?? new Receiver(await line.openReceiver(hold))
      this.#receiver = receiver
      if (receiver.state === 'early') receiver.live()
      for (const name of names) {
        const key = keyOf(name, how)
        const entry = this.#entries.get(key) ?? { name, ...how, listeners: new Set<Listener>() }
        entry.listeners.add(listener)
        if (this.#entries.has(key)) continue
        await hold.use(() => receiver.subscribe(entry), { classify: afterLogin })
        this.#entries.set(key, entry)
      }
    })
  }

  /** null: all of the kind. */
  remove(isPattern: boolean, names: string[] | null, listener: Listener | undefined): Promise<void> {
    return this.#inTurn(async () => {
      for (const [key, entry] of [...this.#entries]) {
        if (entry.isPattern !== isPattern || names?.includes(entry.name) === false) continue
        if (listener !== undefined) entry.listeners.delete(listener)
        if (listener !== undefined && entry.listeners.size > 0) continue
        this.#entries.delete(key)
        const isElsewhere = [...this.#entries.values()].some(
          one => one.name === entry.name && one.isPattern === isPattern,
        )
        if (!isElsewhere) await this.#receiver?.unsubscribe(entry)
      }
    })
  }

  move(line: RedisLine, hold: Hold): Promise<void> {
    return this.#inTurn(async () => {
      this.#at = { line, hold }
      if (this.#entries.size === 0) {
        this.#receiver = null
        return
      }
      const next = new Receiver(await line.openReceiver(hold))
      for (const entry of this.#entries.values())
        await hold.use(() => next.subscribe(entry), { classify: afterLogin })
      const before = this.#receiver
      if (before?.raw.isReady === true) await this.#handOver(before, next, line, hold)
      next.live()
      this.#receiver = next
    })
  }

  async #handOver(before: Receiver, next: Receiver, line: RedisLine, hold: Hold): Promise<void> {
    const mark = `rekey:${crypto.randomUUID()}`
    const heard: Promise<void>[] = []
    const listen = (receiver: Receiver, state: Receiver['state']) => {
      let tell = () => {}
      heard.push(new Promise(resolve => (tell = resolve)))
      return receiver.raw.subscribe(mark, () => {
        receiver.state = state
        tell()
      })
    }
    try {
      await Promise.all([listen(before, 'over'), listen(next, 'kept')])
      await hold.use(() => line.raw.publish(mark, ''), { classify: afterLogin })
      await Promise.race([Promise.all(heard), late()])
      await next.raw.unsubscribe(mark)
    } catch {
      // It may not publish or hear marks, or one of the two is lost: nothing may be missed, so both are heard for a moment.
      next.live()
      for (const entry of this.#entries.values()) await before.unsubscribe(entry).catch(() => undefined)
      before.state = 'over'
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => undefined)
    return done
  }
}

const late = () =>
  new Promise<never>((_, reject) => after(markMs, () => reject(new Error('the mark was not heard in time'))))

const keyOf = (name: string, { isPattern, asBuffer }: Omit<Wanted, 'names' | 'listener'>) =>
  `${isPattern}\n${asBuffer}\n${name}`
