// Which decisions need two people, as ticks by environment.
import type { AnswerOf, routes } from '@rekey/wire'

export type Rules = AnswerOf<typeof routes.settings.get>
export type Deed = Rules['twoPerson'][string][number]

export const deeds: readonly { deed: Deed; name: string; means: string }[] = [
  { deed: 'retire', name: 'Retire', means: 'Two people ask for the retirement of an old version.' },
  { deed: 'override', name: 'Override a gate', means: 'It is proposed, and somebody else agrees.' },
  {
    deed: 'kill',
    name: 'Kill',
    means: 'It is proposed, and somebody else agrees. Break-glass codes go past it.',
  },
]

export type RulesDraft = Readonly<Record<string, readonly Deed[]>>

export const isAsked = (draft: RulesDraft, place: string, deed: Deed) => (draft[place] ?? []).includes(deed)

/** What is said for all environments holds in each, whatever else is said of it. */
export const isAskedBy = (draft: RulesDraft, place: string, deed: Deed): 'own' | 'all' | null =>
  isAsked(draft, place, deed) ? 'own' : place !== '*' && isAsked(draft, '*', deed) ? 'all' : null

export function toggled(draft: RulesDraft, place: string, deed: Deed, isOn: boolean): RulesDraft {
  const some = (draft[place] ?? []).filter(one => one !== deed)
  return { ...draft, [place]: isOn ? [...some, deed] : some }
}

export function rulesOf(draft: RulesDraft): Rules {
  return {
    twoPerson: Object.fromEntries(
      Object.entries(draft)
        .filter(([, some]) => some.length > 0)
        .map(([place, some]) => [place, deeds.map(one => one.deed).filter(deed => some.includes(deed))]),
    ),
  }
}

/** In words, what becomes of it: what is asked of two from now on, and what of one. */
export function rulesChange(before: RulesDraft, after: RulesDraft): string[] {
  const places = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
  return places.flatMap(place =>
    deeds.flatMap(({ deed, name }) => {
      const [was, is] = [isAsked(before, place, deed), isAsked(after, place, deed)]
      if (was === is) return []
      const where = place === '*' ? 'in all environments' : `in ${place}`
      return [`${name} ${where}: ${is ? 'two people from now on' : 'one person is enough from now on'}`]
    }),
  )
}
