// One connection to the broker with one version: its consumers with what they were given and have not settled, and what was published
// and is not confirmed.
import type { Hold } from './hold.ts'
import { afterLogin } from './place.ts'

export type Content = Uint8Array

interface Message {
  fields: { deliveryTag: number }
}

type Call = (...args: never[]) => unknown

/** What is needed of the driver's channel; the program is given all of it. */
export interface AmqpChannel {
  consume: Call
  get: Call
  cancel(consumerTag: string): Promise<unknown>
  close(): Promise<unknown>
  on(event: string, listener: Call): unknown
}

export interface AmqpConfirmChannel extends AmqpChannel {
  publish: Call
}

export interface AmqpConnection<C extends AmqpChannel> {
  createChannel(): Promise<C>
  createConfirmChannel(): Promise<AmqpConfirmChannel>
  close(): Promise<unknown>
  on(event: string, listener: Call): unknown
}

/** A message, as the channel gives it to consumers. */
export type MessageOf<C extends AmqpChannel> = C['consume'] extends (
  queue: string,
  onMessage: (message: infer M) => void,
  ...more: never[]
) => unknown
  ? NonNullable<M>
  : unknown

interface Parts<C extends AmqpChannel> {
  setup?: (channel: C) => unknown
  returned?: (message: MessageOf<C>) => void
}

const settles = new Set(['ack', 'nack', 'reject', 'ackAll', 'nackAll'])

export class AmqpLine<C extends AmqpChannel> {
  readonly #connection: AmqpConnection<C>
  #publisher: AmqpConfirmChannel | null = null
  #channel: C | null = null
  readonly #consumers = new Set<string>()
  /** Delivered to us, and neither accepted nor refused yet. */
  readonly #unsettled = new Set<number>()
  #unconfirmed = 0
  #isClosing = false
  #isGone = false
  #gone = () => {}
  #look = () => {}

  constructor(connection: AmqpConnection<C>) {
    this.#connection = connection
    connection.on('error', () => undefined)
    connection.on('close', () => {
      this.#isGone = true
      this.#gone()
    })
  }

  whenGone(gone: () => void): void {
    if (this.#isGone) gone()
    else this.#gone = gone
  }

  /** Counted as one use. */
  async setUp(hold: Hold, { setup, returned }: Parts<C>): Promise<void> {
    await hold.use(
      async () => {
        const publisher = this.#watched(await this.#connection.createConfirmChannel())
        if (returned !== undefined) publisher.on('return', returned as Call)
        this.#publisher = publisher
        if (setup === undefined) return
        this.#channel = this.#watched(await this.#connection.createChannel())
        await setup(this.#wrapped(this.#channel, hold))
      },
      { classify: afterLogin },
    )
  }

  async publish(hold: Hold, exchange: string, key: string, content: Content, options: object): Promise<void> {
    const publisher = this.#publisher!
    this.#unconfirmed++
    try {
      await hold.use(
        () =>
          new Promise<void>((resolve, reject) => {
            const confirmed = (error: unknown) => (error ? reject(error) : resolve())
            Reflect.apply(publisher.publish, publisher, [exchange, key, content, options, confirmed])
          }),
        { classify: afterLogin },
      )
    } finally {
      this.#unconfirmed--
      this.#look()
    }
  }

  /** Nothing more is delivered to it, and all that was is settled; all that was published is confirmed. */
  async drained(): Promise<void> {
    const channel = this.#channel
    if (channel !== null) {
      await Promise.allSettled([...this.#consumers].map(tag => channel.cancel(tag)))
    }
    await new Promise<void>(resolve => {
      this.#look = () => {
        if (this.#unsettled.size === 0 && this.#unconfirmed === 0) resolve()
      }
      this.#look()
    })
  }

  async close(): Promise<void> {
    this.#isClosing = true
    // What was settled last is still on its way; the channel's end is answered after it.
    await this.#channel?.close().catch(() => undefined)
    await this.#connection.close().catch(() => undefined)
  }

  destroy(): void {
    this.#isClosing = true
    const { connection } = this.#connection as { connection?: { stream?: { destroy(error: Error): void } } }
    // The driver hears of the end of a socket only when it is an error.
    if (connection?.stream === undefined) this.#connection.close().catch(() => undefined)
    else connection.stream.destroy(new Error('The time of this connection is over.'))
  }

  /** A channel that the broker closes takes the whole line with it: half of one is none. */
  #watched<T extends AmqpChannel>(channel: T): T {
    channel.on('error', () => undefined)
    channel.on('close', () => {
      if (!this.#isClosing) this.close()
    })
    return channel
  }

  #wrapped(channel: C, hold: Hold): C {
    return new Proxy(channel, {
      get: (raw, name) => {
        const found: unknown = Reflect.get(raw, name, raw)
        if (typeof found !== 'function') return found
        const call = (...args: unknown[]): unknown => Reflect.apply(found, raw, args)
        if (name === 'consume') return (...args: unknown[]) => this.#consume(call, hold, args)
        if (name === 'get') return (...args: unknown[]) => this.#get(call, hold, args)
        if (name === 'cancel') return (tag: string) => this.#cancel(call, tag)
        return settles.has(String(name))
          ? (...args: unknown[]) => this.#settle(String(name), call, args)
          : call
      },
    })
  }

  async #consume(call: Unknown, hold: Hold, args: unknown[]): Promise<unknown> {
    const [queue, onMessage, options] = args as [string, (message: Message | null) => void, Options?]
    const take = (message: Message | null) => {
      if (message !== null) this.#take(message, options, hold)
      onMessage(message)
    }
    const consuming = (await call(queue, take, options)) as { consumerTag: string }
    this.#consumers.add(consuming.consumerTag)
    return consuming
  }

  async #get(call: Unknown, hold: Hold, args: unknown[]): Promise<unknown> {
    const message = (await call(...args)) as Message | false
    if (message !== false) this.#take(message, args[1] as Options | undefined, hold)
    return message
  }

  /** What was delivered was delivered to this version, so it is a use. */
  #take({ fields }: Message, options: Options | undefined, hold: Hold): void {
    if (options?.noAck !== true) this.#unsettled.add(fields.deliveryTag)
    hold.use(() => null)
  }

  #cancel(call: Unknown, tag: string): unknown {
    this.#consumers.delete(tag)
    return call(tag)
  }

  /** false: its channel is closed, and the broker has given the message to somebody else, or will. */
  #settle(name: string, call: Unknown, args: unknown[]): boolean {
    if (this.#isClosing || this.#isGone) return false
    call(...args)
    const [message, allUpTo] = args as [Message?, boolean?]
    const tag = message?.fields?.deliveryTag
    for (const one of [...this.#unsettled]) {
      const isMeant = name.endsWith('All') || one === tag
      const isBelow = name !== 'reject' && allUpTo === true && tag !== undefined && one <= tag
      if (isMeant || isBelow) this.#unsettled.delete(one)
    }
    this.#look()
    return true
  }
}

type Unknown = (...args: unknown[]) => unknown
interface Options {
  noAck?: boolean
}
