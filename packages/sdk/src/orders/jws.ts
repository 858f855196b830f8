// A compact JWS (RFC 7515) as this channel has it: three parts, Ed25519 (RFC 9864), and a header of `typ`, `alg` and `kid` and
// nothing else. A key in the header (`jwk`, `jku`, `x5u`, `x5c`) would let whoever signs choose what he is checked with, and
// `crit` asks for what is not understood here; so one that has any other member is refused and not half understood.
import { fromBase64url, objectIn } from '../encoding.ts'

/** Why an order, or a ring of keys, is not believed. */
export type RefusalCode =
  | 'malformed'
  | 'wrong-type'
  | 'wrong-algorithm'
  | 'unknown-key'
  | 'revoked-key'
  | 'bad-signature'
  | 'wrong-issuer'
  | 'wrong-audience'
  | 'not-a-revocation'

export interface Jws {
  kid: string
  signed: string
  claims: Uint8Array<ArrayBuffer>
  signature: Uint8Array<ArrayBuffer>
}

/** Nobody has so much to say; what is longer is not even looked at. */
const longest = 16_384
const thumbprintShape = /^[\w-]{43}$/
/** Headers that were in order: those of one key are the same, letter for letter. */
const mostHeaders = 8

export type Headers = Map<string, string>

/** The parts of one, or why it is none. `headers` is what the caller keeps from one to the next. */
export function openJws(text: unknown, typ: string, headers: Headers): Jws | RefusalCode {
  if (typeof text !== 'string' || text.length > longest) return 'malformed'
  const [header, claims, signature, ...more] = text.split('.')
  if (header === undefined || claims === undefined || signature === undefined || more.length > 0)
    return 'malformed'
  const kid = headers.get(header) ?? kidOf(header, typ)
  if (typeof kid !== 'string') return kid.why
  if (headers.size < mostHeaders) headers.set(header, kid)
  const claimBytes = fromBase64url(claims)
  const signatureBytes = fromBase64url(signature)
  if (claimBytes === null || signatureBytes?.length !== 64) return 'malformed'
  return { kid, signed: `${header}.${claims}`, claims: claimBytes, signature: signatureBytes }
}

function kidOf(encoded: string, typ: string): string | { why: RefusalCode } {
  const bytes = fromBase64url(encoded)
  const header = bytes === null ? null : objectIn(bytes)
  if (header === null) return { why: 'malformed' }
  if (header['typ'] !== typ) return { why: 'wrong-type' }
  if (header['alg'] !== 'Ed25519') return { why: 'wrong-algorithm' }
  const { kid } = header
  const isBare = Object.keys(header).every(name => name === 'typ' || name === 'alg' || name === 'kid')
  return isBare && typeof kid === 'string' && thumbprintShape.test(kid) ? kid : { why: 'malformed' }
}

export const isThumbprint = (value: unknown): value is string =>
  typeof value === 'string' && thumbprintShape.test(value)
