// What providers share that make a login of its own for each version.
import type { Abilities, Secret } from '@rekey/core'
import { type Operation, ProviderError } from './provider.ts'

/** Of a server that says who is connected as which login. */
export const loginAbilities = (usageLagMs = 0): Abilities => ({
  maxLive: 100,
  secretFrom: 'us',
  canDisable: true,
  canEndSessions: true,
  canList: true,
  canCompareRights: true,
  usage: 'sessions',
  usageLagMs,
  propagationMs: 0,
  byHand: [],
})

export function secretOf({ secret }: Operation): Secret {
  if (secret === null) throw new ProviderError('unexpected', 'there is no value to set')
  return secret
}

export const missing = (handle: string) => new ProviderError('rejected', `there is no login ${handle}`)

export const foreign = (handle: string) =>
  new ProviderError(
    'rejected',
    `there is a login ${handle} that Rekey did not make: rename or drop it, or choose another "prefix"`,
  )

/** What Rekey itself stands on at the target is not rotated by it. */
export function refuseOwn(handle: string, own: readonly string[]): void {
  if (!own.includes(handle)) return
  throw new ProviderError(
    'rejected',
    `${handle} is the admin, or what holds the rights: it is not rotated here`,
  )
}

export const mayStillLogIn = (place: string, handle: string) =>
  new ProviderError(
    'unreachable',
    `on ${place} the login ${handle} may still log in: it is disabled before its sessions are ended`,
  )

export const didNotEnd = (place: string, handle: string) =>
  new ProviderError('timeout', `sessions of ${handle} on ${place} did not end in time`)
