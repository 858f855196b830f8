// People who sign in elsewhere: OpenID Connect Core 1.0, the authorization code flow with PKCE (RFC 7636), with the advice of RFC 9700.
// State ties the answer to this browser, the nonce ties the ID token to this request, the verifier ties the code to us, and
// "iss" (RFC 9207) tells one provider's answer from another's.
import { createHash } from 'node:crypto'
import type { Secret } from '@rekey/core'
import { type JsonObject, toBase64Url } from './base64url.ts'
import { type Discovered, discover } from './discovery.ts'
import { verifyIdentity } from './identity.ts'
import type { IssuerKeys } from './issuer-keys.ts'
import { type Refusal, refuse } from './refusal.ts'
import { type Fetch, fetchObject } from './remote-object.ts'
import { isSameText } from './token-format.ts'

export interface SignOnProvider {
  id: string
  issuer: string
  clientId: string
}

/** What is kept between going there and coming back. As secret as a session, and good once: whoever takes it up removes it. */
export interface PendingSignOn {
  provider: string
  state: string
  nonce: string
  verifier: string
  redirectUri: string
  begunMs: number
}

export type SignOnCode =
  | 'wrong-state'
  | 'too-late'
  | 'wrong-issuer'
  | 'declined'
  | 'no-code'
  | 'unreachable'
  | 'code-refused'
  | 'bad-token'
  | 'wrong-nonce'

export interface SignedOn {
  ok: true
  /** The only name by which they are known again: an address or a name can pass to somebody else. */
  subject: string
  name: string
  /** Left out where the provider says that it is not verified. */
  email?: string
  claims: JsonObject
}

/** The parameters with which the browser comes back. */
export interface CallbackQuery {
  code?: string | undefined
  state?: string | undefined
  iss?: string | undefined
  error?: string | undefined
}

interface Terms {
  nowMs: number
  signal: AbortSignal
  fetch?: Fetch
}

export interface BeginTerms extends Terms {
  redirectUri: string
  random: (bytes: number) => Uint8Array
}

export interface FinishTerms extends Terms {
  /** null: a public client. Otherwise it goes by client_secret_basic. */
  clientSecret: Secret | null
  keys?: IssuerKeys
}

type Found = Extract<Discovered, { ok: true }>

const scope = 'openid profile email'
const pendingMs = 10 * 60_000

export async function beginSignOn(
  provider: SignOnProvider,
  terms: BeginTerms,
): Promise<{ ok: true; url: string; pending: PendingSignOn } | Refusal<SignOnCode>> {
  const { redirectUri, random, nowMs } = terms
  const found = await discover(provider.issuer, reachOf(terms))
  if (!found.ok) return unreachable(provider, found.why)
  const url = found.address('authorization_endpoint')
  if (url === null) return unreachable(provider, 'its discovery names no safe authorization_endpoint')
  const [state, nonce, verifier] = [0, 1, 2].map(() => toBase64Url(random(32))) as [string, string, string]
  const asked = {
    response_type: 'code',
    client_id: provider.clientId,
    redirect_uri: redirectUri,
    scope,
    state,
    nonce,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value)
  const pending = { provider: provider.id, state, nonce, verifier, redirectUri, begunMs: nowMs }
  return { ok: true, url: url.href, pending }
}

export async function finishSignOn(
  provider: SignOnProvider,
  pending: PendingSignOn,
  query: CallbackQuery,
  terms: FinishTerms,
): Promise<SignedOn | Refusal<SignOnCode>> {
  if (pending.provider !== provider.id || !isRight(query.state, pending.state))
    return refuse('wrong-state', 'This is not the answer to the sign-on that was begun here.', again)
  if (Math.abs(terms.nowMs - pending.begunMs) > pendingMs)
    return refuse('too-late', 'The sign-on took more than ten minutes.', again)
  const found = await discover(provider.issuer, reachOf(terms))
  if (!found.ok) return unreachable(provider, found.why)
  const fault = answerFault(provider, query, found.metadata)
  if (fault !== null) return fault
  const token = await redeem(provider, pending, query.code ?? '', found, terms)
  return typeof token === 'string' ? signedOn(provider, pending, token, terms) : token
}

const again = 'Begin to sign in again.'

