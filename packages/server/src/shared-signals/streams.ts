// The streams of a receiver as it sets them up (Shared Signals Framework 1.0, 8.1): each with a way of delivery, the events it wants, and a
// status. A stream begins with what happens from then on.
import { isDeepStrictEqual } from 'node:util'
import { type BodyOf, pollMethod, pushMethod, type routes, type signalStream } from '@rekey/wire'
import type { Static } from 'typebox'
import { actorOf, type Receiver } from '../access/caller.ts'
import type { Plane } from '../api/plane.ts'
import { notFound, ProblemError } from '../http/problem.ts'
import { checkAddress } from '../webhooks/address.ts'
import { audienceOf, eventsOfStream, newCursor, type Stream } from './owed.ts'
import { eventsSupported } from './sets.ts'

export type StreamView = Static<typeof signalStream>
type Asked = BodyOf<typeof routes.sharedSignals.createStream>

export const streamName = (id: string) => `signal-stream/${id}`
export const pollPath = (issuer: string, id: string) => `${issuer}/api/v1/ssf/poll/${id}`

const mostStreams = 8

export async function viewOf(plane: Plane, id: string, stream: Stream): Promise<StreamView> {
  const { issuer } = await plane.orders.keys.ring()
  const receiver = await plane.keep.get('receiver', stream.receiver)
  if (receiver === null) throw notFound(`stream ${id}`)
  const { delivery, eventsRequested, description } = stream
  return {
    stream_id: id,
    iss: issuer,
    aud: audienceOf(issuer, stream.receiver, receiver),
    events_supported: [...eventsSupported],
    ...(eventsRequested !== null && { events_requested: eventsRequested }),
    events_delivered: eventsOfStream(stream),
    delivery:
      delivery.method === 'push'
        ? { method: pushMethod, endpoint_url: delivery.url }
        : { method: pollMethod, endpoint_url: pollPath(issuer, id) },
    ...(description !== null && { description }),
  }
}

/** Of somebody else it is as if it were not there. */
export async function ownStream({ keep }: Plane, receiver: Receiver, id: string): Promise<Stream> {
  const stream = await keep.get('signal-stream', id)
  if (stream === null || stream.receiver !== receiver.id) throw notFound(`stream ${id}`)
  return stream
}

export async function streamsOf(
  { keep }: Plane,
  receiver: string,
): Promise<{ id: string; record: Stream }[]> {
  return (await keep.all('signal-stream')).filter(one => one.record.receiver === receiver)
}

export async function createStream(plane: Plane, receiver: Receiver, asked: Asked): Promise<StreamView> {
  const { ground, keep, orders } = plane
  if ((await streamsOf(plane, receiver.id)).length >= mostStreams) {
    throw new ProblemError('already-exists', {
      detail: `A receiver has no more than ${mostStreams} streams.`,
      how: 'Delete one, or change it.',
    })
  }
  const id = Buffer.from(ground.random(18)).toString('base64url')
  const stream: Stream = {
    receiver: receiver.id,
    delivery: await deliveryOf(plane, id, asked.delivery, null),
    eventsRequested: asked.events_requested ?? null,
    description: asked.description ?? null,
    status: 'enabled',
    reason: null,
    madeMs: ground.nowMs(),
  }
  await orders.book.catchUp()
  await keep.put('signal-cursor', id, newCursor(orders.book.epoch()))
  await put(plane, receiver, id, stream)
  return viewOf(plane, id, stream)
}

