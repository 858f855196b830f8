// What a kill is to reach, as it stands in the address: a link can say it, and a reload loses nothing.
import type { BodyOf, routes } from '@rekey/wire'

export type KillScope = BodyOf<typeof routes.kills.order>['scope']
type Query = Extract<KillScope, { of: 'query' }>['query']

export const scopeKinds = ['version', 'credential', 'agent', 'target', 'environment', 'query'] as const
export type ScopeKind = (typeof scopeKinds)[number]

export const scopeWords: Record<ScopeKind, { name: string; about: string }> = {
  version: {
    name: 'One version',
    about: 'One value has leaked. The other versions of its credential live on.',
  },
  credential: { name: 'A credential', about: 'Every version of it that may still be accepted.' },
  agent: { name: 'An agent', about: 'Everything that it is bound to: it is compromised, or its host is.' },
  target: { name: 'A target', about: 'Every credential there: its list of logins has leaked.' },
  environment: { name: 'An environment', about: 'Everything in it. It stops, until it has new versions.' },
  query: { name: 'What a query finds', about: 'By owner, kind, age or a name, across credentials.' },
}

export const queryFields = [
  'text',
  'environment',
  'kind',
  'provider',
  'target',
  'owner',
  'issuedBefore',
  'handle',
  'fingerprint',
] as const
export type QueryField = (typeof queryFields)[number]

export const kindOfScope = (asked: URLSearchParams): ScopeKind =>
  scopeKinds.find(one => one === asked.get('of')) ?? (asked.has('version') ? 'version' : 'credential')

/** `missing`: what has to be chosen before anything can be said of it. */
export function scopeOf(asked: URLSearchParams): { scope: KillScope } | { missing: string } {
  const given = (name: string) => (asked.get(name) ?? '').trim()
  const of = kindOfScope(asked)
  const credential = given('credential')
  switch (of) {
    case 'version': {
      if (credential === '') return { missing: 'Choose the credential, then the version.' }
      const version = Number(given('version'))
      if (!Number.isInteger(version) || version < 1) return { missing: 'Choose the version.' }
      return { scope: { of, credential, version } }
    }
    case 'credential':
      return credential === '' ? { missing: 'Choose the credential.' } : { scope: { of, credential } }
    case 'agent': {
      const agent = given('agent')
      return agent === '' ? { missing: 'Choose the agent.' } : { scope: { of, agent } }
    }
    case 'target': {
      const target = given('target')
      return target === '' ? { missing: 'Choose the target.' } : { scope: { of, target } }
    }
    case 'environment': {
      const environment = given('environment')
      return environment === '' ? { missing: 'Choose the environment.' } : { scope: { of, environment } }
    }
    case 'query': {
      const query = queryOf(given)
      if (query === null) return { missing: 'The time is not readable: write it as 2026-03-01T12:00.' }
      if (Object.keys(query).length === 0) {
        return { missing: 'Say what to look for. A query that asks for nothing would kill everything.' }
      }
      return { scope: { of, query } }
    }
  }
}

function queryOf(given: (name: string) => string): Query | null {
  const query: Record<string, unknown> = {}
  for (const field of queryFields) {
    const value = given(field)
    if (value === '') continue
    if (field !== 'issuedBefore') query[field] = value
    else {
      // What the browser's field gives has no zone; it is asked for in UTC.
      const ms = Date.parse(/[zZ]$|[+-]\d\d:\d\d$/.test(value) ? value : `${value}Z`)
      if (Number.isNaN(ms)) return null
      query['issuedBeforeMs'] = ms
    }
  }
  return query as Query
}

export interface Totals {
  credentials: number
  versions: number
}

/** What the button says: exactly what dies. */
export function killText(
  scope: KillScope,
  { credentials, versions }: Totals,
  onlyName: string | null,
): string {
  if (scope.of === 'version') return `Kill version ${scope.version} of ${onlyName ?? scope.credential}`
  const those = versions === 1 ? '1 version' : `${versions.toLocaleString('en-GB')} versions`
  if (credentials === 1) return `Kill ${those} of ${onlyName ?? '1 credential'}`
  return `Kill ${those} of ${credentials.toLocaleString('en-GB')} credentials`
}

/** What has to be typed, letter by letter, before something wide is killed; null: nothing. */
export function wordToType(scope: KillScope, { versions }: Totals): string | null {
  switch (scope.of) {
    case 'environment':
      return scope.environment
    case 'target':
      return scope.target
    case 'query':
      // It has no name of its own. The number is what a slip would change.
      return versions === 1 ? '1 version' : `${versions} versions`
    default:
      return null
  }
}
