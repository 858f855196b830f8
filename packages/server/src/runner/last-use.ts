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
  const observed = witness(gathered, source)
  const nowMs = ground.nowMs()
  // A consumer's own word may be as late as the target's: until then a use that nobody reported makes no ghost.
  const guessedMs = nowMs - Math.min(source.lagMs, sameUseMs)
  let changes = 0
  for (const one of [...heard.waiting, ...usage.sightings].toSorted((a, b) => a.atMs - b.atMs)) {
    const mark = JSON.stringify([one.handle, one.seenAs, one.instance, one.outcome])
    if (one.atMs < sinceMs || one.atMs > nowMs + skewMs || one.atMs <= (told[mark] ?? 0)) continue
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
