// One process that holds a value and is told of kills: the SDK's own receiver, with what the simulator puts around it: a stream
// that breaks, a file that may be there, answers that get lost. It is given nothing but texts.
import { type KeptOrders, keptIn, type Order, OrderReceiver, type Taken, textOf } from '@rekey/sdk/orders'
import { answer, orderNews, unknownTo } from '@rekey/server'
import { count } from '../coverage.ts'
import { type Instance, isCutOff, type Member } from '../fleet/member.ts'
import type { Plane } from '../plane/plane.ts'
import { isStormy, type World } from '../world.ts'
import type { Seat } from './desk.ts'
import { type Message, sent } from './wire.ts'

export interface Holder {
  name: string
  member: Member
  instance: Instance
  /** Told beforehand; null: it believes the first ring that it is given. */
  pins: readonly string[] | null
  keepsFile: boolean
  /** Says that it applied the order, and goes on as if nothing had been. */
  cheats: boolean
  receiver: OrderReceiver
  /** What it has kept; null: nothing was. */
  file: string | null
  /** It knows which versions are dead, as of when it last knew anything. */
  isReady: boolean
  at: Plane | null
  seat: Seat | null
  inbox: Message[]
  /** Answers that nobody has taken yet. */
  owed: Map<string, { epoch: number; said: 'applied' | 'refused'; held: boolean; why: string | null }>
  /** What it applied since the beginning of the world, and is in the record. */
  applied: Set<number>
  /** Its last instance was scaled away. */
  wasAway: boolean
}

export const whoIs = ({ member, name }: Holder, credential: string) => ({
  id: `agent-${name}`,
  bindings: [{ credential, consumer: member.truth.id }],
})

export function receiverOf(world: World, holder: Omit<Holder, 'receiver'>): OrderReceiver {
  return new OrderReceiver({
    pins: holder.pins,
    keep: kept => keep(world, holder as Holder, kept),
    apply: order => stop(holder as Holder, order),
    askForKeys: async () => void (await ask(world, holder as Holder)),
  })
}

async function keep(world: World, holder: Holder, kept: KeptOrders): Promise<void> {
  if (!holder.keepsFile) return
  if (isStormy(world) && world.dice.strikes('holder.disk-full', 0.02)) throw new Error('no space left')
  holder.file = await textOf({ ...kept, epoch: knownTo(holder) })
}

/** Ends what runs with it. */
function stop(holder: Holder, { version }: Order): boolean {
  const { instance, member } = holder
  const wasHeld = instance.held?.version === version || instance.session?.version === version
  if (holder.cheats) return wasHeld
  if (instance.held?.version === version) instance.held = null
  if (instance.session?.version === version) instance.session = null
  member.retries = member.retries.filter(one => one.held.version !== version || !isOf(holder, one.instance))
  return wasHeld
}

/** A run of it has the name of its place, and when it was started. */
export const isOf = ({ name }: Holder, instance: string) =>
  instance === name || instance.startsWith(`${name}-`)

/** Those whose answer has not arrived are to come again. */
export function knownTo({ receiver, owed }: Holder): number {
  const epochs = [...owed.values()].map(one => one.epoch)
  return epochs.length === 0
    ? receiver.upTo
    : Math.max(0, Math.min(receiver.upTo, ...epochs.map(one => one - 1)))
}

/** Takes an order, and owes an answer. */
export async function take(holder: Holder, text: string, mayAsk: boolean): Promise<Taken> {
  const taken = await holder.receiver.take(text, mayAsk)
  const { epoch, order, why } = taken
  const owe = (of: number, said: 'applied' | 'refused') =>
    holder.owed.set(`${of} ${said}`, { epoch: of, said, held: taken.held, why: why ?? null })
  if (order === null || why !== undefined) {
    if (epoch !== null) owe(epoch, 'refused')
  } else if (!order.isProvisional) owe(order.epoch, 'applied')
  return taken
}

/** As the SDK's keeper has it. */
const comesAgain = new Set<string>(['unknown-key', 'revoked-key', 'not-kept'])

