// What an authenticator says (WebAuthn Level 3, section 6.1), and the public key in it (COSE, RFC 9052 and 9053), of three algorithms.
import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { toBase64Url } from './base64url.ts'
import { type Cbor, CborError, type CborMap, decodeFirst } from './cbor.ts'

export type PasskeyAlgorithm = 'ES256' | 'EdDSA' | 'RS256'

/** In the order in which we would like them. */
export const coseAlgorithms: Readonly<Record<PasskeyAlgorithm, number>> = {
  EdDSA: -8,
  ES256: -7,
  RS256: -257,
}

export interface AttestedKey {
  credentialId: Uint8Array
  /** null: of an algorithm that was not asked for, or no key at all. */
  key: { algorithm: PasskeyAlgorithm; publicKey: KeyObject } | null
}

export interface AuthenticatorData {
  rpIdHash: Uint8Array
  isPresent: boolean
  isVerified: boolean
  /** It may be copied to other devices, and whether it was. */
  mayBackUp: boolean
  isBackedUp: boolean
  counter: number
  attested: AttestedKey | null
}

const headLength = 37
const longestCredentialId = 1_023
const flag = {
  present: 0x01,
  verified: 0x04,
  mayBackUp: 0x08,
  backedUp: 0x10,
  attested: 0x40,
  extended: 0x80,
}

/** null: it cannot be read. */
export function readAuthenticatorData(bytes: Uint8Array): AuthenticatorData | null {
  if (bytes.length < headLength) return null
  const flags = bytes[32]!
  const has = (bit: number) => (flags & bit) !== 0
  try {
    let end = headLength
    let attested: AttestedKey | null = null
    if (has(flag.attested)) ({ attested, end } = readAttested(bytes))
    // Extensions that nobody asked for are read past, but they have to be there and to be the last.
    if (has(flag.extended)) {
      const extensions = decodeFirst(bytes, end)
      if (!(extensions.value instanceof Map)) return null
      end = extensions.end
    }
    // What was not allowed to be backed up cannot have been.
    if (end !== bytes.length || (has(flag.backedUp) && !has(flag.mayBackUp))) return null
    return {
      rpIdHash: bytes.subarray(0, 32),
      isPresent: has(flag.present),
      isVerified: has(flag.verified),
      mayBackUp: has(flag.mayBackUp),
      isBackedUp: has(flag.backedUp),
      counter: viewOf(bytes).getUint32(33),
      attested,
    }
  } catch (error) {
    if (error instanceof CborError) return null
    throw error
  }
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

function readAttested(bytes: Uint8Array): { attested: AttestedKey; end: number } {
  const start = headLength + 16 + 2
  if (bytes.length < start) throw new CborError('it ends too early')
  const length = viewOf(bytes).getUint16(headLength + 16)
  if (length === 0 || length > longestCredentialId || start + length > bytes.length)
    throw new CborError('the credential id has no length that one can have')
  const { value, end } = decodeFirst(bytes, start + length)
  return { attested: { credentialId: bytes.subarray(start, start + length), key: readKey(value) }, end }
}

function readKey(value: Cbor): AttestedKey['key'] {
  if (!(value instanceof Map)) return null
  const found = jwkOf(value)
  if (found === null) return null
  try {
    return {
      algorithm: found.algorithm,
      publicKey: createPublicKey({ key: found.jwk, format: 'jwk' }),
    }
  } catch {
    // Numbers that are no point of the curve.
    return null
  }
}

function jwkOf(map: CborMap): { algorithm: PasskeyAlgorithm; jwk: JsonWebKey } | null {
  const kty = map.get(1)
  const algorithm = map.get(3)
  const bytesAt = (label: number, shortest: number, longest = shortest): string | null => {
    const bytes = map.get(label)
    const isRight = bytes instanceof Uint8Array && bytes.length >= shortest && bytes.length <= longest
    return isRight ? toBase64Url(bytes) : null
  }
  // Exactly the members that the type has: section 6.5.1.1 allows no other.
  if (kty === 2 && algorithm === coseAlgorithms.ES256 && map.get(-1) === 1 && map.size === 5) {
    const [x, y] = [bytesAt(-2, 32), bytesAt(-3, 32)]
    return x === null || y === null ? null : { algorithm: 'ES256', jwk: { kty: 'EC', crv: 'P-256', x, y } }
  }
  if (kty === 1 && algorithm === coseAlgorithms.EdDSA && map.get(-1) === 6 && map.size === 4) {
    const x = bytesAt(-2, 32)
    return x === null ? null : { algorithm: 'EdDSA', jwk: { kty: 'OKP', crv: 'Ed25519', x } }
  }
  if (kty === 3 && algorithm === coseAlgorithms.RS256 && map.size === 4) {
    const [n, e] = [bytesAt(-1, 256, 512), bytesAt(-2, 3)]
    // The one exponent in use; a small one lets signatures be forged where padding is checked badly.
    return n === null || e !== 'AQAB' ? null : { algorithm: 'RS256', jwk: { kty: 'RSA', n, e } }
  }
  return null
}
