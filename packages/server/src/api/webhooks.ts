// Webhooks: where events are sent to, and how far each of them is. The sending itself is in webhooks/push.ts.
import type { AnswerOf, routes } from '@rekey/wire'
import { actorOf, type Caller, mayInAny, needInAll } from '../access/caller.ts'
import type { Kept } from '../access/kept.ts'
import type { HandlersOf } from '../http/call.ts'
import { notFound, ProblemError } from '../http/problem.ts'
import { checkAddress } from '../webhooks/address.ts'
import type { Delivery } from '../webhooks/batch.ts'
import { webhookName } from '../webhooks/push.ts'
import { newSigning } from '../webhooks/secrets.ts'
import { type Plane, stamp } from './plane.ts'

type WebhookView = AnswerOf<typeof routes.webhooks.list>['items'][number]

export function webhookHandlers(plane: Plane): HandlersOf<'webhooks'> {
  const { ground, keep } = plane
  return {
    async list({ caller }) {
      const deliveries = new Map((await keep.all('delivery')).map(({ id, record }) => [id, record]))
      const seen = (await keep.all('webhook')).filter(({ record }) => isSeen(caller, record))
      return { items: seen.map(({ id, record }) => viewOf(id, record, deliveries.get(id))) }
    },

    async put({ caller, params: { id }, body }) {
      const before = await keep.get('webhook', id)
      const { url, environments = ['*'], types = [] } = body
      // Whoever sends events out shows them: in each environment that is touched, before and after.
      needInAll(caller, 'administer', [...(before?.environments ?? []), ...environments])
      const checked = checkAddress(url, plane)
      if (!checked.ok) throw new ProblemError('not-acceptable', { detail: checked.text, how: checked.how })
      const nowMs = ground.nowMs()
      const record = { url, environments, types, off: null, madeMs: before?.madeMs ?? nowMs }
      const name = webhookName(id)
      const signing =
        before === null || body.anew === true ? await newSigning(plane, name, before !== null) : null
      const known: Delivery | null = before === null ? null : await keep.get('delivery', id)
      const isStuck = known !== null && (before?.off !== null || known.failing !== null)
      const delivery: Delivery =
        known === null
          ? { position: await ground.store.lastPosition(), failing: null }
          : { ...known, failing: null }
      await keep.put('webhook', id, record, {
        event: { type: 'webhookSet', webhook: id, host: checked.url.host, atMs: nowMs, by: actorOf(caller) },
        writes: [
          ...(signing === null ? [] : [signing.write]),
          // What it missed is tried at once; otherwise its cursor is nobody's but the sender's.
          ...(known === null || isStuck ? [written(id, delivery)] : []),
        ],
      })
      return { ...viewOf(id, record, delivery), secret: signing?.secret.reveal() ?? null }
    },

    async remove({ caller, params: { id } }) {
      const record = await keep.get('webhook', id)
      if (record === null || !isSeen(caller, record)) throw notFound(`webhook ${id}`)
      needInAll(caller, 'administer', record.environments)
      await keep.remove('webhook', id, { type: 'webhookRemoved', webhook: id, ...stamp(plane, caller) })
      await keep.remove('signing', webhookName(id))
      await keep.remove('delivery', id)
      return { ok: true }
    },
  }
}

/** An address may hold what opens a door there: it is shown to those whom its events concern. */
const isSeen = (caller: Caller, { environments }: Kept['webhook']) => mayInAny(caller, 'read', environments)

const written = (id: string, record: Delivery) =>
  ({ put: 'record', row: { kind: 'delivery', id, record, expiresMs: null } }) as const

function viewOf(
  id: string,
  { url, environments, types, off, madeMs }: Kept['webhook'],
  delivery: Kept['delivery'] = { position: 0, failing: null },
): WebhookView {
  const { position, failing } = delivery
  return { id, url, environments, types, position, failing, off, madeMs }
}
