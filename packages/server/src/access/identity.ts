// Who an agent is outside of Rekey: a JWT (RFC 7519, with the advice of RFC 8725) of an issuer that somebody here trusts, be it of
// OpenID Connect, of Kubernetes or a JWT-SVID of SPIFFE. Everything is decided by our own record of the issuer; a header can only
// choose among its keys.
import { compactVerify } from 'jose'
import { fromBase64Url, type JsonObject, readObject } from './base64url.ts'
import { acceptedAlgorithms, type Issuer } from './issuer.ts'
import { type IssuerKeys, issuerKeys } from './issuer-keys.ts'
import { type Refusal, refuse } from './refusal.ts'
import type { Fetch } from './remote-object.ts'
import { parseSpiffeId } from './spiffe-id.ts'

export { matches, type Rule, ruleFaults } from './identity-rule.ts'
export type { Issuer } from './issuer.ts'

export interface Identity {
  /** The id of the issuer here. */
  issuer: string
  subject: string
  claims: JsonObject
}

export type IdentityCode =
  | 'malformed'
  | 'unknown-issuer'
  | 'wrong-algorithm'
  | 'wrong-audience'
  | 'bad-subject'
  | 'expired'
  | 'not-yet'
  | 'too-long'
  | 'unknown-key'
  | 'unreachable'
  | 'bad-signature'

export type IdentityAnswer = ({ ok: true } & Identity) | Refusal<IdentityCode>

export interface IdentityTerms {
  nowMs: number
  signal: AbortSignal
  fetch?: Fetch
  /** Shared by the process unless it is told otherwise. */
  keys?: IssuerKeys
}

interface Token {
  text: string
  header: JsonObject
  claims: JsonObject
}

const longestText = 16_384
const toleranceS = 60
const longestLifeS = 24 * 60 * 60
const longestSubject = 2_048
const ourKeys = issuerKeys()

export async function verifyIdentity(
  issuers: readonly Issuer[],
  text: string,
  terms: IdentityTerms,
): Promise<IdentityAnswer> {
  const token = readToken(text)
  if (token === null)
    return refuse('malformed', 'The token cannot be read.', 'Send a signed JWT of at most 16 kB, as it is.')
  const candidates = issuers.filter(issuer => hasIssued(issuer, token.claims))
  const refusals: Refusal<IdentityCode>[] = []
  for (const issuer of candidates) {
    const answer = await judge(issuer, token, terms)
    if (answer.ok) return answer
    refusals.push(answer)
  }
  // One issuer may be trusted for several audiences: what went wrong with the right one is what helps.
  const telling = refusals.find(({ code }) => code !== 'wrong-audience') ?? refusals[0]
  return (
    telling ??
    refuse(
      'unknown-issuer',
      'The token is of an issuer that is not trusted here.',
      'Add the issuer exactly as the token’s "iss" names it; for SPIFFE, its trust domain.',
    )
  )
}

/** What a token says of itself before anything is proved: enough to refuse it, never to accept it. */
function readToken(text: string): Token | null {
  if (typeof text !== 'string' || text.length > longestText) return null
  const [head, body, tail, ...rest] = text.split('.')
  const header = readObject(fromBase64Url(head))
  const claims = readObject(fromBase64Url(body))
  if (header === null || claims === null || tail === undefined || rest.length > 0) return null
  // No extension that would have to be understood is.
  return 'crit' in header || 'b64' in header ? null : { text, header, claims }
}

function hasIssued({ kind, issuer }: Issuer, { iss, sub }: JsonObject): boolean {
  if (kind !== 'spiffe') return iss === issuer
  const id = parseSpiffeId(sub)
  return id !== null && `spiffe://${id.trustDomain}` === issuer
}

