// Whose use it was, as far as this source may say. A program may write any name on its telemetry: one that the source is not
// bound to is no name. Then its service decides, by the source's own list, then the names that consumers are registered with; and
// whoever is nobody's is a ghost, which keeps a version from being retired until somebody has looked.
import type { Observation } from '@rekey/core'
import type { Store } from '@rekey/store'
import type { Binding } from '@rekey/wire'
import type { Attributes } from './otlp.ts'

interface Item {
  attributes: Attributes
  resource: Attributes
}

const scopeOf = (bindings: readonly Binding[]) =>
  new Set(bindings.map(one => `${one.consumer} ${one.credential}`))

const named = 'rekey.consumer.id'

/** The items, without the names that are not this source's to give. */
export function claimed<T extends Item>(items: readonly T[], bindings: readonly Binding[]): T[] {
  const scope = scopeOf(bindings)
  return items.map(item => {
    const { attributes, resource } = item
    const name = attributes.get(named) ?? resource.get(named)
    if (name === undefined || scope.has(`${name} ${attributes.get('rekey.credential.id')}`)) return item
    const rest = without(attributes, named)
    // It tells series apart that are otherwise the same, and is how a ghost looks that has no other name.
    rest.set('rekey.claimed', name)
    if (!rest.has('rekey.agent.id') && !resource.has('rekey.agent.id')) rest.set('rekey.agent.id', name)
    return { ...item, attributes: rest, resource: without(resource, named) }
  })
}

function without(attributes: Attributes, key: string): Map<string, string | number | boolean> {
  const rest = new Map(attributes)
  rest.delete(key)
  return rest
}

export const consumerOf =
  (services: Readonly<Record<string, Binding>>) =>
  (credential: string, service: string): string | null => {
    const binding = Object.hasOwn(services, service) ? services[service] : undefined
    return binding?.credential === credential ? binding.consumer : null
  }

/**
 * A ghost under the name of a registered consumer is that consumer. It is said here and not left to the intake, so that it is
 * looked at like every other: the word of a source that is not bound to that consumer does not count.
 */
export async function recognised(
  store: Store,
  bindings: readonly Binding[],
  observations: readonly Observation[],
): Promise<Observation[]> {
  const names = new Map<string, string>()
  for (const credential of new Set(bindings.map(one => one.credential))) {
    if (!observations.some(one => one.consumer === null && one.credential === credential)) continue
    for (const { id, seenAs = [] } of await store.consumers(credential)) {
      for (const name of [id, ...seenAs]) names.set(JSON.stringify([credential, name]), id)
    }
  }
  if (names.size === 0) return [...observations]
  return observations.map(one => {
    const id = one.consumer === null ? names.get(JSON.stringify([one.credential, one.seenAs])) : undefined
    return id === undefined ? one : { ...one, consumer: id, seenAs: null }
  })
}
