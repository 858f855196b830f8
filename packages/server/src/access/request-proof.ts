// The proof that goes with each request of an agent: `v1.<tMs>.<nonce>.<mac>`, an HMAC (RFC 2104, SHA-256) over the request under
// the agent's proof key. A stolen token alone asks for nothing, a recorded request cannot be sent again, and a changed one is
// refused. Chosen over a signature a request (RFC 9421, RFC 9449), which costs ten times as much where every request pays.
import { hash } from 'node:crypto'
import { type HmacKey, hmacOf } from './hmac.ts'
import type { ReplayGuard } from './replay-guard.ts'

export interface Proof {
  /** Of the token's proof key. */
  proofKey: HmacKey
  header: string
  method: string
  /** With its query, as it was sent. */
  path: string
  /** As it was sent; null or empty: there was none. */
  body: Uint8Array | null
  nowMs: number
  seen: ReplayGuard
}

/** full: more proofs in the window than can be remembered, so a repetition could not be told. */
export type ProofAnswer = 'ok' | 'malformed' | 'stale' | 'replayed' | 'bad-mac' | 'full'

export const proofWindowMs = 60_000
/** Times of 13 digits: until the year 2286. */
const pattern = /^v1\.([1-9]\d{12})\.([\w-]{16,64})\.([\w-]{43})$/
const longestHeader = 128

export function checkProof({ proofKey, header, method, path, body, nowMs, seen }: Proof): ProofAnswer {
  if (typeof header !== 'string' || header.length > longestHeader) return 'malformed'
  const [, tMs = '', nonce = '', given = ''] = pattern.exec(header) ?? []
  if (given === '') return 'malformed'
  if (!(Math.abs(nowMs - Number(tMs)) <= proofWindowMs)) return 'stale'
  // No field can reach into the next: neither a method nor a path of HTTP has a line break.
  const digest = body === null || body.length === 0 ? '' : hash('sha256', body, 'base64url')
  const mac = hmacOf(proofKey, `${method}\n${path}\n${tMs}\n${nonce}\n${digest}`)
  if (!isSame(given, mac)) return 'bad-mac'
  // Only what is proved is remembered, so strangers cannot fill the memory.
  return seen.add(mac, nowMs)
}

/** In the same time wherever they differ: both have 43 characters, and all are looked at. */
function isSame(given: string, mac: string): boolean {
  let differs = given.length ^ mac.length
  for (let at = 0; at < mac.length; at++) differs |= given.charCodeAt(at) ^ mac.charCodeAt(at)
  return differs === 0
}
