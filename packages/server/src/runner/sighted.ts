// A sighting of the target's as an observation: who it was, as far as can be said.
import { type Consumer, factsOf, minuteMs, type Observation, type Source } from '@rekey/core'
import type { Sighting } from '@rekey/providers'
import type { Gathered } from './gather.ts'

interface User {
  consumer: string | null
  seenAs: string | null
}

/** How long apart the target's word and a consumer's own may be about the same use. */
export const sameUseMs = 10 * minuteMs

/** Puts sightings into words; null: it was one of the consumers that report their uses themselves. */
export function witness(gathered: Gathered, source: Source): (one: Sighting) => Observation | null {
  const { credential, versions } = gathered
  const who = namer(gathered, source.lagMs)
  const numbers = new Map(versions.map(version => [version.handle, version.number]))
  return one => {
    const version = numbers.get(one.handle) ?? null
    const user = who(one, version)
    if (user === null) return null
    return {
      credential: credential.id,
      ...user,
      instance: one.instance,
      version,
      statement: { says: 'used', outcome: one.outcome, lane: null, path: 'usual' },
      atMs: one.atMs,
      source: source.id,
    }
  }
}

/** Who tells of each of its uses itself: a use of which none of them knows was not theirs. */
const telling = new Set<Consumer['observability']>(['sdk', 'telemetry'])

/**
 * Who it was. A target that only knows when a version was last used speaks of its one direct consumer where that says nothing
 * itself; where all of them tell, a use that none of them told of was made by somebody whom no one registered. null: it was
 * one of them, or may have been.
 */
function namer({ consumers, ledger }: Gathered, lagMs: number) {
  const known = new Map<string, string>()
  for (const { id, seenAs = [] } of consumers) for (const name of [id, ...seenAs]) known.set(name, id)
  const direct = consumers.filter(consumer => consumer.access.how === 'direct')
  return ({ seenAs, atMs }: Sighting, version: number | null): User | null => {
    if (seenAs !== null) {
      const consumer = known.get(seenAs)
      return consumer === undefined ? { consumer: null, seenAs } : { consumer, seenAs: null }
    }
    const silent = direct.filter(one => !telling.has(one.observability))
    if (silent.length > 0) {
      return direct.length === 1 ? { consumer: direct[0]!.id, seenAs: null } : null
    }
    const reported = ledger?.entries.some(entry => {
      const lastMs = factsOf(entry, version)?.lastUseMs ?? null
      return lastMs !== null && lastMs >= atMs - sameUseMs - lagMs
    })
    return reported ? null : { consumer: null, seenAs: `somebody with version ${version ?? 'unknown'}` }
  }
}