/** All that it does not know yet. false: nobody answered. */
export async function ask(world: World, holder: Holder): Promise<boolean> {
  const { at, receiver } = holder
  const desk = at === null || at.dead || isCutOff(holder.member, world.timeline.nowMs()) ? null : at.desk
  if (at === null || desk === null) return false
  const query = { epoch: knownTo(holder), serial: receiver.ring?.serial ?? 0, instance: holder.name }
  const who = whoIs(holder, world.credential.id)
  const body = await at.serve(() => unknownTo(desk.plane, who, query))
  if (body === null) return false
  for (const text of body.keys) await receiver.takeRing(text)
  const taken: Taken[] = []
  for (const text of body.orders) {
    const one = await take(holder, text, false)
    taken.push(one)
    noted(world, holder, one)
  }
  if (!taken.some(one => one.why !== undefined && comesAgain.has(one.why))) receiver.reached(body.upTo)
  holder.isReady = true
  await keep(world, holder, { ...receiver.kept, epoch: knownTo(holder) }).catch(() => undefined)
  return true
}

/** What it has applied for good, as the world remembers it. */
export function noted(world: World, holder: Holder, { order, said }: Taken): void {
  if (order === null || said !== 'applied' || holder.cheats) return
  if (world.kills?.killed.has(order.version)) holder.applied.add(order.version)
}

export function leave(holder: Holder): void {
  if (holder.seat !== null) holder.at?.desk?.seats.delete(holder.seat)
  holder.seat = null
}

/** A stream to some control plane: it begins with what it does not know yet. */
export async function connect(world: World, holder: Holder, at: Plane): Promise<void> {
  leave(holder)
  holder.at = at
  const { desk } = at
  if (desk === null || holder.member.truth.cadence.how !== 'continuous') return
  const who = whoIs(holder, world.credential.id)
  const seat: Seat = {
    agent: who.id,
    instance: holder.name,
    bindings: who.bindings,
    hear: () => undefined,
    tell: frame => sent(world, holder, String(frame)),
    beat: () => undefined,
    end: () => undefined,
  }
  const query = { epoch: knownTo(holder), serial: holder.receiver.ring?.serial ?? 0, instance: holder.name }
  const frames = await at.serve(async () => {
    await desk.plane.orders.caughtUp()
    desk.seats.add(seat)
    return orderNews(desk.plane, who, query)
  })
  holder.seat = seat
  const atMs = world.timeline.nowMs()
  for (const frame of frames ?? []) holder.inbox.push({ atMs, frame, from: 'plane', what: 'news' })
}

/** A process that ends, and another in its place: with what was kept, or with nothing. */
export async function restart(world: World, holder: Holder): Promise<void> {
  leave(holder)
  holder.inbox = []
  holder.owed.clear()
  holder.instance.held = null
  holder.instance.session = null
  holder.isReady = false
  holder.receiver = receiverOf(world, holder)
  const isKept = holder.file !== null
  count(
    world.coverage.kills,
    isKept ? 'holders restarted with their file' : 'holders restarted without a file',
  )
  if (holder.file === null) return
  await holder.receiver.restore(await keptIn(holder.file, 'orders'))
  holder.isReady = holder.receiver.ring !== null
}

/** What is owed is told; what is lost on the way is told again. */
export async function tellAnswers(world: World, holder: Holder): Promise<void> {
  const { at } = holder
  const desk = at === null || at.dead ? null : at.desk
  if (at === null || desk === null || holder.owed.size === 0) return
  const who = whoIs(holder, world.credential.id)
  for (const [key, { epoch, said, held, why }] of [...holder.owed]) {
    if (isStormy(world) && world.dice.strikes('holder.answer-lost', 0.1)) continue
    const query = { instance: holder.name, said, held, ...(why !== null && { why }) }
    const taken = await at.serve(async () => answer(desk.plane, who, epoch, query))
    if (taken === null) return
    holder.owed.delete(key)
    count(world.coverage.kills, `answers: ${said}`)
  }
}
