// A kill order as a text: a security event token (RFC 8417) with the CAEP event credential-change, signed with Ed25519 (RFC 9864).
// What is in it, and what a receiver makes of it, is in docs/kill.md.
import { createHash, createPublicKey, type KeyObject, sign } from 'node:crypto'

export const revocationEvent = 'https://schemas.openid.net/secevent/caep/event-type/credential-change'

export interface Jwk {
  kty: 'OKP'
  crv: 'Ed25519'
  x: string
}

/** A key that signs, with the name that it goes by. */
export interface SigningKey {
  kid: string
  jwk: Jwk
  key: KeyObject
}

export function signingKey(key: KeyObject): SigningKey {
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' })
  const jwk: Jwk = { kty: 'OKP', crv: 'Ed25519', x }
  return { kid: thumbprintOf(jwk), jwk, key }
}

/** RFC 7638. */
export const thumbprintOf = ({ x }: Jwk): string =>
  createHash('sha256').update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`).digest('base64url')

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

export const signed = (key: SigningKey, typ: string, claims: object): string =>
  signedPart(key, typ, part(claims))

/** Claims as they stand in a text. */
function signedPart({ kid, key }: SigningKey, typ: string, claims: string): string {
  const text = `${part({ typ, alg: 'Ed25519', kid })}.${claims}`
  return `${text}.${sign(null, Buffer.from(text), key).toString('base64url')}`
}

const partOf = (text: string, at: number) => text.split('.')[at] ?? ''
const said = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString())

/** Both of what was written here. */
export const headerOf = (text: string): { typ: string; kid: string } => said(partOf(text, 0))
export const claimsOf = <T>(text: string): T => said(partOf(text, 1))

/** The same claims, to the letter, with another key. */
export const signedAgain = (key: SigningKey, text: string): string =>
  signedPart(key, headerOf(text).typ, partOf(text, 1))

export interface OrderTerms {
  issuer: string
  jti: string
  kill: string
  credential: string
  version: number
  credentialType: string
  reason: string
  initiator: 'admin' | 'policy' | 'system'
  epoch: number
  /** Of the order before it about the same credential; null: there is none. */
  previous: number | null
  status: { uri: string; idx: number } | null
  provisional: boolean
  atMs: number
}

export const subjectOf = ({ credential, version }: { credential: string; version: number }) =>
  `cred/${encodeURIComponent(credential)}/v/${version}`

/** What is said of the revocation itself; the same on every channel. */
export function revocationOf(terms: OrderTerms): Record<string, unknown> {
  const { credentialType, reason, initiator, epoch, previous, status, provisional, atMs } = terms
  return {
    change_type: 'revoke',
    credential_type: credentialType,
    event_timestamp: Math.floor(atMs / 1_000),
    initiating_entity: initiator,
    reason_admin: { en: reason },
    x_revocation_epoch: epoch,
    ...(previous !== null && { x_previous_epoch: previous }),
    ...(status !== null && { x_status: status }),
    ...(provisional && { x_provisional: true }),
  }
}

export function orderText(key: SigningKey, terms: OrderTerms): string {
  const { issuer, jti, kill, atMs } = terms
  return signed(key, 'secevent+jwt', {
    iss: issuer,
    aud: `${issuer}/agents`,
    iat: Math.floor(atMs / 1_000),
    jti,
    txn: kill,
    sub_id: { format: 'iss_sub', iss: issuer, sub: subjectOf(terms) },
    events: { [revocationEvent]: revocationOf(terms) },
  })
}

export interface RingTerms {
  issuer: string
  serial: number
  active: SigningKey
  standBy: SigningKey
  revoked: readonly string[]
  because: string
  atMs: number
}

/** Signed by the key that is active from here on: the one before it has no say in who follows it. */
export const ringText = ({ issuer, serial, active, standBy, revoked, because, atMs }: RingTerms): string =>
  signed(active, 'rekey-order-keys+jwt', {
    iss: issuer,
    iat: Math.floor(atMs / 1_000),
    serial,
    active: active.jwk,
    standBy: standBy.jwk,
    revoked,
    because,
  })