/** `whole`: what is not named is taken away; otherwise it stays. */
export async function changeStream(
  plane: Plane,
  receiver: Receiver,
  asked: Asked & { stream_id: string },
  whole: boolean,
): Promise<StreamView> {
  const { stream_id: id } = asked
  const before = await ownStream(plane, receiver, id)
  const known = await viewOf(plane, id, before)
  // Events_delivered is left out: it follows from what is requested, and whoever changes that sends back what it was.
  for (const name of ['iss', 'aud', 'events_supported'] as const) {
    if (asked[name] !== undefined && !isDeepStrictEqual(asked[name], known[name]))
      throw bad(`${name} is not yours to change`)
  }
  const stays = <T>(given: T | undefined, was: T | null) => given ?? (whole ? null : was)
  const delivery =
    asked.delivery === undefined && !whole
      ? before.delivery
      : await deliveryOf(plane, id, asked.delivery, before)
  const stream: Stream = {
    ...before,
    delivery,
    eventsRequested: stays(asked.events_requested, before.eventsRequested),
    description: stays(asked.description, before.description),
  }
  await put(plane, receiver, id, stream)
  return viewOf(plane, id, stream)
}

export async function setStatus(
  plane: Plane,
  receiver: Receiver,
  id: string,
  status: Stream['status'],
  reason: string | null,
): Promise<Stream> {
  const { keep, orders } = plane
  const before = await ownStream(plane, receiver, id)
  // What happened while it was disabled is not for it.
  if (before.status === 'disabled' && status !== 'disabled')
    await keep.put('signal-cursor', id, newCursor(orders.book.epoch()))
  const stream = { ...before, status, reason }
  await put(plane, receiver, id, stream)
  return stream
}

export async function removeStream(
  plane: Plane,
  id: string,
  { receiver }: Stream,
  by: Receiver | null,
): Promise<void> {
  const { ground, keep } = plane
  const actor = by === null ? ({ kind: 'system', id: 'shared-signals' } as const) : actorOf(by)
  const event = {
    type: 'signalStreamRemoved',
    stream: id,
    receiver,
    atMs: ground.nowMs(),
    by: actor,
  } as const
  await keep.remove('signal-stream', id, event)
  await keep.remove('signal-cursor', id)
  for (const kind of ['signal-subject', 'signal-verification'] as const) {
    for (;;) {
      const some = await keep.page(kind, { after: `${id}/`, limit: 200 })
      const own = some.filter(one => one.id.startsWith(`${id}/`))
      for (const one of own) await keep.remove(kind, one.id)
      if (own.length < 200) break
    }
  }
}

async function put(plane: Plane, receiver: Receiver, id: string, stream: Stream): Promise<void> {
  const { delivery, status } = stream
  await plane.keep.put('signal-stream', id, stream, {
    event: {
      type: 'signalStreamSet',
      stream: id,
      receiver: receiver.id,
      method: delivery.method,
      status,
      atMs: plane.ground.nowMs(),
      by: actorOf(receiver),
    },
  })
  plane.shared.tell(id)
}

/** Where nothing is said it is polled. A header that is not sent again stays, as long as it goes to the same address. */
async function deliveryOf(
  plane: Plane,
  id: string,
  asked: Asked['delivery'],
  before: Stream | null,
): Promise<Stream['delivery']> {
  if (asked === undefined || asked.method === pollMethod) return { method: 'poll' }
  if (asked.method !== pushMethod) throw bad('there is no such method of delivery')
  const { endpoint_url: url, authorization_header: header } = asked
  if (url === undefined) throw bad('whoever wants to be pushed to says where: endpoint_url')
  const checked = checkAddress(url, plane)
  if (!checked.ok) throw bad(`of endpoint_url, ${checked.text}`, checked.how)
  if (header !== undefined) {
    if (!/^[\x20-\x7e]{1,4096}$/.test(header)) throw bad('authorization_header has to be printable')
    return { method: 'push', url, authorization: await plane.shared.sealed(id, header) }
  }
  const known = before?.delivery
  const isSame = known?.method === 'push' && known.url === url
  return { method: 'push', url, authorization: isSame ? known.authorization : null }
}

export const bad = (detail: string, how = 'docs/shared-signals.md says what can be asked for.') =>
  new ProblemError('invalid-request', { detail: `${detail}.`, how })
