// Appends to a stream that has no state of its own, whatever its length: the compare-and-swap says how long it is.
import type { NewEvent, Store, Write } from '@rekey/store'

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
