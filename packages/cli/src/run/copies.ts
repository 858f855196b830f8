// How many processes of the program there are, and with which versions: started together, moved one after the other, and over when
// the program is over.
import { setTimeout as sleep } from 'node:timers/promises'
import type { KillHeard } from '@rekey/sdk'
import { codeOfSignal, Failure, failureOf } from '../exit.ts'
import { isSame, type Snapshot, subjectsOf } from '../reference.ts'
import { Copy } from './copy.ts'
import { removeFiles, writeFiles } from './injection.ts'
import { Processes, type ProcessesOptions } from './processes.ts'

/** A place for one process at a time, but for the moment in which one takes over from another. */
interface Slot {
  number: number
  copy: Copy | null
  isMoving: boolean
  /** There is none because its version was killed. */
  isWaiting: boolean
}

const firstBackoffMs = 500
const mostBackoffMs = 30_000
const usualRetries = 3
/** Where no process is there to say what it makes of them. */
const ending = new Set<NodeJS.Signals>(['SIGHUP', 'SIGINT', 'SIGQUIT'])

export class Copies {
  /** The code to end with. */
  readonly over: Promise<number>
  readonly #options: ProcessesOptions
  readonly #processes: Processes
  readonly #slots: Slot[] = []
  #resolve: (code: number) => void = () => undefined
  #latest: Snapshot | null = null
  #moving: Promise<void> | null = null
  /** What the files were made with. */
  #written: Snapshot | null = null
  /** What there should be. */
  #target: Snapshot | null = null

  constructor(options: ProcessesOptions) {
    this.#options = options
    this.#processes = new Processes(options)
    this.over = new Promise(resolve => {
      this.#resolve = resolve
    })
  }

