// What everything in the server stands on. Clock, ids and randomness come in here and nowhere else, so that a simulator
// can run the whole runner in a world of its own.
import { type Actor, type Credential, Secret } from '@rekey/core'
import { type Context, completeSettings, type Provider } from '@rekey/providers'
import type { Store, Vault } from '@rekey/store'
import type { Journal } from './journal.ts'

export interface Ground {
  store: Store
  vault: Vault
  providers: ReadonlyMap<string, Provider>
  nowMs: () => number
  /** Why the clock is not to be believed just now; null: it is. Evidence is counted in time, so a doubt stops everything. */
  doubt: () => string | null
  /** A signal that is aborted after that long. */
  within: (ms: number) => AbortSignal
  /** A fresh, unguessable id. */
  id: () => string
  random: (bytes: number) => Uint8Array
  /** A new value of that many random bytes, in characters that every target takes. */
  newSecret: (bytes: number) => string
  /** An admin secret by the name that settings give it; throws a ProviderError where there is none. */
  admin: (name: string) => Promise<Secret>
  /** This control plane among several. */
  holder: string
  limits: Limits
  journal: Journal
}

export interface Limits {
  leaseMs: number
  callMs: number
  /** Subjects claimed in one tick, and worked on at once. */
  batch: number
  parallel: number
  /** Steps of one subject in one tick: a rotation that never waits must not starve the others. */
  steps: number
}

export const usualLimits: Limits = { leaseMs: 60_000, callMs: 20_000, batch: 100, parallel: 16, steps: 50 }

/** Who acts when the clock asks. */
export const runner: Actor = { kind: 'system', id: 'runner' }

/** What a provider is given: never the store, never the order. */
export function contextOf(
  ground: Ground,
  provider: Provider,
  { id, settings }: Credential,
  signal: AbortSignal,
): Context {
  return {
    settings: completeSettings(provider, settings),
    signal,
    owner: ownerOf(ground, id),
    admin: ground.admin,
    nowMs: ground.nowMs,
  }
}

/**
 * Made with the installation's own fingerprint key: two installations that rotate at one target under the same ids never
 * take each other's logins for orphans.
 */
export function ownerOf({ vault }: Pick<Ground, 'vault'>, credential: string): string {
  return vault
    .fingerprint(new Secret(`owner of ${credential}`))
    .split(':')[1]!
    .slice(0, 8)
}
