// What a provider is: verbs for one kind of target. It never sees the store and never chooses the order of steps.
//
// Every verb may be repeated: under the same operation key, mint has the effect of once; disable, enable, endSessions and
// destroy find the target as they want it and call that success. A verb that a target cannot do is absent, and one that only
// a person can do is named in `abilities.byHand` and described by `guide`.
import type { Abilities, RightsDiff, Secret, Verb } from '@rekey/core'
import type { TSchema } from 'typebox'

export interface Context {
  settings: Record<string, unknown>
  /** Aborted when the time for the call is over, or when the control plane stops. */
  signal: AbortSignal
  /** Who we are at the target, as eight hexadecimal digits: this installation and this credential. What lacks it is not ours. */
  owner: string
  /** The admin secret that the settings refer to by its name; it is kept outside the store. */
  admin: (name: string) => Promise<Secret>
  nowMs: () => number
}

/** One intended effect. */
export interface Operation {
  key: string
  credential: string
  version: number
  /** The value to set, where we make it; null where the target does, and where only the key is looked for. */
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

/** Something that exists at the target and bears our owner's mark. */
export interface Listed {
  handle: string
  /** The mark of the operation that it was minted under (`markOf`); null: we cannot say from when it is, so it stays. */
  mark: string | null
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
  /** How fresh it is: the moment that the target's answer describes. */
  asOfMs: number
  /** How complete it is: the target has seen every use in this span; null: it cannot promise that. */
  covered: { fromMs: number; toMs: number } | null
  /** In words, what it may have missed: a node that did not answer, sessions shorter than the time between two looks. */
  gaps: readonly string[]
}

/** What a person has to do at the target, where no program can. */
export interface Guide {
  steps: readonly string[]
  /** The name to give to what is made there: it bears the operation's mark, so that it is found again. */
  name?: string
  /** What the form asks for; without a handle, it is found by the name. */
  asks: readonly ('handle' | 'value' | 'answer')[]
}

export interface Provider {
  kind: string
  title: string
  /** One JSON Schema: forms, checks and docs are made from it. */
  settings: TSchema
  abilities: Abilities
  /** What the conformance kit tries it against; left out where the kit does not know it, as a plugin of one's own. */
  provedAgainst?: 'server' | 'contract'
  /** Where settings decide what the target can: what the plan of a rotation is made from. */
  abilitiesWith?(settings: Record<string, unknown>): Abilities
  /** How strong a value we make, where we make it. */
  secretBytes: number
  /** A value of another shape than random characters, such as a key pair. */
  newSecret?(): Secret
  mint?(context: Context, operation: Operation): Promise<Minted>
  find?(context: Context, operation: Operation): Promise<Found>
  probe?(context: Context, handle: string, secret: Secret): Promise<ProbeAnswer>
  destroy?(context: Context, handle: string): Promise<void>
  disable?(context: Context, handle: string): Promise<void>
  enable?(context: Context, handle: string): Promise<void>
  endSessions?(context: Context, handle: string): Promise<void>
  list?(context: Context, credential: string): Promise<Listed[]>
  compareRights?(context: Context, old: string, fresh: string): Promise<RightsDiff>
  usage?(context: Context, handles: readonly string[], sinceMs: number): Promise<Usage>
  guide?(
    context: Omit<Context, 'admin' | 'signal'>,
    verb: Verb,
    operation: Operation,
    handle: string | null,
  ): Guide
}

/** One that needs no person for what every rotation needs. */
export type AutomaticProvider = Provider & Required<Pick<Provider, 'mint' | 'find' | 'probe' | 'destroy'>>

/** The type is checked where the provider is written, and its abilities against its verbs. */
export function defineProvider(provider: AutomaticProvider): AutomaticProvider
export function defineProvider(provider: Provider): Provider
export function defineProvider(provider: Provider): Provider {
  const { abilities, kind } = provider
  const { mint, find, probe, destroy, disable, enable, endSessions, list, compareRights, usage, guide } =
    provider
  const claims: [boolean, unknown, string, Verb?][] = [
    [true, mint && find, 'mint and find', 'mint'],
    [true, probe, 'probe', 'probe'],
    [true, destroy, 'destroy', 'destroy'],
    [abilities.canDisable, disable, 'disable', 'disable'],
    [abilities.canDisable, enable, 'enable', 'enable'],
    [abilities.canEndSessions, endSessions, 'endSessions', 'endSessions'],
    [abilities.canCompareRights, compareRights, 'compareRights', 'compareRights'],
    [abilities.canList, list, 'list'],
    [abilities.usage !== 'none', usage, 'usage'],
    [abilities.byHand.length > 0, guide, 'guide'],
  ]
  for (const [claimed, verb, name, hand] of claims) {
    // What a person does need not be there, and may be: a person presses the button.
    if (hand !== undefined && abilities.byHand.includes(hand)) continue
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
