// A compact JWS (RFC 7515) that was signed with Ed25519 (RFC 9864) by one of the keys that were pinned. Keys in its header are never
// looked at: a token that carries one is refused.
import { bytesOf, fromBase64url, objectIn } from '../encoding.ts'
import { type Key, thumbprintOf } from '../key.ts'

export interface StatusKey {
  kty: string
  crv?: string
  x?: string
}

export type JwsRefusal = 'malformed' | 'wrong-type' | 'wrong-algorithm' | 'unknown-key' | 'bad-signature'

export type Opened = { ok: true; claims: Readonly<Record<string, unknown>> } | { ok: false; code: JwsRefusal }

/** By thumbprint (RFC 7638): a name that somebody else gave a key is not believed. */
export type PinnedKeys = ReadonlyMap<string, Key>

export async function pinned(keys: readonly StatusKey[]): Promise<PinnedKeys> {
  const all = new Map<string, Key>()
  for (const { kty, crv, x } of keys) {
    // The set that is published holds keys of other kinds too.
    if (kty !== 'OKP' || crv !== 'Ed25519' || x === undefined) continue
    all.set(
      await thumbprintOf(x),
      await crypto.subtle.importKey('jwk', { kty, crv, x }, 'Ed25519', false, ['verify']),
    )
  }
  return all
}

const known = new Set(['typ', 'alg', 'kid'])

export async function openJws(text: string, typ: string, keys: PinnedKeys): Promise<Opened> {
  const parts = text.split('.')
  const [head = '', body = '', signature = ''] = parts
  const header = objectOf(head)
  if (parts.length !== 3 || header === null) return no('malformed')
  if (header['typ'] !== typ) return no('wrong-type')
  if (header['alg'] !== 'Ed25519') return no('wrong-algorithm')
  if (Object.keys(header).some(name => !known.has(name))) return no('malformed')
  const key = keys.get(String(header['kid']))
  if (key === undefined) return no('unknown-key')
  const bytes = fromBase64url(signature)
  if (bytes === null) return no('malformed')
  if (!(await crypto.subtle.verify('Ed25519', key, bytes, bytesOf(`${head}.${body}`)))) {
    return no('bad-signature')
  }
  const claims = objectOf(body)
  return claims === null ? no('malformed') : { ok: true, claims }
}

const no = (code: JwsRefusal): Opened => ({ ok: false, code })

function objectOf(part: string): Record<string, unknown> | null {
  const bytes = fromBase64url(part)
  return bytes === null ? null : objectIn(bytes)
}
