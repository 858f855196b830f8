// A kill as its events tell it. Nothing else is kept of it: what is reported is folded when it is asked for.
import type { Holder, KillCause, KillEvent, Killed, KillScope, OrderAnswer } from '@rekey/core'
import type { Store, StoredEvent } from '@rekey/store'
import { eventsOf } from '../append.ts'
import { killStream } from './kill.ts'

export interface KillState {
  id: string
  scope: KillScope
  reason: string
  cause: KillCause
  by: string
  askedMs: number
  orderedMs: number
  /** Of its last order in the record of all. */
  position: number
  killed: (Killed & { orderedMs: number })[]
  /** Empty until it is written down who may hold it: then it is not known, and not nobody. */
  holders: Holder[]
  answers: OrderAnswer[]
  dismissed: { credential: string; consumer: string; instance: string; by: string; reason: string }[]
}

/** null: there is no such kill. */
export async function killStateOf(store: Store, id: string): Promise<KillState | null> {
  let state: KillState | null = null
  const holders = new Map<string, Holder>()
  const answers = new Map<string, OrderAnswer>()
  for await (const stored of eventsOf(store, killStream(id))) {
    const event = readEvent(stored)
    if (event.type === 'killOrdered') {
      const { scope, reason, cause, askedMs, killed } = event
      state ??= {
        id,
        scope,
        reason,
        cause,
        by: stored.by,
        askedMs,
        orderedMs: stored.atMs,
        position: stored.position,
        killed: [],
        holders: [],
        answers: [],
        dismissed: [],
      }
      state.position = stored.position
      for (const one of killed) state.killed.push({ ...one, orderedMs: stored.atMs })
    } else if (event.type === 'holdersTold') {
      for (const one of event.holders) holders.set(holderKey(one), joined(holders.get(holderKey(one)), one))
    } else if (event.type === 'holdersAnswered') {
      for (const one of event.answers) {
        const key = `${one.epoch} ${one.instance}`
        // Once it is applied it stays so, whatever comes late.
        if (answers.get(key)?.said !== 'applied') answers.set(key, one)
      }
    } else if (event.type === 'holderDismissed') {
      const { credential, consumer, instance, reason } = event
      state?.dismissed.push({ credential, consumer, instance, reason, by: stored.by })
    }
  }
  if (state === null) return null
  return { ...state, holders: [...holders.values()], answers: [...answers.values()] }
}

/** Connected somewhere, or reported: said by whoever knows the one or the other. */
const joined = (one: Holder | undefined, other: Holder): Holder => ({
  ...other,
  agent: one?.agent ?? other.agent,
  connected: other.connected || one?.connected === true,
})

const holderKey = ({ credential, version, consumer, instance }: Holder) =>
  JSON.stringify([credential, version, consumer, instance])

const readEvent = ({ type, data }: StoredEvent) => ({ ...JSON.parse(data), type }) as KillEvent
