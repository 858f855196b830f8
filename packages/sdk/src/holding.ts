// The versions in one cache's hands: the one to use, and on the shelf those that were replaced and are still in use.
import type { AssignedValue } from '@rekey/wire'
import { Held } from './held.ts'
import { Shelf } from './shelf.ts'
import type { Subject, Waiting } from './tally.ts'

export class Holding {
  now: Held | null = null
  /** The version that was to be used last, where there is none now. */
  last: number | null = null
  /** Replaced versions are kept a while: somebody asks for them by what a job was stamped with. */
  keepsReplaced = false
  readonly #shelf = new Shelf()
  readonly #waiting: Waiting
  readonly #leastLifeMs: number

  constructor(waiting: Waiting, leastLifeMs: number) {
    this.#waiting = waiting
    this.#leastLifeMs = leastLifeMs
  }

  all(nowMs: number): Held[] {
    const older = this.#shelf.all(nowMs)
    return this.now === null ? older : [...older, this.now]
  }

  /** Every version in this process's hands. */
  subjects(nowMs: number): Subject[] {
    return this.all(nowMs).map(one => one.subject)
  }

  inFlight(nowMs: number): number {
    return this.all(nowMs).reduce((sum, one) => sum + one.inFlight, 0)
  }

  /** A replaced version that is still here and still accepted. */
  kept(version: number, nowMs: number): Held | null {
    return this.now?.assigned.accepted.includes(version) ? this.#shelf.find(version, nowMs) : null
  }

  /** What was answered, as it is held here. false: it is what was held before. */
  take(answer: AssignedValue, etag: string | null, nowMs: number): boolean {
    const before = this.now
    const isSame = before !== null && before.version === answer.version && before.reveal() === answer.value
    const known = isSame ? before : this.#shelf.takeBack(answer.version, answer.value)
    const held = known ?? new Held(answer, etag, this.#waiting, this.#leastLifeMs)
    held.learn(answer, etag)
    held.renew(nowMs)
    if (!isSame) this.replace(held, answer.inFlight === 'finish' ? answer.ttlMs : 0, nowMs)
    return !isSame
  }

  replace(held: Held | null, keptMs: number, nowMs: number): void {
    const before = this.now
    this.now = held
    if (before === null) return
    this.last = before.version
    before.keptUntilMs = this.keepsReplaced ? nowMs + keptMs : 0
    this.#shelf.put(before, nowMs)
  }

  /** The version is dead: what goes on with it is told to stop, and its value is gone. true: it was here. */
  end(version: number, reason: Error, nowMs: number): boolean {
    const dead = this.all(nowMs).filter(one => one.version === version)
    for (const one of dead) one.end(reason)
    if (this.now?.version === version) this.replace(null, 0, nowMs)
    return dead.length > 0
  }

  renewed(nowMs: number): void {
    this.now?.renew(nowMs)
    this.#shelf.endAllBut(this.now?.assigned.accepted ?? [])
  }
}
