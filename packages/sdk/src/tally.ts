// Counts of uses, on their way to being reported: one tally for a version, lane and path, one cell in it for an outcome. Counting
// is on the path of every use, so it is an addition and no object is made for it.
import type { StatementSaid } from '@rekey/wire'
import type { Outcome } from './outcome.ts'

export interface Subject {
  credential: string
  consumer: string
  version: number
}
export type Path = NonNullable<StatementSaid['path']>

interface Cell {
  times: number
  firstMs: number
  atMs: number
}

/** Where tallies wait until they are reported. */
export interface Waiting {
  /** false: there is no room for one more statement. */
  admit(tally: Tally): boolean
  lose(subject: Subject, times: number): void
}

const mostTimes = 1_000_000

export class Tally {
  readonly subject: Subject
  readonly lane: string | null
  readonly path: Path
  readonly #waiting: Waiting
  readonly #cells: Partial<Record<Outcome, Cell>> = {}

  constructor(subject: Subject, lane: string | null, path: Path, waiting: Waiting) {
    this.subject = subject
    this.lane = lane
    this.path = path
    this.#waiting = waiting
  }

  count(outcome: Outcome, atMs: number): void {
    let cell = this.#cells[outcome]
    if (cell === undefined) {
      cell = { times: 0, firstMs: atMs, atMs }
      this.#cells[outcome] = cell
    }
    if (cell.times === 0) {
      if (!this.#waiting.admit(this)) {
        this.#waiting.lose(this.subject, 1)
        return
      }
      cell.firstMs = atMs
    }
    cell.times++
    cell.atMs = atMs
  }

  /** What was counted, as statements; the counts begin anew. */
  drain(): StatementSaid[] {
    const said: StatementSaid[] = []
    for (const [outcome, cell] of Object.entries(this.#cells) as [Outcome, Cell][]) {
      const { firstMs, atMs } = cell
      while (cell.times > 0) {
        const times = Math.min(cell.times, mostTimes)
        cell.times -= times
        said.push({
          ...this.subject,
          says: 'used',
          outcome,
          path: this.path,
          ...(this.lane !== null && { lane: this.lane }),
          times,
          // A clock that was set back between the two makes no stretch of negative length.
          firstMs: Math.min(firstMs, atMs),
          atMs,
        })
      }
    }
    return said
  }
}
