// A target that only knows when a version was last used. Its word is true as soon as it says it, and the next use takes its
// place: there are no stretches to read, and what is not taken now is never seen again.
import { type Observation, type Source, skewMs } from '@rekey/core'
import type { Sighting, Usage } from '@rekey/providers'
import type { Ground } from '../ground.ts'
import { takeIn } from '../intake/intake.ts'
import type { Gathered } from './gather.ts'
import { sameUseMs, witness } from './sighted.ts'

interface Heard {
  /** By mark, when the last use was that has been told: each is told once. */
  told: Record<string, number>
  /** Uses of which nobody can be named yet. */
  waiting: Sighting[]
}

/** Answers whether something was heard that a decision has to know. */
export async function hearLastUses(
  ground: Ground,
  gathered: Gathered,
  source: Source,
  sinceMs: number,
  usage: Usage,
): Promise<boolean> {
  const credential = gathered.credential.id
  const name = `last-use/${credential}`
  const before = await ground.store.meta(name)
  const heard = JSON.parse(before ?? '{"told":{},"waiting":[]}') as Heard
  const told = Object.fromEntries(Object.entries(heard.told).filter(([, atMs]) => atMs >= sinceMs))
  const waiting = new Map<string, Sighting>()
  const isProbe = await probeOf(ground, gathered, source.lagMs)
  const observed = witness(gathered, source)
  const nowMs = ground.nowMs()
  // A consumer's own word may be as late as the target's: until then a use that nobody reported makes no ghost.
  const guessedMs = nowMs - Math.min(source.lagMs, sameUseMs)
  let changes = 0
  for (const one of [...heard.waiting, ...usage.sightings].toSorted((a, b) => a.atMs - b.atMs)) {
    const mark = JSON.stringify([one.handle, one.seenAs, one.instance, one.outcome])
    if (one.atMs < sinceMs || one.atMs > nowMs + skewMs || one.atMs <= (told[mark] ?? 0)) continue
    if (isProbe(one)) {
      told[mark] = one.atMs
      continue
    }
    // The first that waits is kept: of a version in constant use the newest is always too young.
    if (waiting.has(mark)) continue
    const said = observed(one)
    if (said !== null && isGuess(one, said) && one.atMs > guessedMs) {
      waiting.set(mark, one)
      continue
    }
    // Under a name of its own: told again after a crash, it counts once.
    const batch = `${credential}/${mark}/${one.atMs}`
    if (said !== null) {
      const taken = await takeIn(ground, source, batch, [said])
      changes += taken.folded + taken.ghosts
    }
    told[mark] = one.atMs
  }
  const after = JSON.stringify({ told, waiting: [...waiting.values()] } satisfies Heard)
  if (after !== before) await ground.store.setMeta(name, after)
  return changes > 0
}

const isGuess = (one: Sighting, said: Observation) => one.seenAs === null && said.consumer === null

/** To a target that knows only when a version was last used, our own probe is a use like any other. */
export async function noteProbe(ground: Ground, credential: string, version: number): Promise<void> {
  const name = probesName(credential)
  const known = JSON.parse((await ground.store.meta(name)) ?? '{}') as Record<string, number>
  const newest = Object.entries({ ...known, [version]: ground.nowMs() }).slice(-probesKept)
  await ground.store.setMeta(name, JSON.stringify(Object.fromEntries(newest)))
}

const probesName = (credential: string) => `probes/${credential}`
/** As many versions as may be alive in a rotation, and those before them. */
const probesKept = 4

/** Its time is as coarse as the target's word is late. */
async function probeOf(
  { store }: Ground,
  { credential, versions }: Gathered,
  lagMs: number,
): Promise<(one: Sighting) => boolean> {
  const probes = JSON.parse((await store.meta(probesName(credential.id))) ?? '{}') as Record<string, number>
  return ({ handle, seenAs, atMs }) => {
    const version = versions.find(known => known.handle === handle)?.number
    const probedMs = version === undefined ? undefined : probes[version]
    if (seenAs !== null || probedMs === undefined) return false
    return atMs >= probedMs - lagMs - skewMs && atMs <= probedMs + skewMs
  }
}
