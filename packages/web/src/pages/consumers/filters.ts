// Which consumers of the list are shown: by path class, and by what they lack.
import { type ConsumerRecord, type Lack, lacksOf } from './words.ts'

export const pathChoices = ['all', 'primary', 'background', 'exception'] as const
export type PathChoice = (typeof pathChoices)[number]

export const lackChoices = ['any', 'no-owner', 'reload-unknown', 'undocumented', 'unseen', 'idle'] as const
export type LackChoice = (typeof lackChoices)[number]

export const lackTexts: Record<LackChoice, string> = {
  any: 'All',
  'no-owner': 'No owner',
  'reload-unknown': 'Unknown reload',
  undocumented: 'Restart not written down',
  unseen: 'Not observable',
  idle: 'Idle',
}

export interface Choice {
  path: PathChoice
  lack: LackChoice
  environment: string
}

type Row = ConsumerRecord & { environment: string }

export interface Filtered<T> {
  rows: readonly T[]
  /** Of those of the path class and environment that are chosen. */
  counts: Record<LackChoice, number>
}

export function filtered<T extends Row>(all: readonly T[], { path, lack, environment }: Choice): Filtered<T> {
  const counts = { any: 0, 'no-owner': 0, 'reload-unknown': 0, undocumented: 0, unseen: 0, idle: 0 }
  const rows: T[] = []
  for (const one of all) {
    if (path !== 'all' && one.pathClass !== path) continue
    if (environment !== '' && one.environment !== environment) continue
    const lacks: readonly Lack[] = lacksOf(one).map(found => found.what)
    counts.any++
    for (const what of lacks) counts[what]++
    if (lack === 'any' || lacks.includes(lack)) rows.push(one)
  }
  return { rows, counts }
}
