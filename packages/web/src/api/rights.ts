// What the person may do, so that a button says beforehand what it needs. The server decides.
import type { Right, Role } from '@rekey/wire'
import { useSyncExternalStore } from 'react'
import { type Person, sessionNow, watchSession } from './session.ts'

const order: readonly Right[] = ['read', 'operate', 'decide', 'administer']
const upTo: Record<Role, number> = { viewer: 0, operator: 1, approver: 2, admin: 3 }

/** environment null: in all of them. */
export function mayDo(person: Person, right: Right, environment: string | null): boolean {
  const own = environment === null ? undefined : person.roles[environment]
  const role = own ?? person.roles['*']
  return role !== undefined && order.indexOf(right) <= upTo[role]
}

/** Somewhere at all. */
export const mayAnywhere = (person: Person, right: Right) =>
  Object.values(person.roles).some(role => order.indexOf(right) <= upTo[role])

export function usePerson(): Person | null {
  const session = useSyncExternalStore(watchSession, sessionNow)
  return session.is === 'in' || session.is === 'expired' ? session.person : null
}

export function useMay(right: Right, environment: string | null | undefined): boolean {
  const person = usePerson()
  if (person === null) return false
  return environment === undefined ? mayAnywhere(person, right) : mayDo(person, right, environment)
}

export const needsText = (right: Right, environment: string | null | undefined) =>
  `That needs the right to ${right}${environment ? ` in ${environment}` : ''}. Ask an admin for a role that has it.`
