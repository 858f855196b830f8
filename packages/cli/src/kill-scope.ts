// What a kill is to reach, as it is typed: a credential or one version of it, an agent, a target, an environment, or what a query finds.
import { kinds } from './choices.ts'
import { usage } from './exit.ts'
import { count, type Kinds, moment, oneOf, type Read, word } from './kinds.ts'
import type { Body } from './plane/operations.ts'

export type Scope = NonNullable<Body<'kills.order'>['scope']>

export const scopeArgs = {
  credential: word('id', 'a credential', { ids: 'credential' }),
  version: count('number', 'one version of it only'),
} satisfies Kinds

export const scopeOptions = {
  agent: word('id', 'all that an agent is bound to', { ids: 'agent' }),
  target: word('name', 'everything at a target', { ids: 'target' }),
  environment: word('name', 'everything in an environment', { ids: 'environment' }),
  kind: oneOf(kinds, 'everything of a kind', 'kind'),
  provider: word('kind', 'everything of a provider', { ids: 'provider' }),
  owner: word('id', 'everything that somebody answers for'),
  text: word('text', 'everything with this in its name'),
  handle: word('name', 'what the target calls so'),
  fingerprint: word('text', 'what has this fingerprint'),
  issuedBefore: moment('what was issued before then'),
} satisfies Kinds

type Args = Read<typeof scopeArgs>
type Options = Read<typeof scopeOptions>

/** Two of them that do not go together are refused: whoever kills says exactly what. */
export function scopeOf({ credential, version }: Args, options: Options): Scope {
  const { agent, issuedBefore, target, environment, kind, provider, owner, text, handle, fingerprint } =
    options
  const query = {
    environment,
    kind,
    provider,
    target,
    owner,
    text,
    handle,
    fingerprint,
    issuedBeforeMs: issuedBefore,
  }
  const asked = Object.entries(query).filter(([, value]) => value !== undefined)
  const ways = [credential, agent, asked.length > 0 ? true : undefined].filter(one => one !== undefined)
  if (ways.length === 0) {
    throw usage(
      'It is not said what is to be killed.',
      'Name a credential, and perhaps a version; or give --agent, --target, --environment, or what a query takes.',
    )
  }
  if (ways.length > 1)
    throw usage('A credential, an agent and a query do not go together.', 'Say one of them.')
  if (credential !== undefined)
    return version === undefined ? { of: 'credential', credential } : { of: 'version', credential, version }
  if (agent !== undefined) return { of: 'agent', agent }
  if (asked.length === 1 && target !== undefined) return { of: 'target', target }
  if (asked.length === 1 && environment !== undefined) return { of: 'environment', environment }
  return { of: 'query', query: Object.fromEntries(asked) }
}

/** As it would be typed again. */
export function scopeText(scope: Scope): string {
  switch (scope.of) {
    case 'version':
      return `version ${scope.version} of ${scope.credential}`
    case 'credential':
      return `every version of ${scope.credential}`
    case 'agent':
      return `all that ${scope.agent} is bound to`
    case 'target':
      return `everything at ${scope.target}`
    case 'environment':
      return `everything in ${scope.environment}`
    case 'query':
      return `everything with ${Object.entries(scope.query)
        .map(([name, value]) => `${name} ${value}`)
        .join(' and ')}`
  }
}
