// A bed: where a provider is tried. A real server, or one written from a vendor's published contract; and, apart from the
// provider, everything that tells what is really there.
import type { Verb } from '@rekey/core'
import type { Provider } from '@rekey/providers'

export interface Bed {
  provider: Provider
  /** contract: the real thing is a vendor's; what stands here was written from its published contract. */
  against: 'server' | 'contract'
  /** How many lives may be tried side by side; more where they mostly wait. Usually 2. */
  atOnce?: number
  /** A credential of its own at the target, with a version that somebody made by hand. */
  plot(name: string): Promise<Plot>
  /** What the target wrote down of all that was asked of it: its statement log and the like; null: it keeps none. */
  written(): Promise<string | null>
  close(): Promise<void>
}

/** Leads a connection elsewhere: through a proxy that listens, waits or breaks it. */
export type Lead = (address: Address) => Address

export interface Address {
  host: string
  port: number
}

export interface Plot {
  settings(lead?: Lead): Record<string, unknown>
  /** Every place that the settings name, in the order in which `settings` asks for its lead. */
  addresses: readonly Address[]
  /** The admin secrets by the names that the settings give them. */
  admin: Record<string, string>
  existing: { handle: string; value: string }
  /** Does the target let somebody in with it? Asked as a consumer would, and not through the provider. */
  accepts(handle: string, value: string): Promise<boolean>
  /** false: no request can carry a value, so a wrong one cannot be told from the right one. */
  tellsValues: boolean
  /** What bears the names of this plot at the target, asked apart from the provider. */
  present(): Promise<string[]>
  /** Where a consumer with this credential can work: a table as `database/table`, a prefix of keys, a virtual host. */
  work?: Address & { within: string }
  /** How many sessions of it the target has open, counted apart from the provider. */
  openSessions?(handle: string): Promise<number>
  /** Something goes wrong on purpose; each is absent where it cannot happen. */
  spoil: Spoil
  /** Works with the credential as a consumer does, over a connection that stays; absent where there are only requests. */
  session?(handle: string, value: string): Promise<Session>
  /** A person at the target's own console, who does what the guide asks for. */
  hands?: Partial<Record<Verb, Hand>>
}

/** What the person enters into the form afterwards. */
export type Hand = (
  handle: string | null,
  name: string | null,
) => Promise<{ handle?: string; value?: string; answer?: 'accepted' | 'refused' }>

export interface Session {
  isAlive(): Promise<boolean>
  close(): Promise<void>
}

export interface Spoil {
  /** Somebody makes a login of that very name, with that value. */
  occupy?(handle: string, value: string): Promise<void>
  /** Takes from the login something that the others may, and gives it something that they may not. */
  narrow?(handle: string): Promise<void>
  widen?(handle: string): Promise<void>
  /** Settings that name an admin who lacks a right, and the secrets for them. */
  powerless?(): Promise<{ settings: Record<string, unknown>; admin: Record<string, string> }>
  /** A policy of passwords is set that no hash can satisfy; undone by what it answers. */
  strict?(): Promise<() => Promise<void>>
}
