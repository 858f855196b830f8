// Who asks, and what they may do. Nothing is allowed that is not said here.
import type { Actor } from '@rekey/core'
import { type Binding, type Right, type Role, rightsOf, type SignalScope } from '@rekey/wire'
import { ProblemError } from '../http/problem.ts'
import type { Kept } from './kept.ts'

export type Caller =
  | { is: 'nobody' }
  | {
      is: 'person'
      id: string
      roles: Readonly<Record<string, Role>>
      /** With an API token, what that was limited to; null: all that the roles give. */
      limits: { rights: readonly Right[]; environments: readonly string[] } | null
      /** The id of the session or token. */
      by: string
      with: 'session' | 'token'
    }
  | { is: 'agent'; id: string; key: string; bindings: readonly Binding[] }
  | { is: 'source'; id: string; record: Kept['source'] }
  | { is: 'receiver'; id: string; record: Kept['receiver']; scopes: readonly SignalScope[] }

export type Person = Extract<Caller, { is: 'person' }>
export type Agent = Extract<Caller, { is: 'agent' }>
export type Receiver = Extract<Caller, { is: 'receiver' }>

export const nobody: Caller = { is: 'nobody' }

export function actorOf(caller: Caller): Actor {
  if (caller.is === 'person') return { kind: 'person', id: caller.id }
  if (caller.is === 'agent') return { kind: 'agent', id: caller.id }
  return { kind: 'system', id: caller.is === 'nobody' ? 'nobody' : `${caller.is}-${caller.id}` }
}

/** How a refusal names them. */
export const callerText = (caller: Caller) =>
  caller.is === 'nobody' ? 'nobody' : `${caller.is}:${caller.id}`

/** In one environment; with null, in all of them: what is not of one environment concerns all. */
export function may(caller: Caller, right: Right, environment: string | null): boolean {
  if (caller.is !== 'person') return false
  const { roles, limits } = caller
  const own = environment !== null && Object.hasOwn(roles, environment) ? roles[environment] : undefined
  const role = own ?? roles['*']
  if (role === undefined || !rightsOf[role].includes(right)) return false
  if (limits === null) return true
  if (!limits.rights.includes(right)) return false
  return (
    limits.environments.includes('*') || (environment !== null && limits.environments.includes(environment))
  )
}

/** Somewhere at all: who may read in one environment may ask for the list of what is there. */
export function mayAnywhere(caller: Caller, right: Right): boolean {
  if (caller.is !== 'person') return false
  const { roles, limits } = caller
  return [null, ...Object.keys(roles), ...(limits?.environments ?? [])].some(one => may(caller, right, one))
}

export function need(caller: Caller, right: Right, environment: string | null): void {
  if (may(caller, right, environment)) return
  throw new ProblemError('no-right', {
    detail: `That needs the right to ${right} in ${environment ?? 'every environment'}.`,
    how: 'Ask an admin for a role that has it, or somebody who has one to do it.',
  })
}

/** '*' among them is all environments. */
export function needInAll(caller: Caller, right: Right, environments: readonly string[]): void {
  for (const environment of new Set(environments)) need(caller, right, place(environment))
}

export const mayInAny = (caller: Caller, right: Right, environments: readonly string[]): boolean =>
  environments.some(environment => may(caller, right, place(environment)))

const place = (environment: string) => (environment === '*' ? null : environment)

export function person(caller: Caller): Person {
  if (caller.is === 'person') return caller
  throw new ProblemError('not-signed-in', { how: 'Sign in, or send an API token.' })
}

export function agent(caller: Caller): Agent {
  if (caller.is === 'agent') return caller
  throw new ProblemError('not-signed-in', {
    how: 'Get a token with the agent’s key, and prove it with each request.',
  })
}
