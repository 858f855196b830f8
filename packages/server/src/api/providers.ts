// The providers that this control plane has.
import type { HandlersOf } from '../http/call.ts'
import type { Plane } from './plane.ts'

export function providerHandlers({ ground }: Plane): HandlersOf<'providers'> {
  return {
    async list() {
      const all = [...ground.providers.values()]
      return {
        items: all.map(({ kind, title, settings, abilities, provedAgainst = null }) => ({
          kind,
          title,
          provedAgainst,
          settings,
          abilities,
        })),
      }
    },
  }
}
