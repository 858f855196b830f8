// What is sent to a webhook next: the events that it wants, in their order, after the position up to which it took everything. A batch
// that was once begun stays as it was, whatever has happened since: a receiver knows it again by its id, and would
// leave out what came to it later.
import type { EventView } from '@rekey/wire'
import type { Kept } from '../access/kept.ts'
import type { Plane } from '../api/plane.ts'
import { viewOf } from '../feed/seen.ts'

export type Delivery = Kept['delivery']

export interface Batch {
  /** Nobody wants them: nothing is sent, and the cursor moves on. */
  events: readonly EventView[]
  upTo: number
}

const pageSize = 500
const mostEvents = 50
/** The standard asks for small messages; one event by itself may be larger. */
const mostBytes = 19_500
const mostBytesAlone = 250_000
/** So many events that nobody wanted are passed over for good; fewer are looked through again after a start. */
const passedOver = 2_000

/** `afterPosition`: everything up to there was looked through. null: there is nothing to do; it was looked as far as `looked`. */
export async function nextBatch(
  plane: Plane,
  webhook: Kept['webhook'],
  { position, sending = null }: Delivery,
  afterPosition: number,
): Promise<{ batch: Batch | null; looked: number }> {
  const { assignments, ground } = plane
  const events: EventView[] = []
  let looked = sending === null ? Math.max(position, afterPosition) : position
  let bytes = 0
  const batch = (upTo: number) => ({ batch: { events, upTo }, looked })
  for (;;) {
    const page = await ground.store.events(looked, pageSize)
    for (const event of page) {
      if (sending !== null && event.position > sending) return batch(sending)
      const view = await viewOf(event, assignments)
      if (wants(webhook, view)) {
        const one = sized(view)
        const length = bytesOf(one)
        // Where the batch was begun, it is known to fit.
        const isFull = events.length === mostEvents || (events.length > 0 && bytes + length > mostBytes)
        if (sending === null && isFull) return batch(looked)
        events.push(one)
        bytes += length
      }
      looked = event.position
    }
    if (page.length < pageSize) break
    if (events.length === 0 && sending === null && looked - position > passedOver) return batch(looked)
  }
  if (sending !== null) return batch(sending)
  return events.length > 0 ? batch(looked) : { batch: null, looked }
}

/** The environment decides; what concerns all of them is told to whoever hears of all. */
function wants({ environments, types }: Kept['webhook'], { environment, type }: EventView): boolean {
  if (types.length > 0 && !types.includes(type)) return false
  return environments.includes('*') || (environment !== null && environments.includes(environment))
}

/** What nobody would take is told of without what it says; whoever needs that asks for it by its position. */
const sized = (view: EventView): EventView =>
  bytesOf(view) > mostBytesAlone ? { ...view, data: null } : view

const bytesOf = (view: EventView) => Buffer.byteLength(JSON.stringify(view)) + 1

/** The same text for every attempt, but that an event may have been sealed meanwhile. */
export function bodyOf(events: readonly EventView[]): Buffer {
  const timestamp = new Date(events.at(-1)!.atMs).toISOString()
  return Buffer.from(JSON.stringify({ type: 'rekey.events', timestamp, data: { events } }))
}
