// Connections that are lent, given back and lent again, each opened with the version that is current at that moment. When another
// version comes, idle ones are closed at once, lent ones when they are given back, and after `drainMs` whatever is left. There
// are never more than `max`, old and new together: a target may have no room for two pools.
//
// The drivers' own pools were rejected: none can be told to let go of idle connections only, and each loses whoever waits when it ends.
import type { Credential } from '../credential.ts'
import { after, type Timer } from '../environment.ts'
import { RekeyError } from '../error.ts'
import type { UseContext } from '../use.ts'
import { Hold } from './hold.ts'

export interface Driver<C> {
  /** A login; it has a time limit of its own. */
  open(context: UseContext): Promise<C>
  /** Politely: it says goodbye. */
  close(client: C): void
  /** At once, whatever goes on. */
  destroy(client: C): void
  /** Once, when it is closed, for whatever reason. */
  whenGone(client: C, gone: () => void): void
}

export interface LenderOptions {
  /** What it is called in the control plane's record and at the target: there the consumer's id, unless it is given. */
  name?: string
  /** The most connections at once: 10. */
  max?: number
  /** How long a connection that is in use may keep a version that was replaced: half a minute. */
  drainMs?: number
  /** A connection that nobody wants for so long is closed: 10 s. */
  idleMs?: number
  /** How long to wait for a connection: half a minute. */
  waitMs?: number
}

export interface Line<C> {
  readonly client: C
  readonly hold: Hold
  state: 'lent' | 'idle' | 'closing' | 'gone'
  timer: Timer | undefined
}

interface Waiter<C> {
  give: (line: Line<C>) => void
  fail: (error: unknown) => void
  isOver: boolean
}

/** Whoever does not answer a goodbye within this time is closed. */
const goodbyeMs = 2_000

export class Lender<C> {
  readonly #credential: Credential
  readonly #driver: Driver<C>
  readonly #options: Required<LenderOptions>
  readonly #lines = new Set<Line<C>>()
  readonly #idle: Line<C>[] = []
  readonly #waiting: Waiter<C>[] = []
  #opening = 0
  /** What is opened now is opened with it. */
  #hold: Hold | null = null
  #stopListening: (() => void) | null = null
  #ending: Promise<void> | null = null
  #emptied = () => {}

  constructor(credential: Credential, driver: Driver<C>, options: Required<LenderOptions>) {
    this.#credential = credential
    this.#driver = driver
    this.#options = options
  }

  get counts(): { total: number; idle: number; waiting: number } {
    return {
      total: this.#lines.size + this.#opening,
      idle: this.#idle.length,
      waiting: this.#waiting.length,
    }
  }

