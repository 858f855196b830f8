// A person as they are added: with a first password, or with the subject that a sign-on provider knows them by.
import type { BodyOf, routes } from '@rekey/wire'
import { idFault } from '../../parts/id.ts'
import { type RolesDraft, rolesOf } from './roles.ts'

export type PersonInput = BodyOf<typeof routes.people.add>

/** The password is in no draft. */
export interface PersonDraft {
  id: string
  name: string
  roles: RolesDraft
  how: 'password' | 'sign-on'
  provider: string
  subject: string
}

export const personDraft: PersonDraft = {
  id: '',
  name: '',
  roles: { '*': 'viewer' },
  how: 'password',
  provider: '',
  subject: '',
}

export interface PersonFaults {
  id?: string
  name?: string
  roles?: string
  password?: string
  provider?: string
  subject?: string
}

export const leastPassword = 12

export function readPerson(
  draft: PersonDraft,
  password: string,
): { body: PersonInput; faults: PersonFaults } {
  const faults: PersonFaults = idFault(draft.id, 'Give them an id.')
  const { id, name, how, provider, subject } = draft
  const roles = rolesOf(draft.roles)
  if (name.trim() === '') faults.name = 'Say how people call them.'
  if (Object.keys(roles).length === 0) faults.roles = 'Give them a role somewhere, or they see nothing.'
  if (how === 'password' && [...password].length < leastPassword)
    faults.password = `At least ${leastPassword} characters.`
  if (how === 'sign-on' && provider === '') faults.provider = 'Say through which provider.'
  if (how === 'sign-on' && subject.trim() === '') faults.subject = 'Say how the provider knows them.'
  const body: PersonInput = {
    id,
    name: name.trim(),
    roles,
    ...(how === 'password' ? { password } : { signOn: { provider, subject: subject.trim() } }),
  }
  return { body, faults }
}
