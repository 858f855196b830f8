// All holders of the world, step by step: some are cut off, some are restarted, the others hear what has arrived, ask when they learn
// that there is more, and answer.
import { minuteMs } from '@rekey/core'
import { count } from '../coverage.ts'
import { type Instance, isCutOff, type Member } from '../fleet/member.ts'
import { judged, judgedRing } from '../invariants/holders.ts'
import { isStormy, type World } from '../world.ts'
import {
  ask,
  connect,
  type Holder,
  isOf,
  leave,
  noted,
  receiverOf,
  restart,
  take,
  tellAnswers,
} from './holder.ts'
import { desks } from './killer.ts'
import type { Kills } from './kills.ts'
import type { Message } from './wire.ts'

/** Whoever imports the SDK; of others only the target hears. */
const isTold = ({ consumer, truth }: Member) =>
  consumer !== null && truth.idle === null && truth.observability === 'sdk'

export function holderNamed(kills: Kills, member: Member, instance: string): Holder | undefined {
  return kills.holders.find(one => one.member === member && isOf(one, instance))
}

/** Would the SDK give it out, here and now? */
export function mayUse(world: World, member: Member, instance: string, version: number): boolean {
  const { kills } = world
  if (kills === null || !isTold(member)) return true
  const holder = holderNamed(kills, member, instance)
  if (holder === undefined) return false
  return holder.cheats || (holder.isReady && !holder.receiver.isDenied(world.credential.id, version))
}

export async function crowd(world: World, kills: Kills): Promise<void> {
  for (const member of world.members.filter(isTold)) {
    for (const instance of member.instances) {
      const isKnown = kills.holders.some(one => one.instance === instance)
      if (!isKnown) kills.holders.push(joined(world, kills, member, instance))
    }
    cutOff(world, member)
  }
  for (const holder of kills.holders) await goOn(world, kills, holder)
}

function joined(world: World, kills: Kills, member: Member, instance: Instance): Holder {
  const { dice } = world
  const base: Omit<Holder, 'receiver'> = {
    name: instance.name,
    member,
    instance,
    pins: dice.happens('holder.pins', 0.5) ? kills.pins : null,
    keepsFile: dice.happens('holder.keeps-file', 0.6),
    cheats: dice.happens('holder.cheats', 0.06),
    file: null,
    isReady: false,
    at: null,
    seat: null,
    inbox: [],
    owed: new Map(),
    applied: new Set(),
    wasAway: false,
  }
  if (base.cheats) count(world.coverage.kills, 'holders that cheat')
  const holder = base as Holder
  holder.receiver = receiverOf(world, holder)
  return holder
}

function cutOff(world: World, member: Member): void {
  const { dice, timeline } = world
  const nowMs = timeline.nowMs()
  if (isCutOff(member, nowMs)) {
    // In the calm every line is mended, but those that somebody has cut on purpose.
    if (!isStormy(world) && member.cutOffUntilMs !== Number.POSITIVE_INFINITY) member.cutOffUntilMs = nowMs
    return
  }
  if (!isStormy(world) || !dice.strikes('holder.cut-off', 0.02)) return
  member.cutOffUntilMs = nowMs + dice.between('holder.cut-off-length', 10, 1_200) * minuteMs
  count(world.coverage.kills, 'holders cut off')
}

async function goOn(world: World, kills: Kills, holder: Holder): Promise<void> {
  const { dice, timeline } = world
  const nowMs = timeline.nowMs()
  const { instance } = holder
  if (instance.awayUntilMs > nowMs) {
    leave(holder)
    holder.wasAway = true
    return
  }
  if (holder.wasAway || (isStormy(world) && dice.strikes('holder.restart', 0.02))) {
    holder.wasAway = false
    await restart(world, holder)
  }
  await reach(world, holder, nowMs)
  await hear(world, kills, holder, nowMs)
  await lookForMore(world, holder)
  if (!isCutOff(holder.member, nowMs)) await tellAnswers(world, holder)
}

/** Some control plane; a line that was cut is found broken when it is mended. */
async function reach(world: World, holder: Holder, nowMs: number): Promise<void> {
  if (isCutOff(holder.member, nowMs)) {
    if (world.dice.happens('holder.notices', 0.5)) leave(holder)
    return
  }
  const hasStream = holder.member.truth.cadence.how !== 'continuous' || holder.seat !== null
  if (hasStream && holder.at !== null && !holder.at.dead) return
  const open = desks(world)
  if (open.length === 0) return
  await connect(world, holder, open[world.dice.between('holder.which-plane', 0, open.length - 1)]!)
}

async function hear(world: World, kills: Kills, holder: Holder, nowMs: number): Promise<void> {
  const due = holder.inbox.filter(one => one.atMs <= nowMs)
  if (due.length === 0) return
  holder.inbox = holder.inbox.filter(one => one.atMs > nowMs)
  // What was on its way when the line was cut does not arrive any more; a forger sits nearer.
  const arrived = isCutOff(holder.member, nowMs) ? due.filter(one => one.from !== 'plane') : due
  for (const message of arrived) await heard(world, kills, holder, message)
}

async function heard(world: World, kills: Kills, holder: Holder, message: Message): Promise<void> {
  const said = JSON.parse(message.frame.slice('data: '.length)) as { order?: string; keys?: string }
  if (said.keys !== undefined) {
    const before = holder.receiver.ring
    judgedRing(world, holder, message, before, await holder.receiver.takeRing(said.keys))
    return
  }
  const taken = await take(holder, String(said.order), true)
  judged(world, kills, holder, message, taken)
  noted(world, holder, taken)
  const { order } = taken
  if (order !== null && order.previous !== null && !holder.receiver.knows(order.previous))
    await ask(world, holder)
}

/** The epoch stands in every answer; whoever is not ready asks before anything else. */
async function lookForMore(world: World, holder: Holder): Promise<void> {
  const { desk } = holder.at ?? {}
  if (desk == null) return
  const isBehind = desk.plane.orders.book.epoch() > holder.receiver.upTo
  const looks = !holder.isReady || (isBehind && (!isStormy(world) || world.dice.happens('holder.looks', 0.4)))
  if (looks) await ask(world, holder)
}
