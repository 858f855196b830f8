// A credential: a named grant of trust from one target to its consumers in one environment. It outlives its values.
import type { CredentialKind, Exposure, Sensitivity } from './kind.ts'
import type { PolicyOverrides } from './policy.ts'

/** A person or a team answerable for something; the id is opaque so that logs carry no personal data. */
export interface Owner {
  id: string
  name: string
}

/** What an LLM key carries besides (1.1). */
export interface LlmScope {
  account: string
  project: string
  tier: string | null
  spendLimitUsd: number | null
  allowedAddresses: string[]
}

export interface Credential {
  id: string
  name: string
  kind: CredentialKind
  /** The provider that speaks to the target, and the settings it needs: admin access is referenced, never inlined. */
  provider: string
  settings: Record<string, unknown>
  target: string
  environment: string
  owner: Owner | null
  sensitivity: Sensitivity
  exposure: Exposure
  /** May it change what it reaches? Writers rotate more often. */
  writes: boolean
  policy: PolicyOverrides
  llm: LlmScope | null
  /** The life of a certificate or token as issued; null where the target sets no end. */
  lifeMs: number | null
  /** Real workflows that must be proved to work before anything is retired. */
  lanes: string[]
}

/**
 * The life of a version, after NIST SP 800-57: pre-active exists but nobody may use it; active is accepted and may be
 * assigned; suspended is refused for now and can come back; destroyed is gone by the target's word; dead is gone by our
 * own proof; void never came to be, or was cleared away before anyone held it.
 */
export type VersionState = 'intended' | 'pre-active' | 'active' | 'suspended' | 'destroyed' | 'dead' | 'void'

export interface Version {
  credential: string
  number: number
  state: VersionState
  /** The target's own name for it: a login, a key id. Safe to show. */
  handle: string | null
  fingerprint: string | null
  issuedAtMs: number | null
  endedAtMs: number | null
  compromised: boolean
  /** The operation key under which it was minted. */
  operation: string
}

const moves: Record<VersionState, readonly VersionState[]> = {
  intended: ['pre-active', 'void'],
  'pre-active': ['active', 'suspended', 'destroyed', 'void'],
  active: ['suspended', 'destroyed'],
  suspended: ['active', 'destroyed'],
  destroyed: ['dead'],
  dead: [],
  void: [],
}

/** The life cycle in one place: an illegal step is a bug in the machine, so it throws. */
export function versionInto(version: Version, state: VersionState, atMs: number): Version {
  if (version.state === state) return version
  if (!moves[version.state].includes(state)) {
    throw new Error(`version ${version.number} cannot go from ${version.state} to ${state}`)
  }
  const ended = state === 'destroyed' || state === 'dead' || state === 'void'
  return {
    ...version,
    state,
    issuedAtMs: state === 'pre-active' ? atMs : version.issuedAtMs,
    endedAtMs: ended ? (version.endedAtMs ?? atMs) : version.endedAtMs,
  }
}

/** Could the target still accept it, as far as the record knows? */
export function maybeAccepted(version: Version): boolean {
  return version.state !== 'dead' && version.state !== 'void'
}
