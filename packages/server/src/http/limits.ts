// How often somebody may ask: a bucket of requests each, refilled steadily. Whoever is known has a large one; strangers share
// one an address, and guessing passwords or tokens has the smallest. Kept in memory, a control plane each: it protects this
// process, and several share the work anyway.
export interface Limit {
  /** Requests a second, in the long run. */
  perSecond: number
  /** How many at once. */
  burst: number
}

export interface Limits {
  /** How long to wait; 0: go on. */
  take(who: string, limit: Limit, nowMs: number): number
}

/** People, agents and sources that have shown who they are, each. */
export const known: Limit = { perSecond: 1_000, burst: 5_000 }

interface Bucket {
  tokens: number
  atMs: number
  limit: Limit
}

const mostBuckets = 100_000

export function limits(): Limits {
  const buckets = new Map<string, Bucket>()
  return {
    take(who, limit, nowMs) {
      const { perSecond, burst } = limit
      let bucket = buckets.get(who)
      if (bucket === undefined) {
        if (buckets.size >= mostBuckets) makeRoom(buckets, nowMs)
        bucket = { tokens: burst, atMs: nowMs, limit }
        buckets.set(who, bucket)
      }
      const pastMs = Math.max(0, nowMs - bucket.atMs)
      bucket.tokens = Math.min(burst, bucket.tokens + (pastMs * perSecond) / 1_000)
      bucket.atMs = nowMs
      if (bucket.tokens >= 1) {
        bucket.tokens -= 1
        return 0
      }
      return Math.ceil(((1 - bucket.tokens) * 1_000) / perSecond)
    },
  }
}

/**
 * Those that are full again, or nearly, need not be remembered: many who ask once each must not push out one who guesses. If that is
 * not enough, the oldest go. A tenth at a time, or whoever fills it all would have all of it looked through with each request.
 */
function makeRoom(buckets: Map<string, Bucket>, nowMs: number): void {
  for (const [who, { tokens, atMs, limit }] of buckets) {
    if (tokens + ((nowMs - atMs) * limit.perSecond) / 1_000 >= limit.burst * 0.9) buckets.delete(who)
  }
  for (const who of buckets.keys()) {
    if (buckets.size < mostBuckets * 0.9) return
    buckets.delete(who)
  }
}
