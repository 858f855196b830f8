// An agent's own Ed25519 key, and the assertion by which it proves that it holds it: a compact JWS (RFC 7515, EdDSA as in RFC
// 8037) that carries its public key, names itself by that key's thumbprint (RFC 7638), and is good for one audience and a
// minute. Whether the thumbprint belongs to anyone, and whether the jti was seen before, is for the caller to know.
import { createHash, createPublicKey, type JsonWebKey, verify } from 'node:crypto'
import { fromBase64Url, type JsonObject, readObject } from './base64url.ts'
import { type Refusal, refuse } from './refusal.ts'

export { type AgentToken, type AgentTokens, agentTokens } from './agent-token.ts'
export { type ReplayGuard, replayGuard } from './replay-guard.ts'
export { checkProof, type Proof, type ProofAnswer, proofWindowMs } from './request-proof.ts'

export interface AgentKey {
  kty: 'OKP'
  crv: 'Ed25519'
  x: string
}

export type AssertionCode =
  | 'malformed'
  | 'wrong-algorithm'
  | 'wrong-audience'
  | 'expired'
  | 'bad-signature'
  | 'from-the-future'

export interface Assertion {
  ok: true
  thumbprint: string
  jwk: AgentKey
  jti: string
  /** Until then it would be accepted again: so long its jti has to be remembered. */
  expMs: number
}

export interface AssertionTerms {
  /** The addresses of this control plane. */
  audiences: readonly string[]
  nowMs: number
}

export const assertionType = 'rekey-agent+jwt'
const longestText = 4_096
const longestLifeS = 60
const skewS = 60

export function verifyAssertion(
  text: string,
  { audiences, nowMs }: AssertionTerms,
): Assertion | Refusal<AssertionCode> {
  if (typeof text !== 'string' || text.length > longestText) return malformed('it is too long, or no text')
  const [head, body, tail, ...rest] = text.split('.')
  const header = readObject(fromBase64Url(head))
  const claims = readObject(fromBase64Url(body))
  const signature = fromBase64Url(tail)
  if (header === null || claims === null || signature === null || rest.length > 0)
    return malformed('it is not a compact JWS of two JSON objects and a signature')
  const { alg, typ, jwk, ...more } = header
  // Before anything else is looked at: what is signed in another way is none of ours, whatever it says.
  if (alg !== 'EdDSA' || typ !== assertionType)
    return refuse(
      'wrong-algorithm',
      'The assertion is not signed as Rekey asks for.',
      `Sign with EdDSA, as typ "${assertionType}".`,
    )
  const key = readKey(jwk)
  if (key === null || Object.keys(more).length > 0)
    return malformed(
      'its header has other members than alg, typ and jwk, or its key is no public Ed25519 key',
    )
  const thumbprint = thumbprintOf(key)
  const times = readTimes(claims, thumbprint)
  if (typeof times === 'string') return malformed(times)
  if (!isSigned(`${head}.${body}`, key, signature))
    return refuse(
      'bad-signature',
      'The assertion is not signed by the key in it.',
      'Sign the text as it is sent, with the private half of that key.',
    )
  return judged(claims, times, audiences, nowMs) ?? { ok: true, thumbprint, jwk: key, ...accepted(times) }
}

interface Times {
  iat: number
  exp: number
  jti: string
}

const accepted = ({ exp, jti }: Times) => ({ jti, expMs: (exp + skewS) * 1_000 })

/** What is missing or impossible, in words. */
function readTimes({ iss, sub, iat, exp, jti }: JsonObject, thumbprint: string): Times | string {
  if (iss !== thumbprint || sub !== thumbprint) return 'iss and sub are not both the thumbprint of its key'
  if (!isSeconds(iat) || !isSeconds(exp)) return 'iat and exp are not both whole seconds'
  if (exp <= iat || exp - iat > longestLifeS) return `exp is not within ${longestLifeS} s after iat`
  if (typeof jti !== 'string' || !/^[\w-]{16,128}$/.test(jti))
    return 'jti is not 16 to 128 characters of base64url'
  return { iat, exp, jti }
}

const isSeconds = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 1e11

function judged(
  { aud }: JsonObject,
  { iat, exp }: Times,
  audiences: readonly string[],
  nowMs: number,
): Refusal<AssertionCode> | null {
  // One audience and no list: what is meant for two can be carried from the one to the other.
  if (typeof aud !== 'string' || !audiences.includes(aud))
    return refuse(
      'wrong-audience',
      'The assertion was made for another control plane.',
      `Make it with "aud" as ${audiences.join(' or ')}.`,
    )
  if ((iat - skewS) * 1_000 > nowMs)
    return refuse(
      'from-the-future',
      'The assertion was made in the future.',
      'Set the clock of the agent’s machine; it is ahead by more than a minute.',
    )
  if ((exp + skewS) * 1_000 <= nowMs)
    return refuse(
      'expired',
      'The assertion has expired.',
      'Make a new one for each try; if it was new, set the clock of the agent’s machine.',
    )
  return null
}

function readKey(jwk: unknown): AgentKey | null {
  if (typeof jwk !== 'object' || jwk === null) return null
  const { kty, crv, x, ...more } = jwk as JsonObject
  // A private half that is sent along is burnt; taking it would teach agents to send it.
  if (kty !== 'OKP' || crv !== 'Ed25519' || Object.keys(more).length > 0) return null
  const bytes = fromBase64Url(x)
  return bytes?.length === 32 && typeof x === 'string' ? { kty, crv, x } : null
}

/** RFC 7638: the required members, in the order of their names, without a space. */
export function thumbprintOf({ x }: AgentKey): string {
  return createHash('sha256').update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`).digest('base64url')
}

function isSigned(signed: string, key: AgentKey, signature: Uint8Array): boolean {
  if (signature.length !== 64) return false
  try {
    const publicKey = createPublicKey({ key: key as unknown as JsonWebKey, format: 'jwk' })
    return verify(null, Buffer.from(signed), publicKey, signature)
  } catch {
    // 32 bytes that are no point of the curve.
    return false
  }
}

const malformed = (what: string): Refusal<AssertionCode> =>
  refuse('malformed', `The assertion cannot be read: ${what}.`, 'Make it with the SDK: it knows the form.')
