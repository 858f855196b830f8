// What the target itself has seen, turned into observations: the best witness of a consumer that cannot be changed.
import { isUnderway, type Observation, type Source } from '@rekey/core'
import type { Sighting, Usage } from '@rekey/providers'
import type { Ground } from '../ground.ts'
import { takeIn } from '../intake/intake.ts'
import type { Gathered } from './gather.ts'

const partSize = 5_000

export async function pollUsage(ground: Ground, gathered: Gathered): Promise<boolean> {
  const { credential, state, versions, consumers } = gathered
  const provider = ground.providers.get(credential.record.provider)
  if (provider?.usage === undefined || !isUnderway(state)) return false
  const handles = versions.flatMap(version => (version.handle === null ? [] : [version.handle]))
  const cursor = `usage/${credential.id}`
  const sinceMs = Number((await ground.store.meta(cursor)) ?? state.startedMs)
  let usage: Usage
  try {
    const signal = ground.within(ground.limits.callMs)
    usage = await provider.usage({ settings: credential.record.settings, signal }, handles, sinceMs)
  } catch (error) {
    ground.journal.trouble?.(`usage of ${credential.id}`, error)
    return false
  }
  const source: Source = {
    id: `provider/${provider.kind}`,
    kind: 'provider',
    speaksFor: 'all',
    lagMs: provider.abilities.usageLagMs,
    complete: provider.abilities.usage === 'perCaller',
    revoked: false,
  }
  const known = new Set(consumers.map(consumer => consumer.id))
  const numbers = new Map(versions.map(version => [version.handle, version.number]))
  const nowMs = ground.nowMs()
  // Each stretch of time is read once, up to where the target's word is complete: nothing is missed or counted twice.
  const untilMs = usage.covered?.toMs ?? nowMs - source.lagMs
  const fresh = usage.sightings.filter(one => one.atMs >= sinceMs && one.atMs < untilMs)
  const said = fresh.map(one => sighted(one, credential.id, known, numbers, source.id))
  if (usage.covered !== null) said.push(coverage(usage.covered, credential.id, source.id))
  let folded = 0
  for (let from = 0; from < said.length; from += partSize) {
    const taken = await takeIn(ground, source, ground.id(), said.slice(from, from + partSize))
    folded += taken.folded
  }
  if (untilMs > sinceMs) await ground.store.setMeta(cursor, String(untilMs))
  return folded > 0
}

function sighted(
  one: Sighting,
  credential: string,
  known: ReadonlySet<string>,
  numbers: ReadonlyMap<string | null, number>,
  source: string,
): Observation {
  const consumer = known.has(one.seenAs) ? one.seenAs : null
  return {
    credential,
    consumer,
    seenAs: consumer === null ? one.seenAs : null,
    instance: one.instance,
    version: numbers.get(one.handle) ?? null,
    statement: { says: 'used', outcome: one.outcome, lane: null, path: 'usual' },
    atMs: one.atMs,
    source,
  }
}

function coverage(
  covered: { fromMs: number; toMs: number },
  credential: string,
  source: string,
): Observation {
  return {
    credential,
    consumer: null,
    seenAs: null,
    instance: null,
    version: null,
    statement: { says: 'covered', fromMs: covered.fromMs },
    atMs: covered.toMs,
    source,
  }
}
