// The hashes of a Merkle tree, RFC 6962 section 2.1 with SHA-256, by WebCrypto. The leading byte keeps leaf and node apart.
import { type Bytes, joined } from './bytes.ts'

export const hashLength = 32

export async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
}

export const leafHash = (entry: Uint8Array) => sha256(joined(Uint8Array.of(0), entry))
export const nodeHash = (left: Uint8Array, right: Uint8Array) => sha256(joined(Uint8Array.of(1), left, right))

/**
 * false: this page came over an open wire, and browsers give no cryptography to such pages. What came that way could have been
 * changed on its way, this very check with it.
 */
export const canHash = () => typeof crypto !== 'undefined' && typeof crypto.subtle !== 'undefined'
