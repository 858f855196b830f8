// What happens to an incident, on the stream `signal/<id>`: what was said, what was decided about it and why, and what came of that.
import type { Actor } from '../actor.ts'
import type { SignalReason } from './react.ts'
import type { OwnToken, Reaction, Signal, SignalKind } from './signal.ts'

export interface SignalDeed {
  did: 'killed' | 'contained' | 'rotation-opened' | 'under-way' | 'token-ended' | 'nothing-left' | 'could-not'
  text: string
  kill?: string
  rotation?: string
}

export type SignalEvent = {
  atMs: number
  by: Actor
} /** The first about this subject in its window: with it the incident begins. */ & (
  | {
      type: 'signalRaised'
      kind: SignalKind
      summary: string
      signal: Signal
      credential: string | null
      version: number | null
      environment: string | null
      own: OwnToken | null
    }
  /** Others about the same: how many more, and how many it is now. */
  | {
      type: 'signalsJoined'
      credential: string | null
      count: number
      total: number
      kinds: SignalKind[]
      sources: string[]
    }
  | {
      type: 'signalDecided'
      credential: string | null
      version: number | null
      kind: SignalKind
      wanted: Reaction
      reaction: Reaction
      reasons: readonly SignalReason[]
    }
  /** A person has to look: what it is, and what to do. */
  | { type: 'signalPaged'; credential: string | null; version: number | null; text: string; how: string[] }
  | ({ type: 'signalActed'; credential: string | null; version: number | null } & SignalDeed)
  | { type: 'signalDismissed'; credential: string | null; reason: string }
)
