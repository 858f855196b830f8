// A record for specs: what GET /history answers, over events that are made when they are asked for.
import type { EventView } from '@rekey/wire'
import type { HistoryQuery, ReadHistory } from './history.ts'

export interface FakeRecord {
  read: ReadHistory
  /** How often it was asked. */
  asked: HistoryQuery[]
  last: number
}

export function eventAt(position: number, more: Partial<EventView> = {}): EventView {
  return {
    position,
    stream: `credential/c${position % 7}`,
    seq: Math.ceil(position / 7),
    type: position % 3 === 0 ? 'credentialChanged' : 'versionImported',
    atMs: 1_760_000_000_000 + position * 1_000,
    by: position % 2 === 0 ? 'person:alice' : 'system:runner',
    credential: `c${position % 7}`,
    environment: position % 5 === 0 ? 'staging' : 'production',
    data: { n: position },
    leaf: position - 1,
    ...more,
  }
}

/** `looked`: so many positions are looked at in one request, and no more. */
export function fakeRecord(
  last: number,
  {
    isThere = () => true,
    looked = 2_000,
    turn = () => Promise.resolve(),
    of = eventAt,
  }: {
    isThere?: (position: number) => boolean
    looked?: number
    /** How long an answer takes. */
    turn?: () => Promise<unknown>
    of?: (position: number) => EventView
  } = {},
): FakeRecord {
  const record: FakeRecord = { asked: [], last, read: async () => Promise.reject(new Error('not yet')) }
  record.read = async (query, signal) => {
    record.asked.push(query)
    await turn()
    signal?.throwIfAborted()
    const { before = record.last + 1, limit = 100, type, by } = query
    const items: EventView[] = []
    const top = Math.min(before - 1, record.last)
    let position = top + 1
    for (let at = top; at >= 1 && top - at < looked && items.length < limit; at--) {
      position = at
      if (!isThere(at)) continue
      const event = of(at)
      if ((type ?? event.type) !== event.type || (by ?? event.by) !== event.by) continue
      items.push(event)
    }
    return { items, position, more: position > 1, last: record.last }
  }
  return record
}
