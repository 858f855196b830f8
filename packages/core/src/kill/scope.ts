// What a kill reaches: one version, or everything that an incident may have laid open. Pure: whoever gathers the facts says
// what there is, and `reaches` says of each credential whether it is meant.
import type { Credential } from '../credential.ts'
import type { CredentialKind } from '../kind.ts'

export interface KillQuery {
  environment?: string
  kind?: CredentialKind
  provider?: string
  target?: string
  owner?: string
  /** Part of the id or of the name, whatever its case. */
  text?: string
  /** Versions that were issued before this instant. */
  issuedBeforeMs?: number
  /** The target's own name for the version. */
  handle?: string
  fingerprint?: string
}

export type KillScope =
  | { of: 'version'; credential: string; version: number }
  /** All versions of it that may still be accepted. */
  | { of: 'credential'; credential: string }
  /** All that the agent is bound to, and the agent itself. */
  | { of: 'agent'; agent: string }
  | { of: 'target'; target: string }
  | { of: 'environment'; environment: string }
  | { of: 'query'; query: KillQuery }

/** Whether a credential is meant; which of its versions is for `reachesVersion`. `bound`: to the agent of the scope. */
export function reaches(scope: KillScope, credential: Credential, bound: ReadonlySet<string>): boolean {
  switch (scope.of) {
    case 'version':
    case 'credential':
      return scope.credential === credential.id
    case 'agent':
      return bound.has(credential.id)
    case 'target':
      return scope.target === credential.target
    case 'environment':
      return scope.environment === credential.environment
    case 'query':
      return isAsked(scope.query, credential)
  }
}

function isAsked(query: KillQuery, { id, name, ...credential }: Credential): boolean {
  const { environment, kind, provider, target, owner, text } = query
  if (environment !== undefined && environment !== credential.environment) return false
  if (kind !== undefined && kind !== credential.kind) return false
  if (provider !== undefined && provider !== credential.provider) return false
  if (target !== undefined && target !== credential.target) return false
  if (owner !== undefined && owner !== credential.owner?.id) return false
  const sought = text?.toLowerCase()
  return sought === undefined || `${id}\n${name}`.toLowerCase().includes(sought)
}

export interface VersionAsked {
  number: number
  issuedAtMs: number | null
  handle: string | null
  fingerprint: string | null
}

export function reachesVersion(scope: KillScope, version: VersionAsked): boolean {
  if (scope.of === 'version') return scope.version === version.number
  if (scope.of !== 'query') return true
  const { issuedBeforeMs, handle, fingerprint } = scope.query
  // Of which nobody knows when it was issued may be older.
  if (issuedBeforeMs !== undefined && (version.issuedAtMs ?? 0) >= issuedBeforeMs) return false
  if (handle !== undefined && handle !== version.handle) return false
  return fingerprint === undefined || fingerprint === version.fingerprint
}

/** A query that asks for nothing would kill everything. */
export const asksNothing = (scope: KillScope): boolean =>
  scope.of === 'query' && Object.values(scope.query).every(one => one === undefined || one === '')

/** As it stands in lists and reasons. */
export function scopeText(scope: KillScope): string {
  switch (scope.of) {
    case 'version':
      return `version ${scope.version} of ${scope.credential}`
    case 'credential':
      return `every version of ${scope.credential}`
    case 'agent':
      return `the agent ${scope.agent}, and all that it is bound to`
    case 'target':
      return `everything at ${scope.target}`
    case 'environment':
      return `everything in ${scope.environment}`
    case 'query': {
      const asked = Object.entries(scope.query).filter(([, value]) => value !== undefined)
      return `everything with ${asked.map(([name, value]) => `${name} ${value}`).join(' and ')}`
    }
  }
}
