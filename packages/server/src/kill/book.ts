// All kill orders that were ever given, at hand: what is told to whoever connects, and what the next order follows on. Read once from
// the store, and then from the feed; the control plane that gives an order does not wait for either.
import type { Store, StoredEvent } from '@rekey/store'
import type { Feed } from '../feed/feed.ts'

export interface KnownOrder {
  epoch: number
  jti: string
  kill: string
  credential: string
  version: number
  text: string
  atMs: number
}

export interface Book {
  /** Of the last order; 0: none was ever given. */
  epoch(): number
  of(credential: string): readonly KnownOrder[]
  at(epoch: number): KnownOrder | undefined
  find(credential: string, version: number): KnownOrder | undefined
  /** Those about these credentials with a higher epoch, the oldest first. */
  since(credentials: Iterable<string>, epoch: number): KnownOrder[]
  /** What was given here, or read. Whoever listens hears of each once. */
  add(orders: readonly KnownOrder[]): void
  /** Reads what is in the store and not known yet: another control plane was first. */
  catchUp(): Promise<void>
  listen(hear: (orders: readonly KnownOrder[]) => void): void
}

export const ordersStream = 'orders'
const pageSize = 1_000

export async function bookOf(store: Store, feed: Pick<Feed, 'listen'>): Promise<Book> {
  const byEpoch = new Map<number, KnownOrder>()
  const byCredential = new Map<string, KnownOrder[]>()
  const listeners: ((orders: readonly KnownOrder[]) => void)[] = []
  let last = 0
  const add = (orders: readonly KnownOrder[]) => {
    const fresh = orders.filter(one => !byEpoch.has(one.epoch))
    for (const one of fresh) {
      byEpoch.set(one.epoch, one)
      const known = byCredential.get(one.credential)
      if (known === undefined) byCredential.set(one.credential, [one])
      else known.splice(known.findLastIndex(other => other.epoch < one.epoch) + 1, 0, one)
      last = Math.max(last, one.epoch)
    }
    if (fresh.length > 0) for (const hear of listeners) hear(fresh)
  }
  const catchUp = async () => {
    // There is no gap: what is known is known up to the last.
    for (let after = wholeTo(byEpoch, last); ; ) {
      const events = await store.stream(ordersStream, after, pageSize)
      add(events.map(orderOf))
      after += events.length
      if (events.length < pageSize) return
    }
  }
  feed.listen(events => {
    const orders = events.filter(one => one.stream === ordersStream)
    if (orders.length > 0) add(orders.map(orderOf))
  })
  await catchUp()
  return {
    epoch: () => last,
    of: credential => byCredential.get(credential) ?? [],
    at: epoch => byEpoch.get(epoch),
    find: (credential, version) => byCredential.get(credential)?.find(one => one.version === version),
    since(credentials, epoch) {
      const some: KnownOrder[] = []
      for (const credential of new Set(credentials)) {
        for (const one of byCredential.get(credential) ?? []) if (one.epoch > epoch) some.push(one)
      }
      return some.sort((a, b) => a.epoch - b.epoch)
    },
    add,
    catchUp,
    listen: hear => void listeners.push(hear),
  }
}

function wholeTo(known: ReadonlyMap<number, unknown>, last: number): number {
  let to = 0
  while (to < last && known.has(to + 1)) to++
  return to
}

/** Its place in the stream is its epoch, whatever it says of itself. */
function orderOf({ seq, atMs, data }: StoredEvent): KnownOrder {
  const { jti, kill, credential, version, order } = JSON.parse(data) as Record<string, string> & {
    version: number
  }
  return { epoch: seq, jti: jti!, kill: kill!, credential: credential!, version, text: order!, atMs }
}