/** "iss" before anything else in the answer: an error of another provider is none of ours either. */
function answerFault(
  { issuer, id }: SignOnProvider,
  { code, iss, error }: CallbackQuery,
  metadata: JsonObject,
): Refusal<SignOnCode> | null {
  const isTold = metadata['authorization_response_iss_parameter_supported'] === true
  if (iss === undefined ? isTold : iss !== issuer)
    return refuse('wrong-issuer', `The answer is not one of "${id}".`, again)
  if (error !== undefined)
    return refuse(
      'declined',
      `"${id}" did not let you in${codeIn(error)}.`,
      'Ask whoever keeps that provider for access, and sign in again.',
    )
  if (code === undefined || code === '') return refuse('no-code', `"${id}" sent no code.`, again)
  return null
}

/** The token request (RFC 6749, section 4.1.3); what comes of it is the ID token, or why there is none. */
async function redeem(
  provider: SignOnProvider,
  { redirectUri, verifier }: PendingSignOn,
  code: string,
  found: Found,
  terms: FinishTerms,
): Promise<string | Refusal<SignOnCode>> {
  const url = found.address('token_endpoint')
  if (url === null) return unreachable(provider, 'its discovery names no safe token_endpoint')
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier }
  const headers: Record<string, string> = { 'content-type': 'application/x-www-form-urlencoded' }
  const body = new URLSearchParams(form)
  if (terms.clientSecret === null) body.set('client_id', provider.clientId)
  else headers['authorization'] = basic(provider.clientId, terms.clientSecret)
  const answer = await fetchObject(url, reachOf(terms), { method: 'POST', headers, body: body.toString() })
  if (!answer.ok) return unreachable(provider, answer.why)
  const token = answer.object['id_token']
  if (answer.status === 200 && typeof token === 'string') return token
  return refuse(
    'code-refused',
    `"${provider.id}" gave no ID token for the code${codeIn(answer.object['error'])}.`,
    'Sign in again; if it stays so, compare client id, client secret and redirect address with the provider’s.',
  )
}

/** RFC 6749, section 2.3.1: both halves are form-encoded before they are joined. */
function basic(clientId: string, clientSecret: Secret): string {
  const encoded = (text: string) => new URLSearchParams({ x: text }).toString().slice(2)
  const joined = `${encoded(clientId)}:${encoded(clientSecret.reveal())}`
  return `Basic ${Buffer.from(joined).toString('base64')}`
}

async function signedOn(
  provider: SignOnProvider,
  { nonce }: PendingSignOn,
  token: string,
  { nowMs, signal, fetch, keys }: FinishTerms,
): Promise<SignedOn | Refusal<SignOnCode>> {
  const { id, issuer, clientId } = provider
  const trusted = { id, kind: 'oidc' as const, issuer, audience: clientId }
  const options = { nowMs, signal, ...(fetch && { fetch }), ...(keys && { keys }) }
  const answer = await verifyIdentity([trusted], token, options)
  if (!answer.ok)
    return refuse(answer.code === 'unreachable' ? 'unreachable' : 'bad-token', answer.text, answer.how)
  const { subject, claims } = answer
  if (!isRight(claims['nonce'], nonce))
    return refuse('wrong-nonce', 'The ID token was made for another sign-on.', again)
  const { azp, aud } = claims
  const isShared = Array.isArray(aud) && aud.length > 1
  // Section 3.1.3.7: made for several, it has to say that it was asked for by us.
  if (azp === undefined ? isShared : azp !== clientId)
    return refuse('bad-token', 'The ID token was made for somebody else too.', again)
  return { ok: true, subject, ...namesIn(claims, subject), claims }
}

function namesIn(claims: JsonObject, subject: string): { name: string; email?: string } {
  const text = (name: string) => {
    const value = claims[name]
    return typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, 200) : undefined
  }
  const email = claims['email_verified'] === false ? undefined : text('email')
  const name = text('name') ?? text('preferred_username') ?? email ?? subject
  return { name, ...(email !== undefined && { email }) }
}

const reachOf = ({ fetch = globalThis.fetch, signal }: Terms) => ({ fetch, signal })

const unreachable = ({ id }: SignOnProvider, why: string) =>
  refuse(
    'unreachable' as const,
    `The sign-on provider "${id}" cannot be used: ${why}.`,
    'See that its issuer is right and can be reached from here; meanwhile sign in with a password or a passkey.',
  )

/** The code of an error (RFC 6749, section 5.2), where it is one and no text of somebody's own. */
const codeIn = (error: unknown): string =>
  typeof error === 'string' && /^[a-z_]{1,40}$/.test(error) ? ` (${error})` : ''

const isRight = (given: unknown, right: string): boolean =>
  typeof given === 'string' && right !== '' && isSameText(given, right)
