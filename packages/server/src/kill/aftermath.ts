// What became of a killed version at its target, and of what replaces it: read from the rotation that did it.
import type { Rotation, Version } from '@rekey/core'
import type { RotationRow, Store } from '@rekey/store'
import { eventsOf } from '../append.ts'
import { rotationSubject } from '../runner/rows.ts'

export interface Aftermath {
  rotation: string | null
  state: Rotation | null
  /** The target said that it is disabled or destroyed. */
  endedMs: number | null
  /** It was tried, and is refused. */
  refusedMs: number | null
  mintedMs: number | null
  acceptedMs: number | null
  publishedMs: number | null
  resumedMs: number | null
  /** What stands in the way just now. */
  problem: string | null
}

const none: Aftermath = {
  rotation: null,
  state: null,
  endedMs: null,
  refusedMs: null,
  mintedMs: null,
  acceptedMs: null,
  publishedMs: null,
  resumedMs: null,
  problem: null,
}

export async function aftermathOf(store: Store, version: Version, orderedMs: number): Promise<Aftermath> {
  const row = await rotationOf(store, version, orderedMs)
  if (row === null) return none
  const { state } = row
  const found: Aftermath = { ...none, rotation: row.id, state, problem: problemOf(state) }
  let old = state.old?.version
  for await (const { type, atMs, data } of eventsOf(store, rotationSubject(row.id))) {
    if (atMs < orderedMs) continue
    const event = JSON.parse(data) as {
      verb?: string
      side?: string
      result?: { is: string }
      shifted?: true
    }
    if (event.shifted) old = version.number
    const side = version.number === old ? 'old' : 'new'
    if (type === 'effectDone') {
      const { verb, result } = event
      const isKilled = event.side === side
      if (isKilled && (verb === 'disable' || verb === 'destroy')) found.endedMs ??= atMs
      if (isKilled && verb === 'probe' && result?.is === 'refused') found.refusedMs ??= atMs
      if (!isKilled && verb === 'mint') found.mintedMs ??= atMs
      if (!isKilled && verb === 'probe' && result?.is === 'accepted') found.acceptedMs ??= atMs
    } else if (type === 'waveMoved') found.publishedMs ??= atMs
    else if (type === 'recoveryProved') found.resumedMs ??= atMs
    else if (type === 'rotationEnded') found.resumedMs ??= atMs
  }
  return found
}

function problemOf(state: Rotation): string | null {
  if (state.phase === 'stuck') return state.problem.text
  if (!('progress' in state)) return null
  const { step } = state.progress
  if (step.kind !== 'effect') return null
  return step.effect.is === 'ready' ? (step.effect.problem?.text ?? null) : null
}

/** The last one of which it is a side, that had not ended before the order. */
async function rotationOf(store: Store, version: Version, orderedMs: number): Promise<RotationRow | null> {
  let found: RotationRow | null = null
  for (let after: string | null = null; ; ) {
    const rows = await store.rotations({ credential: version.credential, after, limit: 200 })
    for (const row of rows) {
      const { state } = row
      if (state.phase === 'planned') continue
      const isSide = state.old?.version === version.number || state.new?.version === version.number
      const isOver = state.phase === 'ended' && state.endedMs < orderedMs
      const wasGivenUp = state.phase === 'ended' && state.startedMs === null
      if (!isSide || isOver || wasGivenUp) continue
      if (found === null || row.state.openedMs >= found.state.openedMs) found = row
    }
    if (rows.length < 200) return found
    after = rows.at(-1)!.id
  }
}
