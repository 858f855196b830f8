// What is kept of signals: who may send them, what came and is not dealt with yet, and the incidents that they became. No value is in any of
// it: what came is looked through once, and from then on there is a fingerprint.
import {
  dayMs,
  type MatchedBy,
  type OwnToken,
  type Reaction,
  type Signal,
  type SignalDeed,
  type SignalKind,
  type SignalReason,
} from '@rekey/core'

export type ChannelKind = 'github' | 'github-partner' | 'gitguardian' | 'standard' | 'siem'

export interface SiemFields {
  id?: string
  value?: string
  handle?: string
  credential?: string
  version?: string
  public?: string
  confidence?: string
  location?: string
  summary?: string
}

export interface Channel {
  kind: ChannelKind
  environments: string[]
  /** What its signals are, where it does not say so itself. */
  as: SignalKind | null
  github: { api: string; secret: string } | null
  keys: { url: string; secret: string | null } | null
  known: Record<string, { credential: string; version?: number }>
  siem: { signed: boolean; header: string; prefix: string; fields: SiemFields } | null
  madeMs: number
}

/** One thing that was said, as it waits to be judged. */
export interface Report {
  source: string
  eventId: string
  receivedMs: number
  auth: Signal['auth']
  kind: SignalKind
  /** Which environments the channel speaks for. */
  environments: string[]
  fingerprint: string | null
  /** As a fingerprint too: whoever maps the wrong field may send the value as a name. */
  handle: string | null
  hint: { credential: string; version: number | null } | null
  own: (OwnToken & { hash: string }) | null
  /** The value has to be fetched first: from where. */
  alert: { repository: string; number: number } | null
  confidence: number
  public: boolean
  evidence: string
  locations: string[]
  summary: string
}

export type Task = { attempts: number; nextMs: number } & (
  | {
      do: 'judge'
      report: Report
      /** What is written down as seen once it was dealt with. */
      guards: string[]
    }
  | { do: 'act'; incident: string }
)

export interface Incident {
  subject: string
  kind: SignalKind
  kinds: SignalKind[]
  sources: string[]
  summary: string
  credential: string | null
  version: number | null
  environment: string | null
  how: MatchedBy | null
  own: OwnToken | null
  count: number
  firstMs: number
  lastMs: number
  state: 'open' | 'done' | 'dismissed'
  wanted: Reaction
  reaction: Reaction
  reasons: readonly SignalReason[]
  what: string[]
  did: ({ atMs: number } & SignalDeed)[]
  signal: Signal
  /** Length of its stream. */
  seq: number
}

export const signalStream = (incident: string) => `signal/${incident}`
/** Who acts where the policy says so. */
export const signalActor = { kind: 'system', id: 'signals' } as const
/** What came is known again for so long: longer than anybody repeats. */
export const seenForMs = 3 * dayMs
