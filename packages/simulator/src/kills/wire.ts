// The network between control planes and holders: what is written to a stream is lost, late, there twice, or out of turn.
import { minuteMs, secondMs } from '@rekey/core'
import { count } from '../coverage.ts'
import { isCutOff } from '../fleet/member.ts'
import { isStormy, type World } from '../world.ts'
import type { Holder } from './holder.ts'

export interface Message {
  atMs: number
  frame: string
  from: 'plane' | 'thief' | 'forger'
  /** What it is, in words. */
  what: string
}

export function sent(world: World, holder: Holder, frame: string): void {
  const { dice, timeline, coverage } = world
  const strikes = (fault: string, chance: number) => isStormy(world) && dice.strikes(`wire.${fault}`, chance)
  const nowMs = timeline.nowMs()
  count(coverage.kills, 'orders and rings on their way')
  if (isCutOff(holder.member, nowMs) || strikes('lost', 0.12)) {
    count(coverage.kills, 'orders and rings lost')
    return
  }
  const message: Message = { atMs: nowMs, frame, from: 'plane', what: 'told' }
  if (strikes('late', 0.12)) {
    message.atMs += dice.between('wire.delay', 1, 20_000) * secondMs
    count(coverage.kills, 'orders and rings late')
  }
  // Before those that are there already.
  if (strikes('out-of-turn', 0.1)) {
    holder.inbox.unshift(message)
    count(coverage.kills, 'orders and rings out of turn')
  } else holder.inbox.push(message)
  if (strikes('twice', 0.12)) {
    holder.inbox.push({ ...message, atMs: message.atMs + dice.between('wire.again', 0, 300) * minuteMs })
    count(coverage.kills, 'orders and rings repeated')
  }
}
