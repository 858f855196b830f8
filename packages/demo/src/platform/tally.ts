// What came of the work, consumer by consumer, counted from what the processes say themselves. Nothing here is worked out: a job is counted when
// its process has told of it.
import type { MemberId } from './members.ts'
import type { Outcome } from './told.ts'

export interface Job {
  outcome: Outcome
  key: string | null
  why: string | null
  atMs: number
}

export interface Count {
  done: number
  degraded: number
  failed: number
  deadLetters: number
  putBack: number
  /** What was said last, what was the last harm, and with which key work was done last. */
  last: Job | null
  lastHarm: Job | null
  lastKey: string | null
  /** The latest, the newest last. */
  recent: Job[]
}

const recentKept = 28

export interface Broken {
  consumer: string
  how: 'failed' | 'degraded' | 'dead letters'
  jobs: number
  /** From the revocation to the first of them. */
  afterRevokeMs: number
}

const isHarm = ({ outcome }: Job) =>
  outcome === 'failed' || outcome === 'degraded' || outcome === 'dead-letter'

const hows = { failed: 'failed', degraded: 'degraded', 'dead-letter': 'dead letters' } as const

export class Tally {
  readonly #counts = new Map<string, Count>()
  readonly #harm: (Job & { who: string })[] = []
  /** By key, the first and the last success of each. */
  readonly #successes = new Map<string, { firstMs: number; lastMs: number }>()

  constructor(ids: readonly string[]) {
    for (const id of ids) {
      const none = { last: null, lastHarm: null, lastKey: null, recent: [] }
      this.#counts.set(id, { done: 0, degraded: 0, failed: 0, deadLetters: 0, putBack: 0, ...none })
    }
  }

  add(who: string, job: Job): void {
    const count = this.#counts.get(who)
    if (count === undefined) return
    count.last = job
    count.recent.push(job)
    if (count.recent.length > recentKept) count.recent.shift()
    if (job.outcome === 'done') count.done++
    if (job.outcome === 'degraded') count.degraded++
    if (job.outcome === 'failed') count.failed++
    if (job.outcome === 'dead-letter') count.deadLetters++
    if (job.outcome === 'put-back') count.putBack++
    if (isHarm(job)) {
      count.lastHarm = job
      this.#harm.push({ who, ...job })
    }
    if (job.key !== null) count.lastKey = job.key
    if (job.outcome !== 'done' || job.key === null) return
    const name = `${who} ${job.key}`
    const known = this.#successes.get(name)
    if (known === undefined) this.#successes.set(name, { firstMs: job.atMs, lastMs: job.atMs })
    else known.lastMs = Math.max(known.lastMs, job.atMs)
  }

  of(who: MemberId | 'attacker'): Count {
    return this.#counts.get(who)!
  }

  success(who: string, key: string): { firstMs: number; lastMs: number } | null {
    return this.#successes.get(`${who} ${key}`) ?? null
  }

  get jobs(): number {
    return this.#sum(one => one.done + one.degraded + one.failed + one.deadLetters)
  }

  /** Work that is lost: refused, or given up. */
  get failedJobs(): number {
    return this.#sum(one => one.failed + one.deadLetters)
  }

  get degradedJobs(): number {
    return this.#sum(one => one.degraded)
  }

  get putBack(): number {
    return this.#sum(one => one.putBack)
  }

  /** Why, of the first that failed, for whoever has to find out. */
  get why(): string[] {
    return [...new Set(this.#harm.map(({ who, outcome, why }) => `${who}: ${outcome} ${why ?? ''}`.trim()))]
  }

  failuresAfter(who: string, atMs: number): number {
    return this.#harm.filter(one => one.who === who && one.atMs > atMs).length
  }

  /** Who broke after the old token was revoked: how, how often, and how long it took to show. */
  brokenAfter(revokedMs: number, nameOf: (who: string) => string): Broken[] {
    const found = new Map<string, Broken>()
    for (const job of this.#harm.toSorted((a, b) => a.atMs - b.atMs)) {
      if (job.atMs < revokedMs) continue
      const known = found.get(job.who)
      if (known !== undefined) {
        known.jobs++
        continue
      }
      found.set(job.who, {
        consumer: nameOf(job.who),
        how: hows[job.outcome as keyof typeof hows],
        jobs: 1,
        afterRevokeMs: Math.round(job.atMs - revokedMs),
      })
    }
    return [...found.values()]
  }

  #sum(of: (count: Count) => number): number {
    return [...this.#counts.values()].reduce((sum, one) => sum + of(one), 0)
  }
}
