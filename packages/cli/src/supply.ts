// The versions that the control plane assigns: the first of each, waited for, and then each change. Changes that come together are
// handed on together, so that a storm of them restarts a program once.
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Credential,
  type Current,
  connect,
  type Kill,
  type KillHeard,
  type Programs,
  type Rekey,
  RekeyError,
  type Status,
} from '@rekey/sdk'
import { exitCodes, Failure, failureOf, isRefusal } from './exit.ts'
import { isSame, type Snapshot, type Wanted } from './reference.ts'

export type Tell = (text: string) => void

export interface SupplyOptions {
  wanted: readonly Wanted[]
  /** As what this process itself is known. */
  instance: string
  settleMs: number
  tell: Tell
}

export type EndKilled = (kill: Kill) => Promise<KillHeard>

const betweenMs = 200
/** After a kill everybody waits for what comes in its place. */
const settleAfterKillMs = 20
/** Whoever has ended does not wait for the control plane. */
const lastWordMs = 2_000

export class Supply {
  /** What is reported: not of this process, which only hands values on, but of those that they are given to. */
  readonly programs: Programs
  readonly #options: SupplyOptions
  readonly #rekey: Rekey
  readonly #credentials: readonly Credential[]
  readonly #latest = new Map<string, Current>()
  #given: Snapshot = new Map()
  #changed: ((snapshot: Snapshot) => void) | null = null
  #settling: NodeJS.Timeout | null = null
  #isAway = false
  #isListening = false
  #stopWatching: (() => void) | null = null
  /** Ends what was made with a version that was killed. */
  #endKilled: EndKilled = async () => ({})

  constructor(options: SupplyOptions) {
    this.#options = options
    this.#rekey = connect({ instance: options.instance, speaksFor: 'programs', startMs: 0 })
    this.programs = this.#rekey.programs!
    this.#credentials = options.wanted.map(({ credential, consumer }) =>
      this.#rekey.credential(credential, consumer === null ? {} : { consumer }),
    )
    this.#rekey.onKill(kill => this.#killed(kill))
  }

  /** Called for each version that is killed; the control plane is answered when it is done. */
  onKill(end: EndKilled): void {
    this.#endKilled = end
  }

  isKilled(credential: string, version: number): boolean {
    return this.#rekey.isKilled(credential, version)
  }

  /** Among these is one that is dead. */
  isDead(snapshot: Snapshot): boolean {
    return [...snapshot.values()].some(one => this.isKilled(one.credential, one.version))
  }

  /** Which versions are dead is known afterwards, as far as it can be. */
  async askOrders(): Promise<void> {
    await this.#rekey.askOrders().catch(error => {
      // Whoever cannot be asked may be there later; a file that is damaged will not mend.
      if (error instanceof RekeyError && error.code === 'orders-file') throw error
    })
  }

  /** A refusal ends it at once; what may pass is waited for. */
  async first(waitMs: number): Promise<Snapshot> {
    const endMs = performance.now() + waitMs
    this.#listen()
    const found = this.#credentials.map(async one => {
      this.#latest.set(one.name, await firstOf(one, endMs))
    })
    await Promise.all(found)
    this.#stopWatching ??= this.#rekey.onStatus(status => this.#look(status))
    this.#given = new Map(this.#latest)
    return this.#given
  }

  #listen(): void {
    if (this.#isListening) return
    this.#isListening = true
    for (const one of this.#credentials) one.onChange(current => this.#heard(one.name, current))
  }

  /** `changed` is given everything that belongs together now, and never the same twice in a row. */
  follow(changed: (snapshot: Snapshot) => void): void {
    this.#changed = changed
    this.#settle()
  }

  async close(): Promise<void> {
    if (this.#settling !== null) clearTimeout(this.#settling)
    const closed = this.#rekey.close({ graceMs: 0 }).then(() => this.#rekey.status().lost === 0)
    const isTold = await Promise.race([closed, sleep(lastWordMs, false)])
    if (!isTold) this.#options.tell('The control plane could not be told of the end.')
  }

  #heard(name: string, current: Current | null): void {
    const latest = this.#latest.get(name)
    if (current === null && latest !== undefined && this.isKilled(name, latest.version)) return
    if (current === null) {
      const text = `${name}: the control plane takes its version back and assigns no other.`
      this.#options.tell(`${text} What was given out is in use until it ends.`)
      return
    }
    this.#latest.set(name, current)
    this.#settle()
  }

  /** Nobody is told of it again: what was made with it is gone. */
  async #killed(kill: Kill): Promise<KillHeard> {
    const { credential, version, reason } = kill
    const isOurs = this.#options.wanted.some(one => one.credential === credential)
    if (!isOurs) return {}
    if (!kill.repeated)
      this.#options.tell(`${credential} ${version} was killed${reason === '' ? '' : `: ${reason}`}.`)
    return this.#endKilled(kill)
  }

  #settle(): void {
    if (this.#changed === null || isSame(this.#latest, this.#given)) return
    const { settleMs } = this.#options
    const waitMs = this.isDead(this.#given) ? Math.min(settleMs, settleAfterKillMs) : settleMs
    this.#settling ??= setTimeout(() => {
      this.#settling = null
      // Of a version that is dead nobody hears; what comes in its place brings us here again.
      if (isSame(this.#latest, this.#given) || this.isDead(this.#latest)) return
      this.#given = new Map(this.#latest)
      this.#changed?.(this.#given)
    }, waitMs)
  }

  #look({ state, trouble }: Status): void {
    const isAway = state === 'away'
    if (isAway && !this.#isAway)
      this.#options.tell('The control plane is away; what was given out stays in use.')
    else if (!isAway && this.#isAway) this.#options.tell('The control plane is back.')
    else if (trouble?.code === 'reports-refused') this.#options.tell(trouble.text)
    this.#isAway = isAway
  }
}

async function firstOf(credential: Credential, endMs: number): Promise<Current> {
  let last: unknown = null
  while (performance.now() < endMs) {
    const ending = new AbortController()
    const late = sleep(endMs - performance.now(), null, { signal: ending.signal }).catch(() => null)
    try {
      const current = await Promise.race([credential.current(), late])
      if (current !== null) return current
    } catch (error) {
      last = error
      const { exitCode } = failureOf(error)
      if (exitCode === exitCodes.usage || (error instanceof RekeyError && isRefusal(error.code))) break
      await sleep(Math.max(0, Math.min(betweenMs, endMs - performance.now())))
    } finally {
      ending.abort()
    }
  }
  if (last !== null) throw failureOf(last)
  throw new Failure(
    exitCodes.away,
    `${credential.name} cannot be had: the control plane does not answer in time.`,
  )
}
