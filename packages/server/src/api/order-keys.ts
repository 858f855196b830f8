// The keys that orders are checked with: published, and replaced when the one that signs is compromised itself.
import { actorOf, need } from '../access/caller.ts'
import type { HandlersOf } from '../http/call.ts'
import { publicSet } from '../signing/standing-keys.ts'
import type { Plane } from './plane.ts'

export function orderKeyHandlers(plane: Plane): HandlersOf<'orderKeys'> {
  const { orders, shared, status } = plane
  return {
    async list() {
      const keys = publicSet(await orders.keys.ring(), 'Ed25519')
      return { keys: [...keys, ...(await status.keys.published()), ...(await shared.keys.published())] }
    },

    async rings() {
      const { serial } = await orders.keys.ring()
      return { keys: [...orders.keys.texts()], serial }
    },

    async replace({ caller, body }) {
      // Every environment's orders are signed with it.
      need(caller, 'administer', null)
      const { of = 'orders', reason } = body
      const keys = { orders: orders.keys, status: status.keys, 'shared-signals': shared.keys }[of]
      const { active, serial, standBy } = await keys.replace(reason, actorOf(caller))
      return { serial, active: active.kid, standBy: standBy.kid }
    },
  }
}
