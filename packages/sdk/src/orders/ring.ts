// The ring of keys that kill orders are signed with: one that signs, one that stands by, and those that are good for nothing any
// more. The next ring is believed only when the key that stood by has become the active one and has signed it: whoever has stolen
// the active key can say that versions are dead, and can name no keys.
import { bytesOf, isObject, objectIn } from '../encoding.ts'
import { type Key, thumbprintOf } from '../key.ts'
import { type Headers, isThumbprint, type Jws, openJws, type RefusalCode } from './jws.ts'

export type RingRefusal = RefusalCode | 'not-the-successor' | 'not-pinned'

interface RingKey {
  kid: string
  key: Key
}

interface Claims {
  issuer: string
  serial: number
  active: string
  standBy: string
  revoked: string[]
}

export interface Trust {
  /** Thumbprints of the active key and the one that stands by, told beforehand; null: the first ring is believed. */
  pins?: readonly string[] | null
  /** null: whoever the first ring names. */
  issuer?: string | null
}

const ringType = 'rekey-order-keys+jwt'
const mostSerial = 1_000_000

/** Never changed: a thousand receivers may share one, and its keys are imported once. */
export class KeyRing {
  readonly text: string
  readonly issuer: string
  readonly serial: number
  readonly active: RingKey
  readonly standBy: RingKey
  /** Also what earlier rings said: a key does not become good again. */
  readonly revoked: ReadonlySet<string>

  private constructor(
    text: string,
    claims: Claims,
    active: RingKey,
    standBy: RingKey,
    before: Iterable<string>,
  ) {
    this.text = text
    this.issuer = claims.issuer
    this.serial = claims.serial
    this.active = active
    this.standBy = standBy
    this.revoked = new Set([...before, ...claims.revoked])
  }

  /** One to begin with. It has signed itself, which proves nothing but that it is whole. */
  static async first(
    text: string,
    { pins = null, issuer = null }: Trust = {},
  ): Promise<KeyRing | RingRefusal> {
    const ring = await KeyRing.restored(text, [])
    if (typeof ring === 'string') return ring
    if (issuer !== null && ring.issuer !== issuer) return 'wrong-issuer'
    const isPinned = pins === null || [ring.active, ring.standBy].every(one => pins.includes(one.kid))
    return isPinned ? ring : 'not-pinned'
  }

  /** One that was believed before. */
  static async restored(text: string, revoked: Iterable<string>): Promise<KeyRing | RingRefusal> {
    const opened = opening(text)
    if (typeof opened === 'string') return opened
    const active = await imported(opened.claims.active)
    if (active?.kid !== opened.jws.kid) return active === null ? 'malformed' : 'unknown-key'
    return KeyRing.#made(text, opened, active, revoked)
  }

  /** The one after this one; itself, when it is the same; or why not. */
  async next(text: string): Promise<KeyRing | RingRefusal> {
    if (text === this.text) return this
    const opened = opening(text)
    if (typeof opened === 'string') return opened
    const { claims, jws } = opened
    if (claims.issuer !== this.issuer) return 'wrong-issuer'
    if (this.revoked.has(jws.kid)) return 'revoked-key'
    const isNext = claims.serial === this.serial + 1 && jws.kid === this.standBy.kid
    if (!isNext || (await kidOf(claims.active)) !== this.standBy.kid) return 'not-the-successor'
    return KeyRing.#made(text, opened, this.standBy, this.revoked)
  }

  static async #made(
    text: string,
    { claims, jws }: Opened,
    active: RingKey,
    revoked: Iterable<string>,
  ): Promise<KeyRing | RingRefusal> {
    if (!(await isSigned(jws, active.key))) return 'bad-signature'
    const standBy = await imported(claims.standBy)
    // One key for both would leave nothing to fall back on when it is stolen.
    if (standBy === null || standBy.kid === active.kid) return 'malformed'
    const ring = new KeyRing(text, claims, active, standBy, revoked)
    return ring.revoked.has(active.kid) || ring.revoked.has(standBy.kid) ? 'revoked-key' : ring
  }

  find(kid: string): Key | 'revoked-key' | 'unknown-key' {
    if (this.revoked.has(kid)) return 'revoked-key'
    if (kid === this.active.kid) return this.active.key
    return kid === this.standBy.kid ? this.standBy.key : 'unknown-key'
  }
}

interface Opened {
  jws: Jws
  claims: Claims
}

function opening(text: string): Opened | RefusalCode {
  const headers: Headers = new Map()
  const jws = openJws(text, ringType, headers)
  if (typeof jws === 'string') return jws
  const claims = claimsOf(objectIn(jws.claims))
  return claims === null ? 'malformed' : { jws, claims }
}

function claimsOf(found: Record<string, unknown> | null): Claims | null {
  if (found === null) return null
  const { iss, serial, revoked } = found
  const active = xOf(found['active'])
  const standBy = xOf(found['standBy'])
  const isSerial = Number.isSafeInteger(serial) && (serial as number) >= 0 && (serial as number) <= mostSerial
  if (typeof iss !== 'string' || iss === '' || !isSerial || active === null || standBy === null) return null
  if (!Array.isArray(revoked) || !revoked.every(isThumbprint)) return null
  return { issuer: iss, serial: serial as number, active, standBy, revoked }
}

/** The public half of an Ed25519 key (RFC 8037); one that brings its private half along is nobody's any more. */
function xOf(jwk: unknown): string | null {
  if (!isObject(jwk) || jwk['kty'] !== 'OKP' || jwk['crv'] !== 'Ed25519' || 'd' in jwk) return null
  return isThumbprint(jwk['x']) ? jwk['x'] : null
}

const kidOf = (x: string) => thumbprintOf(x)

async function imported(x: string): Promise<RingKey | null> {
  try {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x }
    const key = await crypto.subtle.importKey('jwk', jwk, 'Ed25519', false, ['verify'])
    return { kid: await kidOf(x), key }
  } catch {
    return null
  }
}

export const isSigned = ({ signed, signature }: Jws, key: Key): Promise<boolean> =>
  crypto.subtle.verify('Ed25519', key, signature, bytesOf(signed))
