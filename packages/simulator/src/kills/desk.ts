// What a control plane of the world has for kills: the product's own book of orders, keys, answers and report, on a feed and
// streams of the simulator's. Their timers are alarms of the world.
import { type Ground, type Killing, keepOf, metrics, ordersOf } from '@rekey/server'
import type { StoredEvent } from '@rekey/store'
import type { Timeline } from '../timeline.ts'

type Parts = Parameters<typeof ordersOf>[0]
export type Seat = ReturnType<Parts['streams']['seatsOf']> extends Iterable<infer S> ? S : never

export interface Desk {
  plane: Killing & { metrics: ReturnType<typeof metrics> }
  /** Whoever has a stream open here. */
  seats: Set<Seat>
  /** Reads on in the record, and tells of it. */
  hear(): void
}

const pageSize = 500

export async function deskOf(ground: Ground, timeline: Timeline): Promise<Desk> {
  const seats = new Set<Seat>()
  const listeners: ((events: readonly StoredEvent[]) => void)[] = []
  let position = await ground.store.lastPosition()
  let isReading = false
  const feed = {
    position: () => position,
    isFresh: () => false,
    listen(hear: (events: readonly StoredEvent[]) => void) {
      listeners.push(hear)
      return () => undefined
    },
  }
  const read = async () => {
    const events = await ground.store.events(position, pageSize)
    if (events.length === 0) return
    position = events.at(-1)!.position
    for (const listener of listeners) listener(events)
  }
  const streams: Parts['streams'] = {
    order(credential, frame) {
      const some = [...seats].filter(one => one.bindings.some(bound => bound.credential === credential))
      for (const seat of some) seat.tell(frame)
      return some.length
    },
    seatsOf: () => seats,
    toAll(frame) {
      for (const seat of seats) seat.tell(frame)
    },
  }
  const figures = metrics()
  const orders = await ordersOf({
    ground,
    feed,
    streams,
    metrics: figures,
    issuer: () => 'https://rekey.sim',
    later(ms, call) {
      timeline.at(timeline.nowMs() + ms, call)
      return () => undefined
    },
  })
  const keep = keepOf(ground.store, feed, ground.nowMs)
  return {
    plane: { ground, keep, orders, status: { peek: () => null }, metrics: figures },
    seats,
    hear() {
      if (isReading) return
      isReading = true
      read()
        .catch(error => ground.journal.trouble?.('feed', error))
        .finally(() => {
          isReading = false
        })
    },
  }
}
