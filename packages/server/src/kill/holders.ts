// Who may hold a killed version: those that have a stream open here, and those that reported that they hold it and have not said that
// they are gone. Silence is no end: who was not heard of for a while is listed too, and stays unconfirmed.
import { dayMs, type Entry, type Holder, type Killed } from '@rekey/core'
import type { Store } from '@rekey/store'
import type { Streams } from '../feed/streams.ts'

/** An instance that was not seen for longer has been gone for long. */
const rememberedMs = 2 * dayMs

type Named = Pick<Killed, 'credential' | 'version'>

/** Who is connected now: taken in one turn with writing to them, for whoever comes later is told when they come. */
export function connectedTo(
  streams: Pick<Streams, 'seatsOf'>,
  { credential, version }: Named,
  nowMs: number,
): Holder[] {
  const holders: Holder[] = []
  for (const { agent, bindings, instance } of streams.seatsOf(credential)) {
    if (instance === null) continue
    for (const { credential: bound, consumer } of bindings) {
      if (bound !== credential) continue
      holders.push({ credential, version, consumer, instance, agent, connected: true, lastSeenMs: nowMs })
    }
  }
  return holders
}

/** Who said that they hold it, connected anywhere or not. */
export async function reportedOf(store: Store, killed: readonly Named[], nowMs: number): Promise<Holder[]> {
  const holders: Holder[] = []
  for (const one of killed) {
    const { entries } = await store.ledger(one.credential)
    holders.push(...reportedIn(entries, one, nowMs))
  }
  return holders
}

/** The same, where its ledger has been read. */
export function reportedIn(
  entries: readonly Entry[],
  { credential, version }: Named,
  nowMs: number,
): Holder[] {
  const holders: Holder[] = []
  for (const { consumer, instances } of entries) {
    for (const { instance, version: held, lastSeenMs, stoppedMs } of instances) {
      if (held !== version || stoppedMs !== null || nowMs - lastSeenMs > rememberedMs) continue
      holders.push({ credential, version, consumer, instance, agent: null, connected: false, lastSeenMs })
    }
  }
  return holders
}
