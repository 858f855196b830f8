// After a COMMIT without an answer the script has been run again. Most calls may be repeated; these tell from the later
// answer that an earlier attempt was applied. Locks make the later one wait until the fate of the earlier is known.
// (putRecordOnce needs no help: its statement knows the row that an earlier attempt has put.)
// (Rejected: asking for the status of the transaction by its number. After a failover the number may be another's.)
import { canonicalJson } from '@rekey/log/canonical'
import type pg from 'pg'
import type { CallName, Calls, Commit, Committed, Observed, Seal } from '../contract.ts'
import type { Dialect, Script } from '../script.ts'
import { scripts } from '../scripts/scripts.ts'
import { dialect } from './statement.ts'
import { run } from './transaction.ts'

type Settle = (unanswered: readonly unknown[], last: unknown, args: readonly unknown[]) => Promise<unknown>

export function settling(pool: pg.Pool): { [K in CallName]?: Settle } {
  const read = <K extends 'stream' | 'logState'>(name: K, ...args: Parameters<Calls[K]>) => {
    const script = scripts[name].run as (dialect: Dialect, ...args: unknown[]) => Script<ReturnType<Calls[K]>>
    return run(
      pool,
      null,
      () => script(dialect, ...args),
      async (_, last) => last,
    )
  }

  /** The positions of exactly these events, or null. If they are there, the compare-and-swap failed against ourselves. */
  const written = async ({ appends }: Commit): Promise<number[] | null> => {
    const positions: number[] = []
    for (const { stream, expected, events } of appends) {
      const stored = await read('stream', stream, expected, events.length)
      for (const [at, event] of events.entries()) {
        const found = stored[at]
        const same =
          found?.type === event.type &&
          found.atMs === event.atMs &&
          found.by === event.by &&
          found.data === canonicalJson(event.data)
        if (!same) return null
        positions.push(found.position)
      }
    }
    return positions.length > 0 ? positions : null
  }

  return {
    commit: async (unanswered, last, [commit]) => {
      const wasTried = (unanswered as Committed[]).some(({ ok }) => ok)
      if ((last as Committed).ok || !wasTried) return last
      const positions = await written(commit as Commit)
      return positions === null ? last : ({ ok: true, positions } satisfies Committed)
    },
    // An attempt that was no repetition has made this one a repetition.
    observe: async (unanswered, last) => (unanswered as Observed[]).find(({ ok }) => ok) ?? last,
    seal: async (unanswered, last, [seal]) => {
      const { expectedSize, positions, checkpoint } = seal as Seal
      if (last === true || !unanswered.includes(true)) return last
      const state = await read('logState')
      return state.size === expectedSize + positions.length && state.checkpoint === checkpoint
    },
    release: async (unanswered, last) => last === true || unanswered.includes(true),
  }
}
