// Kill orders on their way: to every stream that is open here, at once; and back, what each holder says of them. Orders of other control
// planes come through the feed and go the same way. What comes back is gathered (gathered.ts).
import { dayMs, type Holder, type OrderAnswer } from '@rekey/core'
import { eventsOf } from '../append.ts'
import type { Feed } from '../feed/feed.ts'
import type { Streams } from '../feed/streams.ts'
import type { Ground } from '../ground.ts'
import type { Metrics } from '../http/metrics.ts'
import { type Book, bookOf, type KnownOrder } from './book.ts'
import { gatheredFor, type Later, onTheClock } from './gathered.ts'
import { connectedTo } from './holders.ts'
import { killStream } from './kill.ts'
import { keysStream, type OrderKeys, orderKeysOf, signedAnew } from './ring.ts'

export interface Orders {
  book: Book
  keys: OrderKeys
  /** They are durable, or out all the same: from here they go to everybody who is connected. */
  told(orders: readonly KnownOrder[]): void
  /** They are out before the record has them (break-glass.ts). */
  provisional(orders: readonly { credential: string; version: number; text: string }[]): void
  /** Who said that they hold it: nobody waits for that. */
  reported(kill: string, holders: Promise<readonly Holder[]>): void
  /** The targets' part, which nobody waits for either. */
  pursuing(doing: Promise<void>): void
  /** Remembered at once, written down in a moment. false: it is known already. */
  answered(answer: OrderAnswer): boolean
  /** For so long after an order has gone out, what can wait has to. */
  isUrgent(): boolean
  /** As it is given out now: what was signed with a key that is revoked since, is signed anew. */
  textOf(order: KnownOrder): string
  /** Afterwards the book has every order that was recorded before, but for those of the moment: the feed brings them. */
  caughtUp(): Promise<void>
  /** The frames that a stream begins with: what its receiver does not know yet. */
  news(credentials: Iterable<string>, epoch: number, serial: number): string[]
  stop(): Promise<void>
}

/** What a receiver has to do is done in a second or two; reports may wait that long, and are asked for again. */
const urgentMs = 2_500
/** Whoever connects later than that says nothing new about the kill. */
export const confirmableMs = 2 * dayMs

export interface OrdersParts {
  ground: Ground
  feed: Pick<Feed, 'listen' | 'position' | 'isFresh'>
  streams: Pick<Streams, 'order' | 'seatsOf' | 'toAll'>
  metrics: Pick<Metrics, 'count'>
  issuer: () => string
  later?: Later
}

export async function ordersOf({
  ground,
  feed,
  streams,
  metrics,
  issuer,
  later = onTheClock,
}: OrdersParts): Promise<Orders> {
  const { store, journal } = ground
  const book = await bookOf(store, feed)
  const keys = await orderKeysOf(ground, feed, issuer)
  const trouble = (error: unknown) => journal.trouble?.('kill', error)
  const told = new Set<number>()
  const doing = new Set<Promise<unknown>>()
  const answered = new Set<string>()
  const unrecorded: KnownOrder[] = []
  const isUnrecorded = (one: KnownOrder) => book.find(one.credential, one.version) === undefined
  let urgentUntilMs = Number.NEGATIVE_INFINITY

  const textOf = signedAnew(keys)
  const meanwhile = (one: Promise<unknown>) => {
    const kept = one.catch(trouble).finally(() => doing.delete(kept))
    doing.add(kept)
  }
  const gathered = gatheredFor(ground, later)
  const tell = (orders: readonly KnownOrder[]) => {
    for (const one of orders) {
      if (told.has(one.epoch)) continue
      told.add(one.epoch)
      urgentUntilMs = performance.now() + urgentMs
      const count = streams.order(one.credential, Buffer.from(killFrame({ ...one, text: textOf(one) })))
      metrics.count('rekey_kill_orders_told_total', count)
      gathered.told(one.kill, connectedTo(streams, one, ground.nowMs()))
    }
  }
  const remember = (data: string) => {
    const { answers } = JSON.parse(data) as { answers: OrderAnswer[] }
    for (const one of answers) answered.add(keyOf(one))
  }
  const recent = new Set<string>()
  for (let epoch = 1; epoch <= book.epoch(); epoch++) {
    const one = book.at(epoch)
    told.add(epoch)
    if (one !== undefined && one.atMs > ground.nowMs() - confirmableMs) recent.add(one.kill)
  }
  // What was answered before this control plane was there is not written down again.
  for (const kill of recent) {
    for await (const { type, data } of eventsOf(store, killStream(kill))) {
      if (type === 'holdersAnswered') remember(data)
    }
  }
  book.listen(tell)
  feed.listen(events => {
    for (const { stream, type, position, atMs, data } of events) {
      if (type === 'holdersAnswered') remember(data)
      if (stream !== keysStream) continue
      const { keys: text } = JSON.parse(data) as { keys: string }
      streams.toAll(frameOf({ position, type: 'keys', keys: text, atMs }))
    }
  })
  return {
    book,
    keys,
    told(orders) {
      book.add(orders)
      tell(orders)
    },
    provisional(some) {
      const atMs = ground.nowMs()
      for (const one of some) {
        urgentUntilMs = performance.now() + urgentMs
        const provisional = { ...one, epoch: 0, jti: '', kill: '', atMs }
        unrecorded.push(provisional)
        streams.order(one.credential, Buffer.from(killFrame(provisional)))
      }
    },
    reported: (kill, holders) => meanwhile(holders.then(some => gathered.told(kill, some))),
    pursuing: meanwhile,
    answered(answer) {
      const order = book.at(answer.epoch)
      if (order === undefined) return false
      const key = keyOf(answer)
      if (answered.has(key)) return false
      answered.add(key)
      gathered.answered(order.kill, answer)
      return true
    },
    textOf,
    caughtUp: async () => (feed.isFresh() ? undefined : book.catchUp()),
    isUrgent: () => performance.now() < urgentUntilMs,
    news(credentials, epoch, serial) {
      const rings = keys.texts().slice(serial)
      const atMs = ground.nowMs()
      const position = feed.position()
      const among = new Set(credentials)
      return [
        ...rings.map(text => frameOf({ position, type: 'keys', keys: text, atMs })),
        ...book.since(credentials, epoch).map(one => killFrame({ ...one, text: textOf(one) })),
        ...unrecorded.filter(one => among.has(one.credential) && isUnrecorded(one)).map(killFrame),
      ]
    },
    async stop() {
      while (doing.size > 0) await Promise.all(doing)
      await gathered.stop()
    },
  }
}

const keyOf = ({ epoch, said, instance, agent }: OrderAnswer) => `${epoch} ${said} ${instance} ${agent}`

/** Without an id: it comes out of turn, and must not move the cursor of whoever hears it. */
const frameOf = (message: object) => `data: ${JSON.stringify(message)}\n\n`

const killFrame = ({ credential, version, text, atMs, epoch }: KnownOrder) =>
  frameOf({ position: epoch, type: 'kill', credential, version, order: text, atMs })
