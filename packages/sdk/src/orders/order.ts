// A kill order: a security event token (RFC 8417) with the CAEP event credential-change, `revoke`, and nothing else (docs/kill.md).
// Its time is not judged: clocks differ, and a kill does not age.
import { fromBase64url, isObject, objectIn } from '../encoding.ts'
import { type Headers, openJws, type RefusalCode } from './jws.ts'
import { isSigned, type KeyRing } from './ring.ts'

export interface Order {
  credential: string
  version: number
  epoch: number
  /** Of the order before it about the same credential. */
  previous: number | null
  /** Given out before it could be written down: its epoch is that of another order. */
  isProvisional: boolean
  jti: string
  reason: string
  /** When it was given, by the clock over there; null: it does not say. */
  orderedMs: number | null
}

export const orderType = 'secevent+jwt'
const eventType = 'https://schemas.openid.net/secevent/caep/event-type/credential-change'
const longestJti = 200
const longestReason = 500
const subjectShape = /^cred\/([^/]{1,600})\/v\/([1-9]\d{0,15})$/

export const audienceOf = (issuer: string) => `${issuer.replace(/\/$/, '')}/agents`

/** One verification and one parse; everything that was signed is looked at only after that. */
export async function readOrder(
  text: unknown,
  ring: KeyRing | null,
  headers: Headers,
): Promise<Order | RefusalCode> {
  const jws = openJws(text, orderType, headers)
  if (typeof jws === 'string') return jws
  if (ring === null) return 'unknown-key'
  const key = ring.find(jws.kid)
  if (typeof key === 'string') return key
  if (!(await isSigned(jws, key))) return 'bad-signature'
  const claims = objectIn(jws.claims)
  return claims === null ? 'malformed' : orderOf(claims, ring.issuer)
}

function orderOf(claims: Record<string, unknown>, issuer: string): Order | RefusalCode {
  if (claims['iss'] !== issuer) return 'wrong-issuer'
  // One string: whoever is named in a list beside others was sent what is none of his business.
  if (claims['aud'] !== audienceOf(issuer)) return 'wrong-audience'
  const { jti } = claims
  if (typeof jti !== 'string' || jti === '' || jti.length > longestJti) return 'malformed'
  const event = eventOf(claims['events'])
  if (event === null) return 'not-a-revocation'
  const subject = subjectOf(claims['sub_id'], issuer)
  const epoch = event['x_revocation_epoch']
  const previous = event['x_previous_epoch'] ?? null
  if (subject === null || !isEpoch(epoch) || (previous !== null && !isEpoch(previous))) return 'malformed'
  const isProvisional = event['x_provisional'] === true
  const { event_timestamp: atS } = event
  return {
    ...subject,
    epoch,
    previous,
    isProvisional,
    jti,
    reason: reasonOf(event['reason_admin']),
    orderedMs: typeof atS === 'number' && Number.isFinite(atS) ? atS * 1_000 : null,
  }
}

/** There is no order that takes one back: whatever else would change about the credential is none, whoever signed it. */
function eventOf(events: unknown): Record<string, unknown> | null {
  if (!isObject(events) || Object.keys(events).length !== 1) return null
  const event = events[eventType]
  return isObject(event) && event['change_type'] === 'revoke' ? event : null
}

function subjectOf(found: unknown, issuer: string): { credential: string; version: number } | null {
  if (!isObject(found) || found['format'] !== 'iss_sub' || found['iss'] !== issuer) return null
  const [, name, number] = subjectShape.exec(String(found['sub'])) ?? []
  const version = Number(number)
  if (name === undefined || !Number.isSafeInteger(version)) return null
  try {
    return { credential: decodeURIComponent(name), version }
  } catch {
    return null
  }
}

function reasonOf(found: unknown): string {
  const text = isObject(found) ? (found['en'] ?? Object.values(found)[0]) : undefined
  return typeof text === 'string' ? text.slice(0, longestReason) : ''
}

const isEpoch = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

/** What one that is not believed says of itself: only to tell whom it came from which one was refused. */
export function claimedEpoch(text: unknown): number | null {
  try {
    const [, claims = ''] = String(text).slice(0, 16_384).split('.')
    const bytes = fromBase64url(claims)
    const events = bytes === null ? null : objectIn(bytes)?.['events']
    const event = isObject(events) ? Object.values(events)[0] : null
    const epoch = isObject(event) ? event['x_revocation_epoch'] : null
    return isEpoch(epoch) ? epoch : null
  } catch {
    return null
  }
}
