// Break-glass codes: made beforehand by whoever may do everything, and good for one thing.
import { need } from '../access/caller.ts'
import type { Kept } from '../access/kept.ts'
import { keepToken } from '../access/people.ts'
import type { HandlersOf } from '../http/call.ts'
import { notFound } from '../http/problem.ts'
import { type Plane, stamp } from './plane.ts'

export function glassHandlers(plane: Plane): HandlersOf<'glass'> {
  const { ground, keep } = plane
  return {
    async list({ caller }) {
      need(caller, 'administer', null)
      const all = await keep.all('glass')
      return { items: all.map(({ id, record: { madeMs, expiresMs } }) => ({ id, madeMs, expiresMs })) }
    },

    async make({ caller, body }) {
      need(caller, 'administer', null)
      const madeMs = ground.nowMs()
      const expiresMs = body.lifeMs === undefined ? null : madeMs + body.lifeMs
      const made = (hash: string): Kept['glass'] => ({ hash, madeMs, expiresMs })
      const { id, text } = await keepToken(keep, 'glass', 'glass', ground.random, made, expiresMs)
      await keep.note(`glass/${id}`, { type: 'glassSet', code: id, expiresMs, ...stamp(plane, caller) })
      return { id, madeMs, expiresMs, code: text.reveal() }
    },

    async remove({ caller, params }) {
      need(caller, 'administer', null)
      if ((await keep.get('glass', params.id)) === null) throw notFound(`break-glass code ${params.id}`)
      await keep.remove('glass', params.id, {
        type: 'glassRemoved',
        code: params.id,
        ...stamp(plane, caller),
      })
      return { ok: true }
    },
  }
}