  async begin(given: Snapshot): Promise<void> {
    const { plan } = this.#options
    if (plan.covers) this.#options.programs.covers(subjectsOf(given))
    this.#target = given
    await this.#write(given)
    for (let number = 1; number <= plan.copies; number++)
      this.#slots.push({ number, copy: null, isMoving: false, isWaiting: false })
    for (const slot of this.#slots) {
      if (this.#processes.isStopped) break
      const copy = await this.#processes.start(slot.number, given).catch(async error => {
        await this.#processes.end()
        throw error
      })
      slot.isWaiting = copy === null
      if (copy === null) continue
      slot.copy = copy
      void this.#watch(slot, copy)
      void this.#processes.vouch(copy, given)
    }
  }

  /** However many come while one is being done, the latest is done next. */
  change(to: Snapshot): void {
    this.#target = to
    this.#latest = to
    this.#moving ??= this.#move().finally(() => {
      this.#moving = null
    })
  }

  /** A version was killed: whoever has it is ended at once, and started again when there is another one. */
  async kill(credential: string, version: number): Promise<KillHeard> {
    const isInFiles = this.#written?.get(credential)?.version === version
    const held = await this.#processes.endDead()
    if (isInFiles) await removeFiles(this.#options.plan, credential)
    // The other one may be there already, and whoever was ended had not moved yet.
    if (held && this.#target !== null && !this.#options.isDead(this.#target)) this.change(this.#target)
    return { held: held || isInFiles }
  }

  /** `isKnown`: the program has been sent it already. */
  signal(signal: NodeJS.Signals, isKnown: boolean): void {
    const isAlone = this.#processes.count === 0
    if (!isKnown) this.#processes.signal(signal)
    // Of the others nobody but the program knows whether it ends by them.
    if (signal === 'SIGTERM' || (isAlone && ending.has(signal))) void this.#asked(signal)
  }

  /** Whoever wants the program to end wants no other one to be started. */
  async #asked(signal: NodeJS.Signals): Promise<void> {
    if (this.#processes.isStopped) return
    const codes = await this.#processes.ended()
    this.#resolve(codes.find(one => one !== 0) ?? (codes.length > 0 ? 0 : codeOfSignal(signal)))
  }

  async #move(): Promise<void> {
    let failures = 0
    while (this.#latest !== null && !this.#processes.isStopped) {
      const to = this.#latest
      this.#latest = null
      const names = [...to.values()].map(({ credential, version }) => `${credential} ${version}`).join(', ')
      try {
        await this.#moveTo(to, names)
        failures = 0
      } catch (error) {
        const why = failureOf(error).message
        this.#options.tell(`${names}: ${why} The program keeps what it has; it is tried again.`)
        await this.#pause(++failures)
        this.#latest ??= to
      }
    }
  }

  async #moveTo(to: Snapshot, names: string): Promise<void> {
    const { plan, tell, programs, isDead } = this.#options
    const { onChange } = plan
    if (isDead(to)) return
    await this.#write(to)
    const gone = this.#slots.filter(one => one.isWaiting || one.copy?.hasEnded === true)
    if (onChange.do === 'nothing') {
      programs.delivered(subjectsOf(to))
      tell(`${names}: in place; the program is ${gone.length > 0 ? 'started' : 'told nothing'}`)
    } else tell(`${names}: ${onChange.do === 'signal' ? `sending ${onChange.signal}` : 'restarting'}`)
    for (const slot of this.#slots) {
      const { copy } = slot
      if (copy === null ? !slot.isWaiting : isSame(copy.holds, to)) continue
      if (this.#processes.isStopped || this.#latest !== null) return
      const isGone = copy === null || copy.hasEnded
      if (onChange.do === 'restart') await this.#restart(slot, to, onChange)
      // What was ended because of a kill is started, whatever is usual.
      else if (isGone) await this.#restart(slot, to, { rolling: false, retries: usualRetries })
      else if (onChange.do === 'signal') await this.#processes.remind(copy, onChange.signal, to)
    }
  }

  async #restart(
    slot: Slot,
    to: Snapshot,
    { rolling, retries }: { rolling: boolean; retries: number },
  ): Promise<void> {
    const { plan, tell } = this.#options
    const old = slot.copy
    const isRolling = rolling && old !== null && !old.hasEnded
    slot.isMoving = true
    try {
      if (!isRolling) await old?.end(plan.graceMs)
      const next = await this.#tried(slot, to, isRolling, retries)
      if (this.#processes.isStopped) return
      if (next instanceof Copy) {
        slot.copy = next
        slot.isMoving = slot.isWaiting = false
        void this.#watch(slot, next)
        await old?.end(plan.graceMs)
      } else if (next === 'dead') slot.isWaiting = slot.copy === null
      else if (old !== null && !old.hasEnded) tell('GIVEN UP: the old one goes on, with the old version.')
      else {
        if (next !== 0) tell('GIVEN UP: the program does not start with the new version.')
        this.#settle(slot, isRolling ? await old.ended : next)
      }
    } finally {
      slot.isMoving = false
    }
  }

  /** One that can be counted on, or the code with which the last one ended; `dead`: meanwhile its version was killed. */
  async #tried(
    slot: Slot,
    to: Snapshot,
    isRolling: boolean,
    retries: number,
  ): Promise<Copy | number | 'dead'> {
    let code = 0
    for (let attempt = 0; attempt <= retries; attempt++) {
      if (attempt > 0) await this.#pause(attempt)
      if (this.#processes.isStopped) break
      // Nobody needs what is no longer the latest.
      const latest = this.#latest ?? to
      const tried = await this.#triedOnce(slot, latest, isRolling)
      if (this.#options.isDead(latest) || tried === 'dead') return 'dead'
      if (tried instanceof Copy || this.#processes.isStopped) return tried
      code = tried
      // It has done what it had to do.
      if (code === 0 && !isRolling) break
      this.#options.tell(`The new one is not ready (attempt ${attempt + 1} of ${retries + 1}).`)
    }
    return code
  }

  async #triedOnce(slot: Slot, to: Snapshot, isRolling: boolean): Promise<Copy | number | 'dead'> {
    const { plan, tell } = this.#options
    try {
      await this.#write(to)
      const copy = await this.#processes.start(slot.number, to)
      if (copy === null) return 'dead'
      const readiness = await this.#processes.vouch(copy, to)
      if (readiness === 'ready') return copy
      if (readiness === 'over') return await copy.ended
      // Without another one to fall back on, one that is slow is better than none.
      return isRolling ? await copy.end(plan.graceMs) : copy
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      tell(error.message)
      return error.exitCode
    }
  }

  async #write(to: Snapshot): Promise<void> {
    const { isDead, plan } = this.#options
    this.#written = to
    await writeFiles(plan, to)
    // It was killed while they were being written.
    for (const one of to.values())
      if (isDead(new Map([[one.credential, one]]))) await removeFiles(plan, one.credential)
  }

  async #watch(slot: Slot, copy: Copy): Promise<void> {
    const code = await copy.ended
    // While another one is on its way to take over, that one decides.
    if (slot.copy !== copy || slot.isMoving || copy.isPlanned || this.#processes.isStopped) return
    this.#settle(slot, code)
  }

  /** One that has done its work is no reason to end the others; one that failed is. */
  #settle(slot: Slot, code: number): void {
    slot.copy = null
    if (code !== 0 || this.#slots.every(one => one.copy === null && !one.isWaiting)) void this.#finish(code)
  }

  async #finish(code: number): Promise<void> {
    await this.#processes.end()
    this.#resolve(code)
  }

  async #pause(attempt: number): Promise<void> {
    const waitMs = Math.min(firstBackoffMs * 2 ** (attempt - 1), mostBackoffMs)
    await sleep(waitMs, undefined, { signal: this.#processes.stopSignal }).catch(() => undefined)
  }
}
