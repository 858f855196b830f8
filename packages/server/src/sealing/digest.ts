// Observations are too many to be events. They are counted in buckets, and of each closed bucket a digest becomes an event,
// so that the counts cannot be changed afterwards without a trace.

import { actorText } from '@rekey/core'
import { canonicalJson, sha256 } from '@rekey/log'
import { type Bucket, bucketLengthMs, type NewEvent } from '@rekey/store'
import { append } from '../append.ts'
import { type Ground, runner } from '../ground.ts'
import { logSubject } from './seal.ts'

export const observationStream = 'observations'
/** What a control plane with a slow clock still has to count. */
const slackMs = 60_000

/** Digests the buckets that are over; answers how many, or null when another control plane is at it. */
export async function digest(ground: Ground): Promise<number | null> {
  const { store, limits } = ground
  if (ground.doubt() !== null) return null
  const nowMs = ground.nowMs()
  const request = { holder: ground.holder, nowMs, leaseMs: limits.leaseMs }
  const lease = await store.claimOne(`${logSubject}/digests`, request)
  if (lease === null) return null
  try {
    const closed = await store.closeBuckets(nowMs - slackMs)
    const last = closed.at(-1)
    if (last === undefined) return 0
    const events = closed.map(({ bucketMs, rows }) => digested(bucketMs, rows, nowMs))
    const done = { put: 'digested', beforeMs: last.bucketMs + bucketLengthMs } as const
    return (await append(store, observationStream, events, [done])) ? closed.length : 0
  } finally {
    await store.release(lease)
  }
}

export function digestOf(rows: readonly Bucket[]): string {
  return `sha256:${Buffer.from(sha256(Buffer.from(canonicalJson(rows)))).toString('hex')}`
}

function digested(bucketMs: number, rows: readonly Bucket[], nowMs: number): NewEvent {
  const count = rows.reduce((sum, row) => sum + row.count, 0)
  return {
    type: 'bucketClosed',
    atMs: nowMs,
    by: actorText(runner),
    data: { bucketMs, rows: rows.length, count, digest: digestOf(rows) },
  }
}
