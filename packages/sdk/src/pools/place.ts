// One connection that is replaced in its place. When another version comes, a new one is opened with it and made ready; then it takes
// over, and the old one ends what goes on in it, for `drainMs` at most. Until the new one is ready the old one stays: a new version that
// does not work yet must not end what works. The same happens where a connection is lost for good.
import { backoffMs } from '../backoff.ts'
import type { Credential } from '../credential.ts'
import { after, type Timer } from '../environment.ts'
import { RekeyError } from '../error.ts'
import { classify, type Ended, type Outcome } from '../outcome.ts'
import type { UseContext } from '../use.ts'
import { Hold } from './hold.ts'

export interface Kind<L> {
  /** A login, and nothing more. */
  open(context: UseContext): Promise<L>
  /** Makes it ready to take over, and counts what it does for that. */
  prepare(line: L, hold: Hold, before: L | null): Promise<void>
  /** It takes over, now. */
  follows(line: L, before: L | null): void
  /** Nothing new comes to it; resolved when nothing goes on in it any more. */
  drained(line: L): Promise<void>
  close(line: L): void
  destroy(line: L): void
  /** Once, when all of it is closed, for whatever reason. */
  whenGone(line: L, gone: () => void): void
}

export interface PlaceOptions {
  /** What it is called in the control plane's record and at the target: there the consumer's id, unless it is given. */
  name?: string
  /** How long what goes on may keep a version that was replaced: half a minute. */
  drainMs?: number
}

export interface Stand<L> {
  readonly line: L
  readonly hold: Hold
  isGone: boolean
}

const firstBackoffMs = 200
const mostBackoffMs = 30_000
/** Whoever does not answer a goodbye within this time is closed. */
const goodbyeMs = 2_000

export class Place<L> {
  readonly #credential: Credential
  readonly #kind: Kind<L>
  readonly #options: Required<PlaceOptions>
  readonly #all = new Set<Stand<L>>()
  #now: Stand<L> | null = null
  /** The version to be used; null: not known, or none. */
  #latest: number | null = null
  #opening: Promise<void> | null = null
  #mending: Timer | undefined
  #failures = 0
  #stopListening: (() => void) | null = null
  #ending: Promise<void> | null = null
  #emptied = () => {}

  constructor(credential: Credential, kind: Kind<L>, options: PlaceOptions, name: string) {
    this.#credential = credential
    this.#kind = kind
    this.#options = { name: options.name ?? name, drainMs: options.drainMs ?? 30_000 }
  }

  /** What to work with, without waiting: between looking and using it nothing can replace it. */
  get now(): Stand<L> | null {
    return this.#ending === null ? this.#now : null
  }

  async stand(): Promise<Stand<L>> {
    for (;;) {
      if (this.#ending !== null) throw endedError()
      if (this.#now !== null) return this.#now
      await this.#open()
    }
  }

  end(): Promise<void> {
    this.#ending ??= this.#end()
    return this.#ending
  }

  async #end(): Promise<void> {
    this.#stopListening?.()
    clearTimeout(this.#mending)
    await this.#opening?.catch(() => undefined)
    if (this.#now !== null) this.#retire(this.#now)
    this.#now = null
    if (this.#all.size === 0) return
    await new Promise<void>(resolve => {
      this.#emptied = resolve
    })
  }

  /** One at a time, whoever asks for it. */
  #open(): Promise<void> {
    this.#stopListening ??= this.#credential.onChange(current => this.#changed(current?.version ?? null))
    this.#opening ??= this.#replace().finally(() => {
      this.#opening = null
    })
    return this.#opening
  }

  async #replace(): Promise<void> {
    try {
      // Where the login is refused, this asks for a newer version and tries once more.
      const stand = await this.#credential.use(context => this.#login(context))
      await this.#prepare(stand)
      this.#failures = 0
      const before = this.#now
      this.#now = stand
      this.#kind.follows(stand.line, before?.line ?? null)
      if (before !== null) this.#retire(before)
    } catch (error) {
      this.#failures++
      throw error
    } finally {
      this.#mend()
    }
  }

  async #login(context: UseContext): Promise<Stand<L>> {
    this.#latest = context.version
    const hold = new Hold(this.#credential, context.version, this.#options, held => this.#drop(held))
    hold.enter()
    try {
      await hold.ready()
      const stand = { line: await this.#kind.open(context), hold, isGone: false }
      this.#all.add(stand)
      this.#kind.whenGone(stand.line, () => this.#gone(stand))
      return stand
    } catch (error) {
      hold.leave()
      hold.retire()
      throw error
    }
  }

  async #prepare(stand: Stand<L>): Promise<void> {
    const { line, hold } = stand
    try {
      await this.#kind.prepare(line, hold, this.#now?.line ?? null)
      if (stand.isGone || hold.isDropped) throw lostError()
    } catch (error) {
      hold.retire()
      this.#kind.destroy(line)
      throw error
    }
  }

  #changed(version: number | null): void {
    this.#latest = version
    this.#failures = 0
    this.#mend()
  }

  /** Is there something else to be had than what stands here? */
  #mend(): void {
    clearTimeout(this.#mending)
    if (this.#ending !== null || this.#latest === null || this.#now?.hold.version === this.#latest) return
    const waitMs = this.#failures === 0 ? 0 : backoffMs(this.#failures, firstBackoffMs, mostBackoffMs)
    this.#mending = after(waitMs, () => {
      this.#open().catch(() => undefined)
    })
  }

  async #retire(stand: Stand<L>): Promise<void> {
    const { line, hold } = stand
    hold.retire()
    await this.#kind.drained(line)
    if (stand.isGone) return
    this.#kind.close(line)
    after(goodbyeMs, () => {
      if (!stand.isGone) this.#kind.destroy(line)
    })
  }

  #gone(stand: Stand<L>): void {
    if (stand.isGone) return
    stand.isGone = true
    this.#all.delete(stand)
    stand.hold.retire()
    stand.hold.leave()
    if (this.#now === stand) {
      this.#now = null
      this.#mend()
    }
    if (this.#ending !== null && this.#all.size === 0) this.#emptied()
  }

  #drop(hold: Hold): void {
    for (const stand of [...this.#all]) if (stand.hold === hold) this.#kind.destroy(stand.line)
  }
}

/** The login was accepted: what is refused afterwards is refused to somebody who is known. */
export function afterLogin(ended: Ended): Outcome {
  const outcome = classify(ended)
  return outcome === 'auth-failure' ? 'payload-error' : outcome
}

const endedError = () =>
  new RekeyError('pool-ended', 'This connection was ended.', 'Make another one, or end it later.')

const lostError = () =>
  new RekeyError('connection-lost', 'The connection was lost while it was being made ready.', 'Try again.')
