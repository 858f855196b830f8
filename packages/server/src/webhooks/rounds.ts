// Whoever is pushed to has a round of its own, which sends whatever waits for it; so a slow receiver holds up nobody else. A round is
// begun when something has happened and its time has come, never twice at once, and its faults are tried again.
import type { Ground } from '../ground.ts'

export interface Round {
  running: Promise<void> | null
  /** Something has happened since it began. */
  isWoken: boolean
  waitUntilMs: number
}

export interface RoundsParts<R extends Round> {
  ground: Pick<Ground, 'nowMs' | 'journal'>
  /** What the listing is called in the journal. */
  name: string
  nameOf: (id: string) => string
  /** How often it is looked whose time has come. */
  everyMs: number
  /** When something of ours failed. */
  againMs: number
  /** All that have a round, as of the start. */
  list: () => Promise<readonly { id: string }[]>
  /** Sends until nothing waits. false: there is nobody to push to, or not any more. */
  serve: (id: string, round: R, stopping: AbortSignal) => Promise<boolean>
  /** What a round has besides, and has again when it is woken by name. */
  fresh: () => Omit<R, keyof Round>
  /** Is there something to look at, though it was not woken? */
  hasNews?: (round: R) => boolean
}

export interface Rounds {
  /** It was set, or changed, or is seen for the first time: whatever it waited for, it is looked at. */
  wake(id: string): void
  /** Each of them, when it has waited for what it waits for. */
  wakeAll(): void
  /** Begins those whose time has come. */
  ring(): void
  stop(): Promise<void>
}

export function startRounds<R extends Round>(parts: RoundsParts<R>): Rounds {
  const { ground, serve } = parts
  const stopping = new AbortController()
  const { signal } = stopping
  const rounds = new Map<string, R>()
  const begin = (id: string, round: R) => {
    round.isWoken = false
    round.running = serve(id, round, signal)
      .then(isThere => {
        if (!isThere && !round.isWoken) rounds.delete(id)
      })
      .catch(error => {
        round.waitUntilMs = ground.nowMs() + parts.againMs
        round.isWoken = true
        ground.journal.trouble?.(parts.nameOf(id), error)
      })
      .finally(() => {
        round.running = null
        if (round.isWoken) ring()
      })
  }
  const ring = () => {
    for (const [id, round] of rounds) {
      if (signal.aborted || round.running !== null || ground.nowMs() < round.waitUntilMs) continue
      if (round.isWoken || parts.hasNews?.(round)) begin(id, round)
    }
  }
  const wake = (id: string) => {
    const woken = { isWoken: true, waitUntilMs: 0, ...parts.fresh() }
    const round = rounds.get(id)
    if (round === undefined) rounds.set(id, { running: null, ...woken } as R)
    else Object.assign(round, woken)
  }
  let isListed = false
  let listing: Promise<void> | null = null
  const look = () => {
    ring()
    if (isListed || signal.aborted) return
    listing ??= parts
      .list()
      .then(all => {
        for (const { id } of all) if (!rounds.has(id)) wake(id)
        isListed = true
        ring()
      })
      .catch(error => ground.journal.trouble?.(parts.name, error))
      .finally(() => {
        listing = null
      })
  }
  const timer = setInterval(look, parts.everyMs)
  timer.unref()
  look()
  return {
    wake,
    wakeAll() {
      for (const round of rounds.values()) round.isWoken = true
    },
    ring,
    async stop() {
      stopping.abort()
      clearInterval(timer)
      await listing
      await Promise.all([...rounds.values()].map(round => round.running))
    },
  }
}

/** Whoever was woken while it looked goes on: what it saw may be of before. */
export function waitUntil(round: Round, ms: number): true {
  if (!round.isWoken) round.waitUntilMs = ms
  round.isWoken = true
  return true
}
