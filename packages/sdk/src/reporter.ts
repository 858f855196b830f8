// Reports on their way to the control plane: counts, what was loaded, who is present, and since when nothing was missed. While
// the control plane is away they are merged, not dropped; when even that has no room, coverage is no longer claimed, for
// then silence proves nothing.
import type { StatementSaid, TakenIn } from '@rekey/wire'
import type { Clock } from './clock.ts'
import { RekeyError } from './error.ts'
import type { Plane } from './plane.ts'
import type { Subject, Tally, Waiting } from './tally.ts'

export interface Coverage {
  credential: string
  consumer: string
  /** null: something was lost, and nothing is claimed until all that waits has been sent. */
  fromMs: number | null
}

interface Batch {
  batch: string
  instance: string
  statements: StatementSaid[]
  /** It leaves nothing behind that was counted before. */
  isLast: boolean
}

export interface ReporterParts {
  plane: Pick<Plane, 'ask'>
  clock: Clock
  instance: string
  bufferLimit: number
  /** Every version that is held just now. */
  held: () => Subject[]
  /** Something was lost or refused. */
  tell: (error: RekeyError) => void
}

const mostStatements = 10_000
const mostTimes = 1_000_000
const mostAgeMs = 47 * 3_600_000

export class Reporter implements Waiting {
  lost = 0
  refused = 0
  readonly #parts: ReporterParts
  readonly #tallies = new Map<Tally, number>()
  #said: StatementSaid[] = []
  #cells = 0
  #pending: Batch | null = null
  readonly #coverage = new Map<string, Coverage>()
  /** Uses that found no room: told as uses of a version that nobody knows, so that no silence is made of them by others. */
  readonly #unplaced = new Map<string, StatementSaid & { times: number }>()
  #flushing: Promise<void> | null = null
  #isAskedAgain = false

  constructor(parts: ReporterParts) {
    this.#parts = parts
  }

  get buffered(): number {
    return this.#cells + this.#said.length + (this.#pending?.statements.length ?? 0)
  }

  /** Is there more to say than that we are still here? */
  get hasNews(): boolean {
    return this.#cells > 0 || this.#said.length > 0 || this.#pending !== null
  }

  get coverage(): Coverage[] {
    return [...this.#coverage.values()].map(one => ({ ...one }))
  }

  admit(tally: Tally): boolean {
    if (this.#cells + this.#said.length >= this.#parts.bufferLimit) return false
    this.#cells++
    this.#tallies.set(tally, (this.#tallies.get(tally) ?? 0) + 1)
    return true
  }

  lose({ credential, consumer }: { credential: string; consumer: string }, times: number): void {
    const isFirst = this.lost === 0
    this.lost += times
    this.#uncover(credential, consumer)
    const atMs = this.#parts.clock.nowMs()
    const key = `${credential}\n${consumer}`
    const known = this.#unplaced.get(key)
    this.#unplaced.set(key, {
      credential,
      consumer,
      version: null,
      says: 'used',
      outcome: 'outage',
      atMs,
      // The control plane takes nothing that began more than two days ago.
      firstMs: Math.max(known?.firstMs ?? atMs, atMs - mostAgeMs),
      times: Math.min(mostTimes, (known?.times ?? 0) + times),
    })
    if (isFirst) this.#parts.tell(lostError('There is no room for more reports.'))
  }

  say(statement: StatementSaid): void {
    if (this.#cells + this.#said.length >= this.#parts.bufferLimit) this.lose(statement, 1)
    else this.#said.push(statement)
  }

  /** From now on every use is counted here. */
  cover(credential: string, consumer: string, fromMs: number): void {
    const key = `${credential}\n${consumer}`
    if (!this.#coverage.has(key)) this.#coverage.set(key, { credential, consumer, fromMs })
  }

  /** Sends all that was counted up to now; who asks while it is being sent gets one more round. */
  flush(): Promise<void> {
    if (this.#flushing !== null) {
      this.#isAskedAgain = true
      return this.#flushing
    }
    this.#flushing = this.#sendAll().finally(() => {
      this.#flushing = null
    })
    return this.#flushing
  }

  /** What cannot be sent any more counts as lost. */
  giveUp(): void {
    const left = this.buffered
    if (left === 0) return
    this.lost += left
    this.#pending = null
    this.#said = []
    this.#drained(Number.POSITIVE_INFINITY)
    this.#parts.tell(lostError('The control plane is away, and this process ends.'))
  }

