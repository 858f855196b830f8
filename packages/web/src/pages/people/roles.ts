// Roles by environment, as they are chosen and as they are told.
import type { PersonView, Role } from '@rekey/wire'

export type Roles = PersonView['roles']
/** By environment, '*' for all; '' is no word of its own. */
export type RolesDraft = Readonly<Record<string, string>>

export const roleTexts: Record<Role, { name: string; means: string }> = {
  viewer: { name: 'Viewer', means: 'reads' },
  operator: { name: 'Operator', means: 'also registers, plans, opens, holds, moves, contains, rolls back' },
  approver: { name: 'Approver', means: 'also decides: retires, kills, resumes, overrides gates' },
  admin: { name: 'Admin', means: 'also lets others in: people, agents, sources, rules' },
}
const order = ['viewer', 'operator', 'approver', 'admin'] as const satisfies readonly Role[]
const isRole = (text: string): text is Role => (order as readonly string[]).includes(text)

export function rolesOf(draft: RolesDraft): Roles {
  return Object.fromEntries(
    Object.entries(draft).flatMap(([place, role]): [string, Role][] => (isRole(role) ? [[place, role]] : [])),
  )
}

export const placeText = (place: string) => (place === '*' ? 'everywhere' : `in ${place}`)

/** `Admin everywhere, Viewer in staging` */
export function rolesText(roles: Roles): string {
  const some = Object.entries(roles).sort(([a], [b]) => (a === '*' ? -1 : b === '*' ? 1 : a < b ? -1 : 1))
  if (some.length === 0) return 'No role: sees nothing'
  return some.map(([place, role]) => `${roleTexts[role].name} ${placeText(place)}`).join(', ')
}

/** What the new roles take away and give, in words. */
export function rolesChange(before: Roles, after: Roles): string[] {
  const places = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
  return places.flatMap(place => {
    const [was, is] = [before[place], after[place]]
    if (was === is) return []
    if (is === undefined) return [`No longer ${roleTexts[was!].name} ${placeText(place)}`]
    if (was === undefined) return [`${roleTexts[is].name} ${placeText(place)}`]
    return [`${roleTexts[is].name} instead of ${roleTexts[was].name} ${placeText(place)}`]
  })
}

const environmentPattern = /^[a-z0-9][a-z0-9-]{0,62}$/
export const isEnvironment = (text: string) => environmentPattern.test(text)
export const noEnvironment = 'Small letters, digits and hyphens, as in production.'
