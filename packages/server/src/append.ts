// Streams that have no state of their own: appending to one whatever its length, for the compare-and-swap says how long it is, and reading
// it from its beginning.
import type { NewEvent, Store, StoredEvent, Write } from '@rekey/store'

const tries = 8

/** false: others kept appending at the same moment. */
export async function append(
  store: Store,
  stream: string,
  events: readonly NewEvent[],
  writes: readonly Write[] = [],
): Promise<boolean> {
  let expected = 0
  for (let tried = 0; tried < tries; tried++) {
    const committed = await store.commit({ fence: null, appends: [{ stream, expected, events }], writes })
    if (committed.ok) return true
    if (committed.why !== 'conflict' || committed.stream !== stream) return false
    expected = committed.actual
  }
  return false
}

const pageSize = 500

export async function* eventsOf(store: Store, stream: string): AsyncGenerator<StoredEvent> {
  for (let after = 0; ; ) {
    const events = await store.stream(stream, after, pageSize)
    yield* events
    if (events.length < pageSize) return
    after = events.at(-1)!.seq
  }
}
