// What the target itself has seen, turned into observations: the best witness of a consumer that cannot be changed.
import { isUnderway, type Observation, type Source } from '@rekey/core'
import type { Sighting, Usage } from '@rekey/providers'
import { contextOf, type Ground } from '../ground.ts'
import { takeIn } from '../intake/intake.ts'
import { bounded, TooLate } from './bounded.ts'
import type { Gathered } from './gather.ts'
import { hearLastUses } from './last-use.ts'
import { witness } from './sighted.ts'

const partSize = 5_000

/** Answers whether something was heard that a decision has to know. */
export async function pollUsage(ground: Ground, gathered: Gathered, leaseUntilMs: number): Promise<boolean> {
  const { credential, state, versions } = gathered
  const provider = ground.providers.get(credential.record.provider)
  if (provider?.usage === undefined || !isUnderway(state)) return false
  const handles = versions.flatMap(version => (version.handle === null ? [] : [version.handle]))
  const ask = async (sinceMs: number): Promise<Usage | null> => {
    try {
      const usage = await bounded(ground, leaseUntilMs, async ({ signal, enter }) => {
        enter()
        return provider.usage!(contextOf(ground, provider, credential.record, signal), handles, sinceMs)
      })
      // Whoever was paused in there leaves it to his successor: two that read one stretch count it twice.
      return ground.nowMs() > leaseUntilMs ? null : usage
    } catch (error) {
      if (!(error instanceof TooLate)) ground.journal.trouble?.(`usage of ${credential.id}`, error)
      return null
    }
  }
  const { usage: kind, usageLagMs: lagMs } = provider.abilities
  const source: Source = {
    id: `provider/${provider.kind}`,
    kind: 'provider',
    speaksFor: 'all',
    lagMs,
    complete: kind === 'perCaller',
    revoked: false,
  }
  if (kind === 'perCaller') return readStretch(ground, gathered, source, state.startedMs, ask)
  const usage = await ask(state.startedMs)
  return usage !== null && hearLastUses(ground, gathered, source, state.startedMs, usage)
}

/**
 * Each stretch of time is read once, up to where the target's word is complete, and what is younger is left for the next
 * one. How far it goes is written down before anything of it counts: after a crash the same stretch is read again, under
 * the same names, of which the store takes each once.
 */
async function readStretch(
  ground: Ground,
  gathered: Gathered,
  source: Source,
  startedMs: number,
  ask: (sinceMs: number) => Promise<Usage | null>,
): Promise<boolean> {
  const { store } = ground
  const credential = gathered.credential.id
  const [cursor, begun] = [`usage/${credential}`, `usage-begun/${credential}`]
  const sinceMs = Number((await store.meta(cursor)) ?? startedMs)
  const begunMs = Number((await store.meta(begun)) ?? 0)
  const usage = await ask(sinceMs)
  if (usage === null) return false
  const completeMs = usage.covered?.toMs ?? ground.nowMs() - source.lagMs
  const untilMs = begunMs > sinceMs ? begunMs : completeMs
  // It was complete as far as that once, and will be again.
  if (untilMs > completeMs) return false
  const fresh = usage.sightings.filter(one => one.atMs >= sinceMs && one.atMs < untilMs).toSorted(inOrder)
  if (fresh.length > 0 && begunMs !== untilMs) await store.setMeta(begun, String(untilMs))
  const observed = witness(gathered, source)
  const parts = Math.max(1, Math.ceil(fresh.length / partSize))
  let heard = 0
  for (let part = 0; part < parts; part++) {
    const said = fresh.slice(part * partSize, (part + 1) * partSize).flatMap(one => observed(one) ?? [])
    // Silence is claimed last, when all that was heard has been told, and no further than that.
    if (part === parts - 1) said.push(...coverage(usage.covered, untilMs, credential, source.id))
    const batch = `${credential}/${sinceMs}-${untilMs}/${part}`
    const taken = await takeIn(ground, source, batch, said)
    heard += taken.folded + taken.ghosts
  }
  if (untilMs > sinceMs) await store.setMeta(cursor, String(untilMs))
  return heard > 0
}

/** The same stretch falls into the same parts, in whatever order the target lists it. */
function inOrder(a: Sighting, b: Sighting): number {
  return a.atMs - b.atMs || (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)
}

function coverage(
  covered: Usage['covered'],
  untilMs: number,
  credential: string,
  source: string,
): Observation[] {
  const atMs = Math.min(covered?.toMs ?? 0, untilMs)
  if (covered === null || covered.fromMs > atMs) return []
  return [
    {
      credential,
      consumer: null,
      seenAs: null,
      instance: null,
      version: null,
      statement: { says: 'covered', fromMs: covered.fromMs },
      atMs,
      source,
    },
  ]
}
