// Fifty workers that never stop working, in a process of their own. Each holds a pool; told of another version it opens a new
// pool, goes over to it, and drains the old one.
import { type Login, openers, type Pool, poolSize, type Workplace } from './pools.ts'

export interface Assigned extends Login {
  consumer: string
  version: number
}

export type Order =
  | { begin: { consumers: Record<string, number>; place: Workplace } }
  | { assigned: Assigned }
  | { end: true }

/** What one worker did since the last report. */
export interface Report {
  consumer: string
  instance: string
  /** On which version it works, and which others it still holds connections of. */
  version: number
  holds: number[]
  /** Pieces of work done on each version. */
  done: Record<number, number>
  failed: number
  why: string | null
}

const reportEveryMs = 100
const giveUpMs = 5_000
const afterFailureMs = 20
/** Nobody hears of a new version at the very same moment. */
const laterMs = 1_500

class Worker {
  readonly #place: Workplace
  readonly #consumer: string
  readonly #instance: string
  readonly #holds = new Set<number>()
  #current: { version: number; pool: Pool } | null = null
  #done: Record<number, number> = {}
  #failed = 0
  #why: string | null = null
  #isOver = false
  #underway = 0
  readonly #loops: Promise<void>[] = []

  constructor(place: Workplace, consumer: string, instance: string) {
    this.#place = { ...place, as: consumer }
    this.#consumer = consumer
    this.#instance = instance
  }

  async take({ version, handle, value }: Assigned): Promise<void> {
    const before = this.#current
    if (before !== null) await new Promise(resolve => setTimeout(resolve, Math.random() * laterMs))
    const pool = await openers[this.#place.server](this.#place, { handle, value })
    this.#holds.add(version)
    this.#current = { version, pool }
    if (before === null) {
      for (let loop = 0; loop < poolSize; loop++) this.#loops.push(this.#workOn())
      return
    }
    await before.pool.drain()
    this.#holds.delete(before.version)
  }

  async #workOn(): Promise<void> {
    while (!this.#isOver) {
      const { pool, version } = this.#current!
      this.#underway++
      try {
        await pool.work()
        this.#done[version] = (this.#done[version] ?? 0) + 1
      } catch (error) {
        this.fails(error)
        // A driver that fails at once would leave no time to hear that it is over.
        await new Promise(resolve => setTimeout(resolve, afterFailureMs))
      } finally {
        this.#underway--
      }
    }
  }

  fails(error: unknown): void {
    this.#failed++
    this.#why = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  }

  /** What has not ended by now has failed. */
  abandon(): void {
    this.#failed += this.#underway
    if (this.#underway > 0) this.#why ??= 'it never ended'
    this.#underway = 0
  }

  report(): Report | null {
    if (this.#current === null) return null
    const report: Report = {
      consumer: this.#consumer,
      instance: this.#instance,
      version: this.#current.version,
      holds: [...this.#holds],
      done: this.#done,
      failed: this.#failed,
      why: this.#why,
    }
    this.#done = {}
    this.#failed = 0
    return report
  }

  async end(): Promise<void> {
    this.#isOver = true
    await Promise.all(this.#loops)
    await this.#current?.pool.drain()
  }
}

const workers: Worker[] = []
const names: string[] = []

process.on('message', (order: Order) => {
  if ('begin' in order) {
    for (const [consumer, count] of Object.entries(order.begin.consumers)) {
      for (let at = 1; at <= count; at++) {
        workers.push(new Worker(order.begin.place, consumer, `${consumer}-${at}`))
        names.push(consumer)
      }
    }
  } else if ('assigned' in order) {
    for (const [at, worker] of workers.entries()) {
      if (names[at] === order.assigned.consumer)
        worker.take(order.assigned).catch(error => worker.fails(error))
    }
  } else {
    clearInterval(reporting)
    // A driver that tries for ever to come back with a dead value never ends what was asked of it.
    const giveUp = new Promise(resolve => setTimeout(resolve, giveUpMs))
    Promise.race([Promise.allSettled(workers.map(worker => worker.end())), giveUp]).then(() => {
      for (const worker of workers) worker.abandon()
      process.send?.(
        workers.flatMap(worker => worker.report() ?? []),
        () => process.exit(),
      )
    })
  }
})

const report = () => process.send?.(workers.flatMap(worker => worker.report() ?? []))
const reporting = setInterval(report, reportEveryMs)
