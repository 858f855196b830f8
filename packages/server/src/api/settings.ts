// The rules of this control plane.
import { may, need } from '../access/caller.ts'
import { type HandlersOf, taken } from '../http/call.ts'
import { rulesAt } from '../runner/two-person.ts'
import { type Plane, stamp } from './plane.ts'
import { replaceSingle, shownSingle } from './single.ts'

const single = { ...rulesAt, usual: { twoPerson: {} } }

export function settingHandlers(plane: Plane): HandlersOf<'settings'> {
  return {
    async get(call) {
      const rules = await shownSingle(plane, call, single)
      if (rules === null) return taken
      const visible = Object.entries(rules.twoPerson).filter(
        ([environment]) => environment === '*' || may(call.caller, 'read', environment),
      )
      return { twoPerson: Object.fromEntries(visible) }
    },

    async put(call) {
      const { caller, body } = call
      // Rules are one record: who may change it for one environment only could change it for the others.
      need(caller, 'administer', null)
      const event = {
        type: 'rulesChanged',
        rules: body,
        ...stamp(plane, caller),
      } as const
      await replaceSingle(plane, call, single, body, event)
      return body
    },
  }
}
