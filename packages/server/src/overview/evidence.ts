// What was observed about those whose rotations are under way. Observations are no events, so nothing says when this has changed: it
// is read again after a second, and of very many rotations a part at a time, the oldest first.
import type { LedgerRows, RotationRow, Store } from '@rekey/store'
import { inBatches } from './pages.ts'

export interface Evidence {
  row: RotationRow
  ledger: LedgerRows
  readMs: number
}

export interface EvidenceBook {
  /** Of all of these, by rotation. */
  of(open: readonly RotationRow[], nowMs: number): Promise<ReadonlyMap<string, Evidence>>
}

const believedMs = 1_000
/** What has only grown old is read again, as many at a time as take a part of that second. */
const mostAgain = 300

export function evidenceOf(store: Pick<Store, 'ledger'>): EvidenceBook {
  let known = new Map<string, Evidence>()
  return {
    async of(open, nowMs) {
      const now = new Map<string, Evidence>()
      const fresh: RotationRow[] = []
      const old: { row: RotationRow; readMs: number }[] = []
      for (const row of open) {
        const one = known.get(row.id)
        if (one?.row !== row) fresh.push(row)
        else {
          now.set(row.id, one)
          if (Math.abs(nowMs - one.readMs) >= believedMs) old.push(one)
        }
      }
      old.sort((a, b) => a.readMs - b.readMs)
      await inBatches([...fresh, ...old.slice(0, mostAgain).map(one => one.row)], async row => {
        now.set(row.id, { row, ledger: await store.ledger(row.credential), readMs: nowMs })
      })
      known = now
      return now
    },
  }
}
