// The five questions that anyone may ask of any credential (1.4), answered as data. What nobody knows is an answer too.
import type { Consumer } from '../consumer.ts'
import { isRare } from '../consumer.ts'
import { byId } from './naming.ts'
import { isDirect } from './pace.ts'

export interface Ref {
  consumer: string
  name: string
  owner: string | null
}

export interface FiveQuestions {
  /** Who authenticates with it; an indirect one with the way its token takes, nearest giver first. */
  authenticates: { direct: Ref[]; indirect: (Ref & { through: string[]; reachesTarget: boolean })[] }
  /** Who refreshes only when somebody restarts, reloads or launches it. */
  refreshesOnlyOnRestart: (Ref & { how: 'restart' | 'by-hand' | 'each-launch'; documented: boolean | null })[]
  /** Who keeps sessions or pools alive, the longest first. */
  keepsSessions: (Ref & { sessionMs: number; checkpoints: boolean })[]
  /** Which rare or emergency tools need it; the exception paths first. */
  rareOrEmergency: (Ref & { pathClass: Consumer['pathClass']; lastExercisedAtMs: number | null })[]
  /** Which boundaries tolerate two valid versions. */
  boundaries: { tolerateTwo: Ref[]; onlyOne: Ref[] }
  unknown: (Ref & { what: 'owner' | 'reload' | 'parent' | 'last-exercise' | 'observation' })[]
}

export function fiveQuestions(consumers: readonly Consumer[]): FiveQuestions {
  const sorted = [...consumers].sort(byId)
  const byIds = new Map(sorted.map(consumer => [consumer.id, consumer]))
  return {
    authenticates: {
      direct: sorted.filter(isDirect).map(ref),
      indirect: sorted
        .filter(consumer => !isDirect(consumer))
        .map(consumer => ({ ...ref(consumer), ...way(consumer, byIds) })),
    },
    refreshesOnlyOnRestart: sorted.flatMap((consumer): FiveQuestions['refreshesOnlyOnRestart'] => {
      const { reload } = consumer
      if (reload.how === 'each-launch') return [{ ...ref(consumer), how: reload.how, documented: null }]
      if (reload.how !== 'restart' && reload.how !== 'by-hand') return []
      return [{ ...ref(consumer), how: reload.how, documented: reload.documented }]
    }),
    keepsSessions: sorted
      .filter(consumer => consumer.sessionMs > 0)
      .sort((a, b) => b.sessionMs - a.sessionMs)
      .map(consumer => ({
        ...ref(consumer),
        sessionMs: consumer.sessionMs,
        checkpoints: consumer.checkpoints,
      })),
    rareOrEmergency: sorted
      .filter(isRare)
      .sort((a, b) => Number(b.pathClass === 'exception') - Number(a.pathClass === 'exception'))
      .map(consumer => ({
        ...ref(consumer),
        pathClass: consumer.pathClass,
        lastExercisedAtMs: consumer.lastExercisedAtMs,
      })),
    boundaries: {
      tolerateTwo: sorted.filter(consumer => consumer.toleratesTwo).map(ref),
      onlyOne: sorted.filter(consumer => !consumer.toleratesTwo).map(ref),
    },
    unknown: sorted.flatMap(consumer => unknowns(consumer, byIds).map(what => ({ ...ref(consumer), what }))),
  }
}

const ref = (consumer: Consumer): Ref => ({
  consumer: consumer.id,
  name: consumer.name,
  owner: consumer.owner?.name ?? null,
})

function way(
  consumer: Consumer,
  known: ReadonlyMap<string, Consumer>,
): { through: string[]; reachesTarget: boolean } {
  const through: string[] = []
  let at: Consumer | undefined = consumer
  while (at?.access.how === 'indirect') {
    const next: string = at.access.through
    // A circle has no end at the target; it is shown once round.
    if (through.includes(next) || next === consumer.id) return { through, reachesTarget: false }
    through.push(next)
    at = known.get(next)
  }
  return { through, reachesTarget: at !== undefined }
}

function unknowns(
  consumer: Consumer,
  known: ReadonlyMap<string, Consumer>,
): FiveQuestions['unknown'][number]['what'][] {
  const found: FiveQuestions['unknown'][number]['what'][] = []
  if (!consumer.owner) found.push('owner')
  if (consumer.reload.how === 'unknown') found.push('reload')
  if (consumer.access.how === 'indirect' && !known.has(consumer.access.through)) found.push('parent')
  if (isRare(consumer) && consumer.lastExercisedAtMs === null) found.push('last-exercise')
  if (consumer.observability === 'none') found.push('observation')
  return found
}