async function judge(issuer: Issuer, token: Token, terms: IdentityTerms): Promise<IdentityAnswer> {
  const { header, claims } = token
  const { alg, kid } = header
  const algorithms = acceptedAlgorithms(issuer)
  if (typeof alg !== 'string' || !algorithms.includes(alg))
    return refuse(
      'wrong-algorithm',
      `The token is signed in a way that is not accepted from "${issuer.id}".`,
      `Let the issuer sign with one of ${algorithms.join(', ')}.`,
    )
  // What costs nothing comes first, so that a worthless token fetches no keys.
  const early = headerFault(issuer, header) ?? claimsFault(issuer, claims, terms.nowMs)
  if (early !== null) return early
  const at = { nowMs: terms.nowMs, signal: terms.signal, fetch: terms.fetch ?? globalThis.fetch }
  const wanted = { alg, kid: typeof kid === 'string' ? kid : undefined }
  const found = await (terms.keys ?? ourKeys).find(issuer, wanted, at)
  if (!found.ok && found.answer === 'away')
    return refuse(
      'unreachable',
      `The keys of "${issuer.id}" cannot be had: ${found.why}.`,
      'See that its address is right and can be reached from here, or give its keys in the settings.',
    )
  if (!found.ok)
    return refuse(
      'unknown-key',
      `${capital(found.why)}.`,
      'Get a new token; if its keys are given here, renew them.',
    )
  try {
    await compactVerify(token.text, found.key, { algorithms })
  } catch {
    return refuse(
      'bad-signature',
      `The token is not signed by "${issuer.id}".`,
      'Send the token as the issuer gave it.',
    )
  }
  return { ok: true, issuer: issuer.id, subject: String(claims['sub']), claims }
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** JWT-SVID, section 2: no other members, and a type that says nothing else. */
function headerFault({ kind }: Issuer, header: JsonObject): Refusal<IdentityCode> | null {
  const { alg: _alg, kid, typ, ...more } = header
  const isKidRight = kid === undefined || typeof kid === 'string'
  const isTypeRight = typ === undefined || typ === 'JWT' || typ === 'JOSE'
  if (isKidRight && (kind !== 'spiffe' || (isTypeRight && Object.keys(more).length === 0))) return null
  return refuse(
    'malformed',
    'The header of the token has members that it may not have.',
    'A JWT-SVID has alg, kid and typ ("JWT" or "JOSE") in its header and nothing else.',
  )
}

function claimsFault(issuer: Issuer, claims: JsonObject, nowMs: number): Refusal<IdentityCode> | null {
  const { aud, sub } = claims
  const isForUs = aud === issuer.audience || (Array.isArray(aud) && aud.includes(issuer.audience))
  if (!isForUs)
    return refuse(
      'wrong-audience',
      'The token was made for another audience.',
      `Ask "${issuer.id}" for a token with the audience "${issuer.audience}".`,
    )
  if (!isSubject(issuer, sub))
    return refuse(
      'bad-subject',
      `The subject of the token is none that "${issuer.id}" can have.`,
      subjects[issuer.kind],
    )
  return timesFault(issuer, claims, nowMs / 1_000)
}

const subjects: Record<Issuer['kind'], string> = {
  oidc: 'Its "sub" has to be a text of at most 2048 characters.',
  kubernetes: 'Its "sub" has to be "system:serviceaccount:<namespace>:<name>".',
  spiffe: 'Its "sub" has to be the SPIFFE ID of a workload, with a path.',
}

function isSubject({ kind }: Issuer, sub: unknown): boolean {
  if (typeof sub !== 'string' || sub === '' || sub.length > longestSubject) return false
  if (kind === 'spiffe') return (parseSpiffeId(sub)?.path ?? '') !== ''
  return kind === 'oidc' || /^system:serviceaccount:[a-z0-9-]{1,63}:[a-z0-9.-]{1,253}$/.test(sub)
}

function timesFault({ kind }: Issuer, claims: JsonObject, nowS: number): Refusal<IdentityCode> | null {
  const { exp, iat, nbf } = claims
  // A JWT-SVID may leave out when it was made.
  const isIatRight = isSeconds(iat) || (iat === undefined && kind === 'spiffe')
  if (!isSeconds(exp) || !isIatRight || (nbf !== undefined && !isSeconds(nbf)))
    return refuse(
      'malformed',
      'The token does not say when it was made or when it ends.',
      'It needs "exp" and "iat" in seconds; a JWT-SVID needs "exp".',
    )
  const beginS = Math.max(isSeconds(iat) ? iat : 0, isSeconds(nbf) ? nbf : 0)
  if (exp + toleranceS <= nowS)
    return refuse('expired', 'The token has expired.', 'Get a new one from its issuer.')
  if (beginS - toleranceS > nowS)
    return refuse('not-yet', 'The token is not valid yet.', 'Compare the clocks here and at its issuer.')
  if (exp - nowS > longestLifeS + toleranceS)
    return refuse(
      'too-long',
      'The token is valid for more than a day.',
      'Let its issuer make tokens that live for minutes or hours: nobody can take one back.',
    )
  return null
}

const isSeconds = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value > 0
