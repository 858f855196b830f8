// The rules of this control plane.
import { may, need } from '../access/caller.ts'
import type { HandlersOf } from '../http/call.ts'
import { rulesAt } from '../runner/two-person.ts'
import { type Plane, stamp } from './plane.ts'

export function settingHandlers(plane: Plane): HandlersOf<'settings'> {
  const { keep } = plane
  return {
    async get({ caller }) {
      const { twoPerson } = (await keep.get(rulesAt.kind, rulesAt.id)) ?? { twoPerson: {} }
      const visible = Object.entries(twoPerson).filter(
        ([environment]) => environment === '*' || may(caller, 'read', environment),
      )
      return { twoPerson: Object.fromEntries(visible) }
    },

    async put({ caller, body }) {
      // Rules are one record: who may change it for one environment only could change it for the others.
      need(caller, 'administer', null)
      const event = {
        type: 'rulesChanged',
        rules: body,
        ...stamp(plane, caller),
      } as const
      await keep.put(rulesAt.kind, rulesAt.id, body, { event })
      return body
    },
  }
}
