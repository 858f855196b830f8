// What processes of the platform and the conductor tell each other, a line of JSON each, over one local socket. Values never go this way.

/** `put-back`: it could not be begun, or was stopped, and is done later; nobody has lost anything. */
export const outcomes = ['done', 'degraded', 'failed', 'dead-letter', 'put-back'] as const
export type Outcome = (typeof outcomes)[number]

export type Told =
  | { says: 'here'; who: string; pid: number; port: number | null }
  /** A value was taken into memory: the id of its key, which is public. */
  | { says: 'holds'; key: string | null }
  | { says: 'job'; outcome: Outcome; key: string | null; why: string | null; atMs: number }

export type Order = { do: 'pause' } | { do: 'go' } | { do: 'fallback-off' }
