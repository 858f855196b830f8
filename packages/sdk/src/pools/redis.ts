// Redis through the driver `redis` (or `@redis/client`): one client whose connection is replaced in its place. A command that was
// begun before the change is answered by the old connection; one that is begun after it waits for those answers, for a second at most,
// so that commands take effect in the order in which they were given.
//
// What belongs to one connection and not to a client (WATCH, SELECT, commands that block) has one of its own: isolated().
import type { Credential } from '../credential.ts'
import { RekeyError } from '../error.ts'
import { Lender, lenderOptions } from './lender.ts'
import { Place, type PlaceOptions } from './place.ts'
import { type RedisLine, type RedisRaw, redisDriver, redisKind } from './redis-line.ts'
import { type Listener, Subscriptions } from './redis-subscriptions.ts'

export interface RedisOptions extends PlaceOptions {
  /** Where the versions bring no login of their own: `default`. */
  username?: string
  /** The most connections for isolated() at once: 10. */
  max?: number
  /** Everything else that createClient understands; `password` comes from the credential. */
  [option: string]: unknown
}

export interface RedisMore<C> {
  /** Work on a connection of its own, counted as one use; it is closed afterwards. */
  isolated<T>(work: (client: C) => T | Promise<T>): Promise<T>
  [Symbol.asyncDispose](): Promise<void>
}

type Call = (...args: unknown[]) => unknown
/** What stands between the client and the method: `withTypeMapping(…)` and its like. */
type Path = readonly (readonly [string, unknown[]])[]

const tiedToOne =
  /^(watch|unwatch|select|monitor|auth|hello|reset|duplicate|legacy|createPool|s(un)?subscribe)$/i
const ends = /^(close|quit|disconnect|destroy)$/i
const subscribes = /^(p?)(un)?subscribe$/i

/** `createClient` as the driver has it. What comes back is used like the driver's client, and never needs to be made anew. */
export function redisClient<C>(
  credential: Credential,
  createClient: (options: object) => C,
  options: RedisOptions = {},
): C & RedisMore<C> {
  return new Redis(credential, createClient as (options: object) => RedisRaw, options).proxy() as C &
    RedisMore<C>
}

class Redis {
  readonly #place: Place<RedisLine>
  readonly #isolated: Lender<RedisRaw>
  readonly #subscriptions: Subscriptions
  readonly #listeners: [string, (...args: unknown[]) => void][] = []
  readonly #own: Record<string, unknown>

  constructor(credential: Credential, createClient: (options: object) => RedisRaw, options: RedisOptions) {
    const driver = redisDriver(createClient, options, raw => {
      for (const [event, listener] of this.#listeners) raw.on(event, listener)
    })
    this.#subscriptions = new Subscriptions()
    this.#place = new Place(credential, redisKind(driver, this.#subscriptions), options, 'redis')
    this.#isolated = new Lender(credential, driver, lenderOptions(options, 'redis'))
    this.#own = {
      connect: async () => {
        await this.#place.stand()
        return this.#own['proxy']
      },
      isolated: (work: (client: RedisRaw) => unknown) => this.#isolate(work),
      on: (event: string, listener: (...args: unknown[]) => void) => {
        this.#listeners.push([event, listener])
        this.#place.now?.line.raw.on(event, listener)
        return this.#own['proxy']
      },
    }
  }

  proxy(): object {
    const proxy = this.#through([])
    this.#own['proxy'] = proxy
    return proxy
  }

  #through(path: Path): object {
    return new Proxy(this.#own, { get: (own, name) => this.#find(own, name, path) })
  }

  #find(own: Record<string, unknown>, name: string | symbol, path: Path): unknown {
    if (name === Symbol.asyncDispose) return () => this.#end()
    // Were it a `then`, whoever awaits the client would wait for ever.
    if (typeof name === 'symbol' || name === 'then' || name === 'proxy') return undefined
    if (Object.hasOwn(own, name)) return own[name]
    if (name === 'isOpen' || name === 'isReady') return this.#place.now?.line.raw[name] ?? false
    if (ends.test(name)) return () => this.#end()
    if (tiedToOne.test(name)) throw tiedError(name)
    const subscription = subscribes.exec(name)
    if (subscription !== null) return this.#subscribe(subscription[1] !== '', subscription[2] !== undefined)
    if (/^(with[A-Z]|asap$)/.test(name)) return (...args: unknown[]) => this.#through([...path, [name, args]])
    if (/^multi$/i.test(name)) return () => this.#multi(path, [])
    if (/Iterator$/.test(name)) return (...args: unknown[]) => this.#iterate(path, name, args)
    return (...args: unknown[]) => this.#command(path, raw => call(raw, name, args))
  }

  async #command(path: Path, work: (raw: RedisRaw) => unknown): Promise<unknown> {
    let stand = this.#place.now
    while (stand === null) {
      await this.#place.stand()
      stand = this.#place.now
    }
    const { line, hold } = stand
    line.begin()
    try {
      if (line.after !== null) await line.after
      return await hold.use(() => work(along(path, line.raw)))
    } finally {
      line.done()
    }
  }

  /** Only noted until it is to be executed, so that all of it goes by one connection. */
  #multi(path: Path, noted: Path): object {
    return new Proxy(
      {},
      {
        get: (_, name) => {
          if (typeof name === 'symbol' || name === 'then') return undefined
          if (/^exec/i.test(name)) {
            return (...args: unknown[]) =>
              this.#command(path, raw => call(along(noted, raw.multi()), name, args))
          }
          return (...args: unknown[]) => this.#multi(path, [...noted, [name, args]])
        },
      },
    )
  }

  /** The driver's own loop, with this client in place of its own: each step goes by the connection of its time. */
  async *#iterate(path: Path, name: string, args: unknown[]): AsyncGenerator<unknown, void, void> {
    const { line } = await this.#place.stand()
    const loop = (line.raw as unknown as Record<string, Call>)[name]
    if (loop === undefined) throw new TypeError(`The driver has no ${name}.`)
    yield* Reflect.apply(loop, this.#through(path), args) as AsyncIterable<unknown>
  }

  #subscribe(isPattern: boolean, isEnd: boolean) {
    return async (names?: string | string[], listener?: Listener, asBuffer = false): Promise<void> => {
      await this.#place.stand()
      const list = names === undefined ? null : [names].flat()
      if (isEnd) await this.#subscriptions.remove(isPattern, list, listener)
      else if (listener !== undefined)
        await this.#subscriptions.add({ isPattern, names: list ?? [], listener, asBuffer })
    }
  }

  async #isolate(work: (client: RedisRaw) => unknown): Promise<unknown> {
    const line = await this.#isolated.lend()
    try {
      return await line.hold.use(() => work(line.client))
    } finally {
      // Nobody knows what it is watching or waiting for, so it is not used again.
      this.#isolated.giveBack(line, true)
    }
  }

  async #end(): Promise<void> {
    await Promise.all([this.#place.end(), this.#isolated.end()])
  }
}

function call(on: unknown, name: string, args: unknown[]): unknown {
  const found = (on as Record<string, Call>)[name]
  if (typeof found !== 'function') throw new TypeError(`The driver has no ${name}.`)
  return Reflect.apply(found, on, args)
}

const along = (path: Path, from: unknown) =>
  path.reduce((at, [name, args]) => call(at, name, args), from) as RedisRaw

const tiedError = (name: string) =>
  new RekeyError(
    'tied-to-connection',
    `${name} belongs to one connection, and this client's may be replaced at any time.`,
    'Do it with a connection of its own: isolated(async client => …).',
  )
