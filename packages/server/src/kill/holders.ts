// Who may hold a killed version: those that have a stream open here, and those that reported that they hold it and have not said that
// they are gone. Silence is no end: who was not heard of for a while is listed too, and stays unconfirmed.
import { type Actor, dayMs, type Holder, type KillEvent, type Killed } from '@rekey/core'
import type { Plane } from '../api/plane.ts'

/** An instance that was not seen for longer has been gone for long. */
const rememberedMs = 2 * dayMs

export async function holdersOf(
  plane: Pick<Plane, 'ground' | 'streams'>,
  killed: readonly Killed[],
  by: Actor,
): Promise<KillEvent[]> {
  const { ground } = plane
  const nowMs = ground.nowMs()
  // Who is connected now, before anything is waited for: whoever comes later is told when they come.
  const connected = killed.map(one => connectedTo(plane, one, nowMs))
  const holders: Holder[] = []
  for (const [at, { credential, version }] of killed.entries()) {
    const known = connected[at]!
    const { entries } = await ground.store.ledger(credential)
    for (const { consumer, instances } of entries) {
      for (const { instance, version: held, lastSeenMs, stoppedMs } of instances) {
        if (held !== version || stoppedMs !== null || nowMs - lastSeenMs > rememberedMs) continue
        const there = known.get(`${consumer} ${instance}`)
        const reported = { credential, version, consumer, instance, agent: null, connected: false }
        known.set(`${consumer} ${instance}`, { ...(there ?? reported), lastSeenMs })
      }
    }
    for (const one of known.values()) holders.push(one)
  }
  const events: KillEvent[] = []
  for (let at = 0; at < holders.length; at += mostInEvent) {
    events.push({ type: 'holdersTold', holders: holders.slice(at, at + mostInEvent), atMs: nowMs, by })
  }
  return events
}

function connectedTo(
  { streams }: Pick<Plane, 'streams'>,
  { credential, version }: Killed,
  nowMs: number,
): Map<string, Holder> {
  const known = new Map<string, Holder>()
  for (const { agent, bindings, instance } of streams.seatsOf(credential)) {
    if (instance === null) continue
    for (const { credential: bound, consumer } of bindings) {
      if (bound !== credential) continue
      const one = { credential, version, consumer, instance, agent, connected: true, lastSeenMs: nowMs }
      known.set(`${consumer} ${instance}`, one)
    }
  }
  return known
}

const mostInEvent = 1_000
