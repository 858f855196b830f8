// Follows the record for the board: every credential once when the control plane starts, and then each that the feed names. Looks are
// one after the other, and each reads anew, so what was read earlier is never written over what was read later.
import type { Version } from '@rekey/core'
import type { Assignments } from '../api/assignments.ts'
import type { Feed } from '../feed/feed.ts'
import type { Ground } from '../ground.ts'
import { pause } from '../pause.ts'
import { kindAndId } from '../runner/rows.ts'

export interface Seen {
  credential: string
  currentVersion: number | null
  versions: readonly Version[]
}

export interface Following {
  /** Every version that was there at the start has been seen. */
  isWhole(): boolean
  /** What was seen is as of then, or later. */
  freshMs(): number
  look(credentials: readonly string[]): Promise<void>
  settled(): Promise<void>
  stop(): Promise<void>
}

export interface FollowParts {
  ground: Ground
  feed: Feed
  assignments: Pick<Assignments, 'credentialOf'>
  saw: (some: readonly Seen[]) => Promise<void>
  whole: () => void
}

const pageSize = 500
const readAtOnce = 16
const againMs = 500
/** Events of a credential come together, and what agents wait for goes first. Kills are on no such way (board.ts). */
const gatherMs = 50

export function follow({ ground, feed, assignments, saw, whole }: FollowParts): Following {
  const { store } = ground
  const reader = readerOf(ground)
  /** Streams of which something was heard that has not been looked at. */
  const waiting = new Set<string>()
  let behindSinceMs: number | null = null
  let after: string | null | 'all' = null
  let working: Promise<void> | null = null
  let gathering: NodeJS.Timeout | null = null
  let turn: Promise<void> = Promise.resolve()
  const stopping = new AbortController()
  const { signal } = stopping

  const look = (credentials: readonly string[]): Promise<void> => {
    const looking = turn.then(async () => saw(await reader(credentials)))
    turn = looking.catch(() => undefined)
    return looking
  }
  const heard = async (streams: readonly string[]) => {
    // Before they are looked at: what happens meanwhile has to be looked at again.
    for (const one of streams) waiting.delete(one)
    try {
      const found = new Set<string>()
      for (const stream of streams) {
        const [kind, id] = kindAndId(stream)
        const credential = kind === 'credential' ? id : await assignments.credentialOf(id)
        if (credential !== null) found.add(credential)
      }
      await look([...found])
    } catch (error) {
      for (const one of streams) waiting.add(one)
      throw error
    }
    if (waiting.size === 0) behindSinceMs = null
  }
  const work = async () => {
    while (!signal.aborted) {
      if (waiting.size > 0) await heard([...waiting].slice(0, pageSize))
      else if (after === 'all') return
      else {
        const rows = await store.credentials({ after, limit: pageSize })
        await look(rows.map(row => row.id))
        after = rows.length < pageSize ? 'all' : rows.at(-1)!.id
        if (after === 'all') whole()
      }
    }
  }
  const wake = () => {
    if (gathering !== null) clearTimeout(gathering)
    gathering = null
    if (signal.aborted || (waiting.size === 0 && after === 'all')) return
    working ??= work()
      .catch(error => {
        ground.journal.trouble?.('status', error)
        return pause(againMs, signal)
      })
      .finally(() => {
        working = null
        wake()
      })
  }
  const ignore = feed.listen(events => {
    for (const { stream } of events) {
      if (!stream.startsWith('credential/') && !stream.startsWith('rotation/')) continue
      waiting.add(stream)
      behindSinceMs ??= feed.freshMs()
    }
    if (waiting.size > 0) gathering ??= setTimeout(wake, gatherMs)
  })
  wake()
  return {
    isWhole: () => after === 'all',
    freshMs: () => Math.min(feed.freshMs(), behindSinceMs ?? Number.POSITIVE_INFINITY),
    look,
    async settled() {
      await feed.reached(await store.lastPosition(), 5_000)
      do {
        wake()
        await working
      } while (working !== null && !signal.aborted)
    },
    async stop() {
      stopping.abort()
      if (gathering !== null) clearTimeout(gathering)
      ignore()
      await working
      await turn
    },
  }
}

const readerOf =
  ({ store }: Ground) =>
  async (credentials: readonly string[]): Promise<Seen[]> => {
    const seen: Seen[] = []
    for (let at = 0; at < credentials.length; at += readAtOnce) {
      const some = credentials.slice(at, at + readAtOnce).map(async credential => {
        const [row, versions] = await Promise.all([store.credential(credential), store.versions(credential)])
        return { credential, currentVersion: row?.currentVersion ?? null, versions }
      })
      seen.push(...(await Promise.all(some)))
    }
    return seen
  }
