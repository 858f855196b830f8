// What most credentials lack, so that one knows where to begin.
import type { AnswerOf, routes } from '@rekey/wire'

export type Ready = AnswerOf<typeof routes.overview.readiness>['items'][number]
export type Verdict = Ready['verdict']
export type Unready = Ready['missing'][number]

export const verdicts: readonly Verdict[] = ['not-ready', 'ready-with-warnings', 'ready']
export const verdictWords: Record<Verdict, string> = {
  'not-ready': 'not ready',
  'ready-with-warnings': 'ready, with warnings',
  ready: 'ready',
}

const checkWords: Record<string, { asks: string; lacks: string }> = {
  'consumers-known': { asks: 'Its consumers are known', lacks: 'no consumer is registered' },
  'owners-known': { asks: 'Everybody has an owner', lacks: 'somebody has no owner' },
  'reload-known': {
    asks: 'How each takes up a new value is known',
    lacks: 'how somebody takes up a new value is not known',
  },
  'restarts-documented': { asks: 'Restarts are written down', lacks: 'a restart is not written down' },
  'rare-paths-exercised': {
    asks: 'Rare paths were exercised lately',
    lacks: 'a rare path was not exercised',
  },
  'rollback-rehearsed': { asks: 'The way back was rehearsed', lacks: 'the way back was not rehearsed' },
  observable: { asks: 'Everybody can be observed', lacks: 'somebody cannot be observed' },
  provider: { asks: 'Its provider is there', lacks: 'its provider is not there' },
}

export const checkText = (check: string) => checkWords[check]?.asks ?? check
export const lackText = (check: string) => checkWords[check]?.lacks ?? check

export interface Tally {
  verdicts: Record<Verdict, number>
  /** How many credentials fail each check, the most first; of how many it blocks. */
  lacking: { check: string; credentials: number; blocked: number }[]
}

export function tallyOf(items: readonly Ready[]): Tally {
  const counts: Record<Verdict, number> = { 'not-ready': 0, 'ready-with-warnings': 0, ready: 0 }
  const lacking = new Map<string, { credentials: number; blocked: number }>()
  for (const { verdict, missing } of items) {
    counts[verdict] += 1
    const seen = new Map<string, boolean>()
    for (const { check, blocks } of missing) seen.set(check, (seen.get(check) ?? false) || blocks)
    for (const [check, blocks] of seen) {
      const known = lacking.get(check) ?? { credentials: 0, blocked: 0 }
      lacking.set(check, { credentials: known.credentials + 1, blocked: known.blocked + Number(blocks) })
    }
  }
  return {
    verdicts: counts,
    lacking: [...lacking]
      .map(([check, found]) => ({ check, ...found }))
      .sort((a, b) => b.blocked - a.blocked || b.credentials - a.credentials),
  }
}

/** The soonest first; what has no day is last. */
export const bySoonest = (items: readonly Ready[]): readonly Ready[] =>
  [...items].sort(
    (a, b) =>
      (a.startAtMs ?? Number.MAX_SAFE_INTEGER) - (b.startAtMs ?? Number.MAX_SAFE_INTEGER) ||
      a.name.localeCompare(b.name),
  )
