// What a provider is: verbs for one kind of target. It never sees the store and never chooses the order of steps.
//
// Every verb may be repeated: under the same operation key, mint has the effect of once; disable, enable, endSessions and
// destroy find the target as they want it and call that success. A verb that a target cannot do is absent.
import type { Abilities, RightsDiff, Secret } from '@rekey/core'

export interface Context {
  settings: Record<string, unknown>
  /** Aborted when the time for the call is over, or when the control plane stops. */
  signal: AbortSignal
}

/** One intended effect. */
export interface Operation {
  key: string
  credential: string
  version: number
  /** The value to set, where we make it; null where the target does. */
  secret: Secret | null
  /** When it was intended: an operation that the target knows from long before is not this one. */
  intendedMs: number
}

export interface Minted {
  handle: string
  /** Only where the target makes the value. */
  secret: Secret | null
}

export type Found = { is: 'not-started' } | { is: 'done'; handle: string } | { is: 'ambiguous'; text: string }

/** Three answers, never two. */
export type ProbeAnswer = 'accepted' | 'refused' | 'unreachable'

/** Something that exists at the target and bears our mark. */
export interface Listed {
  handle: string
  /** The operation key that it was minted under; null: it is ours by name but we cannot say from when. */
  operation: string | null
}

export interface Sighting {
  handle: string
  /** How the user of the credential looks to the target: an address, a client name. null: it cannot tell them apart. */
  seenAs: string | null
  instance: string | null
  outcome: 'success' | 'auth-failure'
  atMs: number
}

export interface Usage {
  sightings: Sighting[]
  /** The target has seen every use in this span; null: it cannot promise that. */
  covered: { fromMs: number; toMs: number } | null
}

export interface Provider {
  kind: string
  title: string
  /** One JSON Schema: forms, checks and docs are made from it. */
  settings: Record<string, unknown>
  abilities: Abilities
  /** The value to set, where we make it: as strong as the target allows. */
  secretBytes: number
  mint(context: Context, operation: Operation): Promise<Minted>
  find(context: Context, operation: Operation): Promise<Found>
  probe(context: Context, handle: string, secret: Secret): Promise<ProbeAnswer>
  destroy(context: Context, handle: string): Promise<void>
  disable?(context: Context, handle: string): Promise<void>
  enable?(context: Context, handle: string): Promise<void>
  endSessions?(context: Context, handle: string): Promise<void>
  list?(context: Context, credential: string): Promise<Listed[]>
  compareRights?(context: Context, old: string, fresh: string): Promise<RightsDiff>
  usage?(context: Context, handles: readonly string[], sinceMs: number): Promise<Usage>
}

/** The type is checked where the provider is written, and its abilities against its verbs. */
export function defineProvider(provider: Provider): Provider {
  const { abilities, kind } = provider
  const claims: [boolean, unknown, string][] = [
    [abilities.canDisable, provider.disable && provider.enable, 'disable and enable'],
    [abilities.canEndSessions, provider.endSessions, 'endSessions'],
    [abilities.canList, provider.list, 'list'],
    [abilities.canCompareRights, provider.compareRights, 'compareRights'],
    [abilities.usage !== 'none', provider.usage, 'usage'],
  ]
  for (const [claimed, verb, name] of claims) {
    if (claimed !== (verb !== undefined)) {
      throw new TypeError(
        `${kind} ${claimed ? 'claims' : 'does not claim'} ${name} but ${claimed ? 'lacks' : 'has'} it`,
      )
    }
  }
  return provider
}

export type ProviderCode = 'unreachable' | 'timeout' | 'rate-limited' | 'denied' | 'rejected' | 'unexpected'

/** A call that failed. `permanent`: trying again will not help. The text is safe to log. */
export class ProviderError extends Error {
  readonly code: ProviderCode
  readonly permanent: boolean

  constructor(code: ProviderCode, text: string, options: { permanent?: boolean; cause?: unknown } = {}) {
    super(text, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'ProviderError'
    this.code = code
    this.permanent = options.permanent ?? (code === 'denied' || code === 'rejected')
  }
}
