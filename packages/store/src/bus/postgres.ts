// The bus between instances: LISTEN and NOTIFY on one connection of its own. It must reach PostgreSQL itself or a pooler
// in session mode; in transaction mode a LISTEN is forgotten. PostgreSQL keeps nothing for a listener that is away, so a
// broken connection is a gap, and the subscribers are told of it once they are heard again.
import type { ClientConfig } from 'pg'
import { failure } from '../postgres/failure.ts'
import { type Bus, BusError, busClosed, checkTopic, fromPayload, toPayload } from './bus.ts'
import { checkChannel, type Line, type LineOptions, openLine } from './line.ts'
import { Topics, throwLater } from './topics.ts'

export interface PostgresBusOptions {
  /** postgres://user@host/database, or the parts of it. */
  connection: string | ClientConfig
  /** Installations that share a database must not share a channel. */
  channel?: string
  /** What a receiver has thrown. */
  onError?: (error: unknown) => void
  /** The connection was lost, or could not be made again; it is tried again without end. */
  onTrouble?: (error: unknown) => void
  /** How often to ask whether the other side still answers: a cut cable says nothing by itself. */
  heartbeatMs?: number
  /** How long it may take to answer before it counts as gone. */
  answerMs?: number
  /** The wait before the first and before any later attempt; it doubles between them, and half of it is random. */
  backOff?: { firstMs: number; mostMs: number }
  /** In [0, 1). Without it a fleet would come back all at once. */
  jitter?: () => number
}

type State =
  | { is: 'connected'; line: Line; heartbeat: NodeJS.Timeout }
  | { is: 'away'; retry: NodeJS.Timeout | null }
  | { is: 'closed' }

/** Fails with `bus-unreachable` if the first connection cannot be made; later it comes back by itself. */
export async function postgresBus(options: PostgresBusOptions): Promise<Bus> {
  if (options.channel !== undefined) checkChannel(options.channel)
  const bus = new PostgresBus(options)
  await bus.open()
  return bus
}

class PostgresBus implements Bus {
  readonly #options: Required<PostgresBusOptions>
  readonly #topics: Topics
  #state: State = { is: 'away', retry: null }
  #attempts = 0

  constructor(options: PostgresBusOptions) {
    this.#options = {
      channel: 'rekey',
      onError: throwLater,
      onTrouble: () => undefined,
      heartbeatMs: 15_000,
      answerMs: 5_000,
      backOff: { firstMs: 100, mostMs: 15_000 },
      jitter: Math.random,
      ...options,
    }
    this.#topics = new Topics(this.#options.onError)
  }

  async open(): Promise<void> {
    try {
      this.#connected(await this.#connect())
    } catch (error) {
      throw unreachable('the bus cannot reach PostgreSQL', error)
    }
  }

  async publish(topic: string, message: string): Promise<void> {
    const state = this.#state
    if (state.is === 'closed') throw busClosed()
    const payload = toPayload(topic, message)
    if (state.is === 'away') throw unreachable('the bus has lost PostgreSQL and is trying to reach it again')
    try {
      await state.line.notify(payload)
    } catch (error) {
      throw unreachable('the message may not have been sent', error)
    }
  }

  async subscribe(topic: string, receive: (message: string) => void, onGap: () => void = () => undefined) {
    if (this.#state.is === 'closed') throw busClosed()
    checkTopic(topic)
    // While away too: it begins with a gap then, which is true.
    const remove = this.#topics.add(topic, receive, onGap)
    return async () => remove()
  }

  async close(): Promise<void> {
    const state = this.#state
    this.#state = { is: 'closed' }
    this.#topics.clear()
    if (state.is === 'away' && state.retry !== null) clearTimeout(state.retry)
    if (state.is === 'connected') {
      clearTimeout(state.heartbeat)
      await state.line.close()
    }
  }

  #connect(): Promise<Line> {
    const lineOptions: LineOptions = {
      connection: this.#options.connection,
      channel: this.#options.channel,
      answerMs: this.#options.answerMs,
      onPayload: payload => {
        const received = fromPayload(payload)
        if (received !== null) this.#topics.deliver(received.topic, received.message)
      },
      onLost: (line, error) => this.#lost(line, error),
    }
    return openLine(lineOptions)
  }

  #connected(line: Line): void {
    this.#state = { is: 'connected', line, heartbeat: this.#beatLater(line) }
  }

  #beatLater(line: Line): NodeJS.Timeout {
    return setTimeout(() => void this.#beat(line), this.#options.heartbeatMs)
  }

  async #beat(line: Line): Promise<void> {
    try {
      await line.check()
    } catch (error) {
      this.#lost(line, error)
      return
    }
    if (this.#state.is !== 'connected' || this.#state.line !== line) return
    // Only now: a server that accepts connections and drops them must not be asked without a pause.
    this.#attempts = 0
    this.#state.heartbeat = this.#beatLater(line)
  }

  #lost(line: Line, error: unknown): void {
    if (this.#state.is !== 'connected' || this.#state.line !== line) return
    clearTimeout(this.#state.heartbeat)
    void line.close()
    this.#retryLater(error)
  }

  #retryLater(error: unknown): void {
    const { backOff, jitter } = this.#options
    const waitMs = Math.min(backOff.mostMs, backOff.firstMs * 2 ** this.#attempts)
    this.#attempts += 1
    const retry = setTimeout(() => void this.#retry(), waitMs * (0.5 + jitter() / 2))
    this.#state = { is: 'away', retry }
    this.#options.onTrouble(unreachable('the bus has lost PostgreSQL', error))
  }

  async #retry(): Promise<void> {
    let line: Line
    try {
      line = await this.#connect()
    } catch (error) {
      if (this.#state.is !== 'closed') this.#retryLater(error)
      return
    }
    if (this.#state.is === 'closed') {
      await line.close()
      return
    }
    this.#connected(line)
    // After LISTEN, so that nothing falls between what a subscriber reads now and what it will receive.
    this.#topics.tellOfGap()
  }
}

/** The driver's own error may quote the address with the password in it; what `failure` makes of it has only codes. */
function unreachable(text: string, cause?: unknown): BusError {
  const reported = cause === undefined ? undefined : failure(cause)
  const known = reported instanceof Error && 'code' in reported && reported.code === 'store-unreachable'
  return new BusError(
    'bus-unreachable',
    text,
    'Nothing is lost by it but time: everyone reads the store again. See that PostgreSQL is up.',
    known ? reported : undefined,
  )
}