  async #sendAll(): Promise<void> {
    do {
      this.#isAskedAgain = false
      // One that was left over was made before what has been counted since.
      if (this.#pending !== null) this.#pending.isLast = false
      for (;;) {
        this.#pending ??= this.#form()
        if (this.#pending === null) break
        const { isLast } = this.#pending
        await this.#send(this.#pending)
        this.#pending = null
        if (isLast) break
      }
    } while (this.#isAskedAgain)
  }

  /** Made in one go, so that what it covers and what it counts end at the same moment. */
  #form(): Batch | null {
    const nowMs = this.#parts.clock.nowMs()
    const held = this.#parts.held()
    const room = Math.max(1, mostStatements - held.length - this.#coverage.size - this.#unplaced.size)
    const statements = this.#said.splice(0, room)
    statements.push(...this.#drained(room - statements.length))
    statements.push(...this.#unplaced.values())
    this.#unplaced.clear()
    const isLast = !(this.#cells > 0 || this.#said.length > 0)
    if (isLast) {
      for (const subject of held) statements.push({ ...subject, says: 'present', atMs: nowMs })
      for (const one of this.#coverage.values()) {
        const { fromMs, ...whose } = one
        if (fromMs === null) one.fromMs = nowMs
        else
          statements.push({
            ...whose,
            version: null,
            says: 'covered',
            fromMs: Math.min(fromMs, nowMs),
            atMs: nowMs,
          })
      }
    }
    if (statements.length === 0) return null
    return { batch: crypto.randomUUID(), instance: this.#parts.instance, statements, isLast }
  }

  #drained(room: number): StatementSaid[] {
    const statements: StatementSaid[] = []
    for (const [tally, cells] of this.#tallies) {
      if (statements.length + cells > room) break
      this.#tallies.delete(tally)
      this.#cells -= cells
      for (const one of tally.drain()) statements.push(one)
    }
    return statements
  }

  /** The same batch until it is answered: whether it arrived is not known when the answer is lost. */
  async #send({ batch, instance, statements }: Omit<Batch, 'isLast'>): Promise<void> {
    const body = { batch, instance, statements }
    try {
      const { body: answer } = await this.#parts.plane.ask({
        method: 'POST',
        path: '/agent/observations',
        body,
      })
      this.#heed(statements, (answer ?? {}) as Partial<TakenIn>)
    } catch (error) {
      if (isTooLarge(error) && statements.length > 1) {
        const middle = statements.length >> 1
        // Named after the whole, so that a half that was taken counts once, however often it is cut.
        await this.#send({ batch: `${batch}.0`, instance, statements: statements.slice(0, middle) })
        await this.#send({ batch: `${batch}.1`, instance, statements: statements.slice(middle) })
        return
      }
      if (!isHopeless(error)) throw error
      this.lost += statements.length
      for (const { credential, consumer } of statements) this.#uncover(credential, consumer)
      this.#parts.tell(error as RekeyError)
    }
  }

  /** What the control plane did not count, it has not seen. */
  #heed(statements: StatementSaid[], { refused = [], refusedCount = 0 }: Partial<TakenIn>): void {
    if (refusedCount === 0) return
    this.refused += refusedCount
    for (const { at } of refused) {
      const said = statements[at]
      if (said?.says === 'used') this.#uncover(said.credential, said.consumer)
    }
    if (refused.length < refusedCount) {
      for (const { credential, consumer } of statements) this.#uncover(credential, consumer)
    }
    const why = [...new Set(refused.map(one => one.why))].join(', ')
    const text = `The control plane does not count ${refusedCount} of our statements: ${why}.`
    this.#parts.tell(
      new RekeyError('reports-refused', text, 'Look at the bindings of this agent, and at its clock.'),
    )
  }

  #uncover(credential: string, consumer: string): void {
    const one = this.#coverage.get(`${credential}\n${consumer}`)
    if (one !== undefined) one.fromMs = null
  }
}

const isTooLarge = (error: unknown) => error instanceof RekeyError && error.status === 413

/** The batch itself is at fault, and would be the next time. */
function isHopeless(error: unknown): boolean {
  if (!(error instanceof RekeyError) || error.status === null) return false
  return [400, 403, 404, 413, 415, 422].includes(error.status)
}

const lostError = (text: string) =>
  new RekeyError(
    'reports-lost',
    text,
    'Coverage is not claimed for that time; look why the control plane is away.',
  )
