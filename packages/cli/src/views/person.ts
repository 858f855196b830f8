// People, as they are shown.
import type { Answer } from '../plane/operations.ts'
import type { Block } from '../show/blocks.ts'
import type { Times } from '../show/times.ts'
import { quiet } from '../show/words.ts'
import { list } from './list.ts'

type People = Answer<'people.list'>
type Person = People['items'][number]

/** "admin everywhere", "operator in dev, viewer in prod" */
export function rolesText(roles: Readonly<Record<string, string>>): string {
  const said = Object.entries(roles).map(([environment, role]) =>
    environment === '*' ? `${role} everywhere` : `${role} in ${environment}`,
  )
  return said.length === 0 ? 'none' : said.join(', ')
}

export function peopleBlocks({ items, next }: People, times: Times): Block[] {
  return list({
    items,
    next,
    one: 'person',
    many: 'people',
    columns: [
      { title: 'person', cell: one => one.id },
      { title: 'name', cell: one => one.name, drop: 2, least: 12 },
      {
        title: 'roles',
        cell: one => (one.endedMs === null ? rolesText(one.roles) : quiet('ended')),
        least: 16,
      },
      { title: 'signs in with', cell: ways, drop: 3, least: 10 },
      { title: 'since', cell: one => times.at(one.addedMs), drop: 4 },
      { title: 'ended', cell: one => (one.endedMs === null ? '' : times.at(one.endedMs)), drop: 1 },
    ],
  })
}

function ways({ hasPassword, passkeys, signOn }: Person): string {
  const said = [
    ...(hasPassword ? ['password'] : []),
    ...(passkeys.length > 0 ? [passkeys.length === 1 ? 'a passkey' : `${passkeys.length} passkeys`] : []),
    ...signOn.map(one => one.provider),
  ]
  return said.join(', ')
}
