// An issuer of agents' identities as it is entered, with the rules that say which of its identities is which agent.
import type { AnswerOf, BodyOf, routes } from '@rekey/wire'
import { idFault } from '../../parts/id.ts'

export type Issuer = AnswerOf<typeof routes.issuers.list>['items'][number]
export type IssuerInput = BodyOf<typeof routes.issuers.put>
export type IssuerKind = Issuer['kind']

export const issuerKinds: Record<
  IssuerKind,
  { name: string; means: string; issuer: string; subject: string }
> = {
  oidc: {
    name: 'OpenID Connect',
    means: 'CI systems and clouds give their jobs such tokens.',
    issuer: 'https://token.actions.githubusercontent.com',
    subject: 'repo:shop/web:ref:refs/heads/main',
  },
  kubernetes: {
    name: 'Kubernetes',
    means: 'Service accounts of a cluster.',
    issuer: 'https://kubernetes.default.svc',
    subject: 'system:serviceaccount:shop:web',
  },
  spiffe: {
    name: 'SPIFFE',
    means: 'Workloads of a trust domain.',
    issuer: 'spiffe://example.org',
    subject: 'spiffe://example.org/shop/web',
  },
}

export interface RuleDraft {
  agent: string
  subject: string
  /** A line each: `kubernetes.io.namespace = shop`. */
  claims: string
}

export interface IssuerDraft {
  id: string
  kind: IssuerKind
  issuer: string
  audience: string
  jwksUrl: string
  jwks: string
  rules: readonly RuleDraft[]
}

export const noRule: RuleDraft = { agent: '', subject: '', claims: '' }

export function issuerDraft(one?: Issuer): IssuerDraft {
  return {
    id: one?.id ?? '',
    kind: one?.kind ?? 'oidc',
    issuer: one?.issuer ?? '',
    audience: one?.audience ?? '',
    jwksUrl: one?.jwksUrl ?? '',
    jwks: one?.jwks === undefined ? '' : JSON.stringify(one.jwks, null, 2),
    rules: (one?.rules ?? []).map(({ agent, subject, claims }) => ({
      agent,
      subject: subject ?? '',
      claims: Object.entries(claims ?? {})
        .map(([path, value]) => `${path} = ${value}`)
        .join('\n'),
    })),
  }
}

export interface IssuerFaults {
  id?: string
  issuer?: string
  audience?: string
  jwksUrl?: string
  jwks?: string
  rules?: string
}

export function readIssuer(draft: IssuerDraft): { id: string; body: IssuerInput; faults: IssuerFaults } {
  const faults: IssuerFaults = idFault(draft.id)
  const { id, kind } = draft
  const [issuer, audience, jwksUrl] = [draft.issuer.trim(), draft.audience.trim(), draft.jwksUrl.trim()]
  if (issuer === '') faults.issuer = 'The issuer as its tokens name it.'
  if (audience === '') faults.audience = 'For whom its tokens have to be made out.'
  if (jwksUrl !== '' && !URL.canParse(jwksUrl)) faults.jwksUrl = 'That is no address.'
  const jwks = jwksOf(draft.jwks, faults)
  if (kind === 'spiffe' && jwksUrl === '' && jwks === null)
    faults.jwksUrl = 'SPIFFE has no discovery: give the address of its keys, or the keys themselves.'
  const body: IssuerInput = {
    kind,
    issuer,
    audience,
    ...(jwksUrl !== '' && { jwksUrl }),
    ...(jwks !== null && { jwks }),
    rules: draft.rules.filter(one => one.agent !== '' || one.subject !== '').map(one => ruleOf(one, faults)),
  }
  return { id, body, faults }
}

function jwksOf(text: string, faults: IssuerFaults): { keys: unknown[] } | null {
  if (text.trim() === '') return null
  try {
    const read = JSON.parse(text) as { keys?: unknown }
    if (Array.isArray(read.keys)) return { keys: read.keys }
  } catch {
    // Told below.
  }
  faults.jwks = 'A JWK set is JSON with a list of "keys".'
  return null
}

function ruleOf({ agent, subject, claims }: RuleDraft, faults: IssuerFaults): IssuerInput['rules'][number] {
  const said: Record<string, string> = {}
  for (const line of claims.split('\n').filter(one => one.trim() !== '')) {
    const [path = '', ...value] = line.split('=')
    if (path.trim() === '' || value.length === 0)
      faults.rules = `“${line.trim()}” is not readable: write a claim as path = value.`
    else said[path.trim()] = value.join('=').trim()
  }
  if (agent === '') faults.rules = 'Each rule says of an agent.'
  if (subject.trim() === '' && Object.keys(said).length === 0)
    faults.rules = 'Each rule names a subject, a claim, or both: one that says nothing lets nobody in.'
  return {
    agent,
    ...(subject.trim() !== '' && { subject: subject.trim() }),
    ...(Object.keys(said).length > 0 && { claims: said }),
  }
}
