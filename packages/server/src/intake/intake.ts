// The intake: observations of one source, on their way into the ledger. What has no right to count is refused here, one by
// one, with its reason; the rest is folded in one transaction. Whether the source is who it says comes before this.
import { type Observation, type Refused, refuse, type Source, skewMs } from '@rekey/core'
import type { Ground } from '../ground.ts'

export interface Taken {
  folded: number
  /** Of them, or besides: those that speak of somebody whom no one registered. */
  ghosts: number
  /** The same batch was taken in before: nothing was counted twice. */
  repeated: boolean
  refused: { observation: Observation; why: Refused }[]
}

export async function takeIn(
  ground: Ground,
  source: Source,
  batch: string,
  observations: readonly Observation[],
): Promise<Taken> {
  const receivedMs = ground.nowMs()
  const known = await lastVersionsOf(ground, observations)
  const counted: Observation[] = []
  const refused: Taken['refused'] = []
  for (const observation of observations) {
    const { credential, version } = observation
    const exists = version === null || version <= (known.get(credential) ?? 0)
    const said = notAhead(observation, receivedMs)
    const why = refuse(said, source, receivedMs) ?? (exists ? null : 'unknown-version')
    if (why === null) counted.push(said)
    else refused.push({ observation, why })
  }
  if (counted.length === 0) return { folded: 0, ghosts: 0, repeated: false, refused }
  const observed = await ground.store.observe({ source: source.id, batch, receivedMs, observations: counted })
  if (observed.ok) ground.journal.observed?.(counted)
  return observed.ok
    ? { folded: observed.folded, ghosts: observed.ghosts, repeated: false, refused }
    : { folded: 0, ghosts: 0, repeated: true, refused }
}

/** A source whose clock is a little ahead has seen everything until now, and no more than that. */
function notAhead(observation: Observation, receivedMs: number): Observation {
  const { statement, atMs } = observation
  const isAhead = statement.says === 'covered' && atMs > receivedMs && atMs <= receivedMs + skewMs
  return isAhead ? { ...observation, atMs: receivedMs } : observation
}

/** A version that was never given out was never used: whoever says so is mistaken or lies. */
async function lastVersionsOf(
  { store }: Ground,
  observations: readonly Observation[],
): Promise<Map<string, number>> {
  const known = new Map<string, number>()
  for (const { credential, version } of observations) {
    if (version === null || known.has(credential)) continue
    known.set(credential, (await store.credential(credential))?.lastVersion ?? 0)
  }
  return known
}