  lend(): Promise<Line<C>> {
    if (this.#ending !== null) return Promise.reject(endedError())
    // Making a pool asks nobody for anything; its first connection does.
    this.#stopListening ??= this.#credential.onChange(current => this.#changed(current?.version ?? null))
    return new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(timer)
        waiter.isOver = true
      }
      const waiter: Waiter<C> = {
        isOver: false,
        give(line) {
          done()
          resolve(line)
        },
        fail(error) {
          done()
          reject(error)
        },
      }
      const timer = after(this.#options.waitMs, () => {
        const at = this.#waiting.indexOf(waiter)
        if (at >= 0) this.#waiting.splice(at, 1)
        waiter.fail(busyError(this.#options))
      })
      this.#waiting.push(waiter)
      this.#serve()
    })
  }

  giveBack(line: Line<C>, isBroken = false): void {
    if (line.state !== 'lent') return
    if (isBroken || line.hold.isRetired || this.#ending !== null) {
      this.#close(line)
      return
    }
    line.state = 'idle'
    line.timer = after(this.#options.idleMs, () => this.#close(line))
    this.#idle.push(line)
    this.#serve()
  }

  /** One piece of work on a connection, counted with its version. */
  async run<T>(work: (client: C) => T | Promise<T>, isBrokenBy: (error: unknown) => boolean): Promise<T> {
    const line = await this.lend()
    let isBroken = false
    try {
      return await line.hold.use(() => work(line.client))
    } catch (error) {
      isBroken = isBrokenBy(error)
      throw error
    } finally {
      this.giveBack(line, isBroken)
    }
  }

  /** What is lent may come back, for `drainMs` at most; then all connections are gone. */
  end(): Promise<void> {
    this.#ending ??= this.#end()
    return this.#ending
  }

  async #end(): Promise<void> {
    this.#stopListening?.()
    for (const waiter of this.#waiting.splice(0)) waiter.fail(endedError())
    for (const line of [...this.#idle]) this.#close(line)
    this.#hold?.retire()
    if (this.#lines.size + this.#opening === 0) return
    await new Promise<void>(resolve => {
      this.#emptied = resolve
    })
  }

  /** Gives idle connections to those who wait, in their order, and opens as many as there is room for. */
  #serve(): void {
    while (this.#waiting.length > 0) {
      const line = this.#idle.pop()
      if (line !== undefined) {
        clearTimeout(line.timer)
        line.state = 'lent'
        this.#waiting.shift()!.give(line)
      } else if (this.#lines.size + this.#opening < this.#options.max) {
        this.#open(this.#waiting.shift()!)
      } else return
    }
    if (this.#ending !== null && this.#lines.size + this.#opening === 0) this.#emptied()
  }

  async #open(waiter: Waiter<C>): Promise<void> {
    this.#opening++
    try {
      // Where the login is refused, this asks for a newer version and tries once more.
      const line = await this.#credential.use(context => this.#login(context))
      this.#opening--
      if (waiter.isOver) this.giveBack(line)
      else waiter.give(line)
    } catch (error) {
      this.#opening--
      if (!waiter.isOver) waiter.fail(error)
    }
    this.#serve()
  }

  async #login(context: UseContext): Promise<Line<C>> {
    const hold = this.#holdOf(context.version)
    hold.enter()
    if (this.#ending !== null) hold.retire()
    try {
      await hold.ready()
      const client = await this.#driver.open(context)
      const line: Line<C> = { client, hold, state: 'lent', timer: undefined }
      this.#lines.add(line)
      this.#driver.whenGone(client, () => this.#gone(line))
      if (hold.isDropped) this.#driver.destroy(client)
      return line
    } catch (error) {
      hold.leave()
      throw error
    }
  }

  #holdOf(version: number): Hold {
    if (this.#hold === null || this.#hold.version !== version || this.#hold.isRetired) {
      this.#hold?.retire()
      this.#hold = new Hold(this.#credential, version, this.#options, hold => this.#drop(hold))
    }
    return this.#hold
  }

  #close(line: Line<C>): void {
    if (line.state === 'closing' || line.state === 'gone') return
    this.#leaveIdle(line)
    line.state = 'closing'
    line.timer = after(goodbyeMs, () => this.#driver.destroy(line.client))
    this.#driver.close(line.client)
  }

  #gone(line: Line<C>): void {
    if (line.state === 'gone') return
    this.#leaveIdle(line)
    line.state = 'gone'
    this.#lines.delete(line)
    line.hold.leave()
    this.#serve()
  }

  #leaveIdle(line: Line<C>): void {
    clearTimeout(line.timer)
    const at = this.#idle.indexOf(line)
    if (at >= 0) this.#idle.splice(at, 1)
  }

  /** null: there is none any more that may be used. */
  #changed(version: number | null): void {
    if (this.#hold === null || this.#hold.version === version) return
    this.#hold.retire()
    for (const line of [...this.#idle]) this.#close(line)
  }

  #drop(hold: Hold): void {
    for (const line of [...this.#lines]) if (line.hold === hold) this.#driver.destroy(line.client)
  }
}

const endedError = () =>
  new RekeyError('pool-ended', 'This pool was ended.', 'Make another one, or end it later.')

const busyError = ({ max, waitMs }: Required<LenderOptions>) =>
  new RekeyError(
    'pool-busy',
    `None of ${max} connections was free within ${waitMs} ms.`,
    'Give connections back, raise `max`, or wait longer (`waitMs`).',
  )

export function lenderOptions(options: LenderOptions, name: string): Required<LenderOptions> {
  const usual = { name, max: 10, drainMs: 30_000, idleMs: 10_000, waitMs: 30_000 }
  const given = Object.entries(options).filter(([key, value]) => key in usual && value !== undefined)
  return { ...usual, ...Object.fromEntries(given) }
}
