// An event as a leaf of the sealed log. The leaf commits to the event's data by digest, so that what the data says can
// be kept from whoever may only see the log; who, what, when and after what stands in the open.
import { type Leaf, leafBytes, leafHash, sha256 } from '@rekey/log'
import type { StoredEvent } from '@rekey/store'

export function leafOf(event: StoredEvent, index: number): Leaf {
  return {
    v: 1,
    seq: index,
    ts: event.atMs,
    actor: event.by,
    action: event.type,
    subject: event.stream,
    evidence: [`sha256:${Buffer.from(sha256(Buffer.from(event.data))).toString('hex')}`],
    prev_state: event.seq > 1 ? `${event.stream}@${event.seq - 1}` : null,
  }
}

export const hashOf = (event: StoredEvent, index: number) => leafHash(leafBytes(leafOf(event, index)))
