// Kill orders as agents ask for them, and what they answer.
import type { OrderAnswer } from '@rekey/core'
import type { AnswerOf, QueryOf, routes } from '@rekey/wire'
import { type Agent, agent } from '../access/caller.ts'
import type { HandlersOf } from '../http/call.ts'
import { notFound } from '../http/problem.ts'
import type { KnownOrder } from '../kill/book.ts'
import { confirmableMs } from '../kill/orders.ts'
import type { Plane } from './plane.ts'

const mostNoted = 1_000

type Orders = Pick<HandlersOf<'agent'>, 'orders' | 'orderAnswer'>
type Known = QueryOf<typeof routes.agent.orders>
/** What it takes of a control plane. */
type Ordering = Pick<Plane, 'ground' | 'metrics' | 'orders'>
type Who = Pick<Agent, 'id' | 'bindings'>

export function orderHandlers(plane: Plane): Orders {
  const { ground, keep, orders } = plane
  const noted = new Set<string>()
  /** Somebody else gives orders, with a key that is believed: it may be stolen. */
  const strange = (id: string, instance: string, epoch: number) => {
    const key = `${id} ${epoch}`
    if (noted.has(key) || noted.size > mostNoted) return
    noted.add(key)
    const said = { agent: id, instance, epoch, atMs: ground.nowMs(), by: { kind: 'agent', id } as const }
    keep
      .note(`strange-order/${id}`, { type: 'strangeOrderApplied', ...said })
      .catch(error => ground.journal.trouble?.('kill', error))
    ground.journal.trouble?.(
      'kill',
      new Error(`${id} has applied an order ${epoch} that was never given here`),
    )
  }
  return {
    orders: async ({ caller, query }) => unknownTo(plane, agent(caller), query),

    async orderAnswer({ caller, params, query }) {
      const { id, bindings } = agent(caller)
      const { epoch } = params
      // Another control plane may have given it a moment ago.
      if (orders.book.at(epoch) === undefined) await orders.book.catchUp()
      if (!isOurs(orders.book.at(epoch), query.jti) && query.said === 'applied')
        strange(id, query.instance, epoch)
      if (!answer(plane, { id, bindings }, epoch, query)) throw notFound(`order ${epoch}`)
      return null
    },
  }
}

/** What this agent does not know yet, and up to where it knows everything then. */
export async function unknownTo(
  plane: Ordering,
  who: Who,
  query: Known,
): Promise<AnswerOf<typeof routes.agent.orders>> {
  const { ground, orders } = plane
  confirmed(plane, who, query)
  await orders.keys.ring()
  // Whoever has kept nothing believes that this is all: of a control plane that is behind it would hear too little.
  await orders.caughtUp()
  const upTo = orders.book.epoch()
  const some = orders.book.since(credentialsOf(who.bindings), query.epoch ?? 0)
  return {
    keys: [...orders.keys.texts().slice(query.serial ?? 0)],
    orders: some.map(orders.textOf),
    upTo,
    nowMs: ground.nowMs(),
  }
}

const credentialsOf = (bindings: Who['bindings']) => bindings.map(one => one.credential)

/** What a stream begins with; and what its receiver knows already, it has applied. */
export function orderNews(plane: Ordering, who: Who, query: Known): string[] {
  confirmed(plane, who, query)
  return plane.orders.news(credentialsOf(who.bindings), query.epoch ?? 0, query.serial ?? 0)
}

/** A receiver moves its epoch on once it has applied everything up to there: an answer that was lost is made good by that. */
function confirmed(plane: Ordering, who: Who, { epoch = 0, instance }: Known): void {
  if (instance === undefined || epoch === 0) return
  for (const one of plane.orders.book.since(credentialsOf(who.bindings), 0)) {
    if (one.epoch > epoch) return
    if (one.atMs < plane.ground.nowMs() - confirmableMs) continue
    answer(plane, who, one.epoch, { instance, said: 'applied' })
  }
}

type Said = QueryOf<typeof routes.agent.orderAnswer>

/** Somebody with a stolen key may give orders under our epochs: then the name is another. */
export const isOurs = (order: KnownOrder | undefined, jti: string | undefined): boolean =>
  order !== undefined && (jti === undefined || jti === order.jti)

/** false: there is no such order, or it is none of this agent's. */
export function answer(
  { ground, metrics, orders }: Ordering,
  { id, bindings }: Who,
  epoch: number,
  { instance, said, held = false, why, jti }: Said,
): boolean {
  const order = orders.book.at(epoch)
  const consumers = bindings.filter(one => one.credential === order?.credential).map(one => one.consumer)
  if (order === undefined || !isOurs(order, jti) || consumers.length === 0) return false
  const { credential, version } = order
  const one: OrderAnswer = {
    credential,
    version,
    epoch,
    agent: id,
    instance,
    consumers,
    said,
    why: why ?? null,
    held,
    atMs: ground.nowMs(),
  }
  if (orders.answered(one)) metrics.count('rekey_kill_answers_total')
  return true
}
