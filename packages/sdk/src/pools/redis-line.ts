// One connection to Redis with one version, and a second one for subscriptions where there are any.
import { after } from '../environment.ts'
import { classify } from '../outcome.ts'
import type { UseContext } from '../use.ts'
import type { Hold } from './hold.ts'
import type { Driver } from './lender.ts'
import { loginOf, nameAt, settingsFor } from './login.ts'
import type { Kind } from './place.ts'
import type { Subscriptions } from './redis-subscriptions.ts'

export type Subscribe = (
  name: string,
  listener: (message: unknown, channel: unknown) => void,
  asBuffer?: boolean,
) => Promise<void>

/** What is needed of the driver's client. */
export interface RedisRaw {
  connect(): Promise<unknown>
  close(): Promise<unknown>
  destroy(): void
  duplicate(): RedisRaw
  multi(): unknown
  publish(channel: string, message: string): Promise<unknown>
  subscribe: Subscribe
  pSubscribe: Subscribe
  unsubscribe(name?: string): Promise<void>
  pUnsubscribe(name?: string): Promise<void>
  on(event: string, listener: (...args: never[]) => void): unknown
  once(event: string, listener: () => void): unknown
  readonly isOpen: boolean
  readonly isReady: boolean
}

/** So long a command waits at most for those before it. */
const orderMs = 1_000

export class RedisLine {
  readonly raw: RedisRaw
  /** For subscriptions. */
  receiver: RedisRaw | null = null
  /** Until then the one before it has answers to give. */
  after: Promise<void> | null = null
  #going = 0
  #drained = () => {}

  constructor(raw: RedisRaw) {
    this.raw = raw
  }

  begin(): void {
    this.#going++
  }

  done(): void {
    this.#going--
    if (this.#going === 0) this.#drained()
  }

  /** Resolved when no command waits for its answer. */
  idle(): Promise<void> {
    if (this.#going === 0) return Promise.resolve()
    const others = this.#drained
    return new Promise(resolve => {
      this.#drained = () => {
        others()
        resolve()
      }
    })
  }

  async openReceiver(hold: Hold): Promise<RedisRaw> {
    if (this.receiver !== null) return this.receiver
    const receiver = this.raw.duplicate()
    receiver.on('error', () => undefined)
    this.receiver = receiver
    await hold.use(() => receiver.connect())
    // Half of a line is none.
    for (const event of ['end', 'terminated'])
      receiver.once(event, () => isOpen(this.raw) && this.raw.destroy())
    return receiver
  }
}

const isOpen = (raw: RedisRaw | null): raw is RedisRaw => raw?.isOpen === true

export function redisKind(driver: Driver<RedisRaw>, subscriptions: Subscriptions): Kind<RedisLine> {
  const destroy = ({ raw, receiver }: RedisLine) => {
    for (const one of [raw, receiver]) if (isOpen(one)) one.destroy()
  }
  return {
    open: async context => new RedisLine(await driver.open(context)),
    prepare: (line, hold) => subscriptions.move(line, hold),
    follows(line, before) {
      if (before === null) return
      line.after = Promise.race([before.idle(), new Promise<void>(go => after(orderMs, go))]).then(() => {
        line.after = null
      })
    },
    drained: line => line.idle(),
    close({ raw, receiver }) {
      for (const one of [receiver, raw]) if (isOpen(one)) driver.close(one)
    },
    destroy,
    whenGone(line, gone) {
      driver.whenGone(line.raw, () => {
        destroy(line)
        gone()
      })
    },
  }
}

interface Settings {
  [option: string]: unknown
  name?: string
  username?: string
}

type Strategy = (retries: number, cause: Error) => unknown

export function redisDriver(
  createClient: (options: object) => RedisRaw,
  options: Settings,
  made: (raw: RedisRaw) => void,
): Driver<RedisRaw> {
  const { username: _, url, ...rest } = settingsFor(options, ['credentialsProvider'])
  if (typeof url === 'string') settingsFor({ password: new URL(url).password || undefined }, [])
  const { reconnectStrategy, ...socket } = (rest['socket'] ?? {}) as { reconnectStrategy?: unknown }
  return {
    async open(context: UseContext) {
      const { user, password } = loginOf(context, options.username ?? 'default')
      let isReady = false
      const strategy: Strategy = (retries, cause) =>
        // The first time it is we who try again; and a login that is refused is not tried again with the same version.
        !isReady || classify({ error: cause }) === 'auth-failure'
          ? false
          : asTold(reconnectStrategy, retries, cause)
      const raw = createClient({
        name: nameAt(context, options),
        ...rest,
        ...(url !== undefined && { url }),
        username: user,
        password,
        socket: { ...socket, reconnectStrategy: strategy },
      })
      raw.on('error', () => undefined)
      made(raw)
      await raw.connect()
      isReady = true
      return raw
    },
    close(raw) {
      raw.close().catch(() => undefined)
    },
    destroy(raw) {
      if (isOpen(raw)) raw.destroy()
    },
    whenGone(raw, gone) {
      let isTold = false
      const tell = () => {
        if (!isTold) gone()
        isTold = true
      }
      for (const event of ['end', 'terminated']) raw.once(event, tell)
    },
  }
}

const longestMs = 2_000

function asTold(told: unknown, retries: number, cause: Error): unknown {
  if (typeof told === 'function') return told(retries, cause)
  if (told !== undefined) return told
  return Math.min(2 ** retries * 50, longestMs) + Math.random() * 200
}
