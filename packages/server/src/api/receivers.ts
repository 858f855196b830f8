// Receivers of shared signals: who they are, in which environments, and how far each of their streams is.
import { type AnswerOf, type routes, signalScopes } from '@rekey/wire'
import { actorOf, type Caller, mayInAny, needInAll } from '../access/caller.ts'
import type { Kept } from '../access/kept.ts'
import { keepToken } from '../access/people.ts'
import type { MintedToken } from '../access/token-format.ts'
import type { HandlersOf } from '../http/call.ts'
import { notFound } from '../http/problem.ts'
import { audienceOf, cursorOf } from '../shared-signals/owed.ts'
import { removeStream, streamsOf } from '../shared-signals/streams.ts'
import { type Plane, stamp } from './plane.ts'

type Receiver = Kept['receiver']
type View = AnswerOf<typeof routes.receivers.get>

export function receiverHandlers(plane: Plane): HandlersOf<'receivers'> {
  const { ground, keep } = plane
  return {
    async list({ caller }) {
      const seen = (await keep.all('receiver')).filter(({ record }) => isSeen(caller, record))
      return { items: await Promise.all(seen.map(({ id, record }) => viewOf(plane, id, record))) }
    },

    async get({ caller, params: { id } }) {
      const record = await keep.get('receiver', id)
      if (record === null || !isSeen(caller, record)) throw notFound(`receiver ${id}`)
      return viewOf(plane, id, record)
    },

    async put({ caller, params: { id }, body }) {
      const before = await keep.get('receiver', id)
      const { name, environments, audience = null, defaultSubjects = 'ALL', anew = false } = body
      // Whoever sends signals out shows what there is: in each environment that is touched, before and after.
      needInAll(caller, 'administer', [...(before?.environments ?? []), ...environments])
      // Made now, where there is none: it takes a moment, which the first kill must not wait for.
      await plane.shared.keys.pair()
      const minted = before === null || anew ? await mintedFor(plane, id) : null
      const record: Receiver = {
        name,
        environments: [...environments],
        audience,
        defaultSubjects,
        hash: minted?.hash ?? before!.hash,
        madeMs: before?.madeMs ?? ground.nowMs(),
      }
      const event = { type: 'receiverSet', receiver: id, environments: record.environments } as const
      await keep.put('receiver', id, record, {
        event: { ...event, atMs: ground.nowMs(), by: actorOf(caller) },
      })
      if (minted !== null) await removeTokens(plane, id, minted.id)
      return { ...(await viewOf(plane, id, record)), secret: minted?.text.reveal() ?? null }
    },

    async remove({ caller, params: { id } }) {
      const record = await keep.get('receiver', id)
      if (record === null || !isSeen(caller, record)) throw notFound(`receiver ${id}`)
      needInAll(caller, 'administer', record.environments)
      await keep.remove('receiver', id, { type: 'receiverRemoved', receiver: id, ...stamp(plane, caller) })
      await removeTokens(plane, id, null)
      for (const one of await streamsOf(plane, id)) await removeStream(plane, one.id, one.record, null)
      return { ok: true }
    },
  }
}

const isSeen = (caller: Caller, { environments }: Receiver) => mayInAny(caller, 'read', environments)

function mintedFor({ ground, keep }: Plane, receiver: string): Promise<MintedToken> {
  const made = (hash: string) => ({ receiver, hash, scopes: [...signalScopes] })
  return keepToken(keep, 'receiver-token', 'receiver', ground.random, made, null)
}

async function removeTokens({ keep }: Plane, receiver: string, but: string | null): Promise<void> {
  for (const { id, record } of await keep.all('receiver-token')) {
    if (record.receiver === receiver && id !== but) await keep.remove('receiver-token', id)
  }
}

async function viewOf(plane: Plane, id: string, record: Receiver): Promise<View> {
  const { name, environments, defaultSubjects, madeMs } = record
  const { issuer } = await plane.orders.keys.ring()
  const streams: View['streams'] = []
  for (const { id: stream, record } of await streamsOf(plane, id)) {
    const { epoch, failing, refused } = await cursorOf(plane, stream)
    const { delivery, status } = record
    streams.push({ stream, method: delivery.method, status, epoch, failing, refused })
  }
  return {
    id,
    name,
    environments,
    audience: audienceOf(issuer, id, record),
    defaultSubjects,
    madeMs,
    streams,
  }
}
