// Security event tokens (RFC 8417) as the Shared Signals Framework has them: one event each, sub_id at the top, no sub, no exp. What is said
// of a kill is what its order says, made by the same function; the session-revoked that goes with it bears the same txn.
import { createHash } from 'node:crypto'
import type { KnownOrder } from '../kill/book.ts'
import { claimsOf, revocationEvent, subjectOf } from '../kill/order.ts'

export const sessionEvent = 'https://schemas.openid.net/secevent/caep/event-type/session-revoked'
export const verificationEvent = 'https://schemas.openid.net/secevent/ssf/event-type/verification'
export const eventsSupported: readonly string[] = [revocationEvent, sessionEvent]

/** For whom: one aud a receiver, and never two receivers in one token. */
export interface Addressed {
  issuer: string
  audience: string
  stream: string
}

/** The same each time that it is sent, so that a receiver knows it again; another one for each stream. */
export function jtiOf({ epoch, jti }: KnownOrder, event: string, stream: string): string {
  const text = `${jti} ${event} ${stream}`
  return `${epoch}.${createHash('sha256').update(text).digest('base64url').slice(0, 22)}`
}

/** null: no jti of an order. */
export function epochIn(jti: string): number | null {
  const [, epoch] = /^([1-9]\d{0,14})\.[\w-]{22}$/.exec(jti) ?? []
  return epoch === undefined ? null : Number(epoch)
}

export function killClaims(
  order: KnownOrder,
  event: string,
  { issuer, audience, stream }: Addressed,
): object {
  const said = saidIn(order)
  const { event_timestamp, initiating_entity, reason_admin } = said
  return {
    iss: issuer,
    aud: audience,
    iat: Math.floor(order.atMs / 1_000),
    jti: jtiOf(order, event, stream),
    txn: order.kill,
    sub_id: { format: 'iss_sub', iss: issuer, sub: subjectOf(order) },
    events: {
      [event]: event === revocationEvent ? said : { event_timestamp, initiating_entity, reason_admin },
    },
  }
}

export const verificationJti = (id: string) => `verification.${id}`

export function verificationClaims(
  { id, state, atMs }: { id: string; state: string | null; atMs: number },
  { issuer, audience, stream }: Addressed,
): object {
  return {
    iss: issuer,
    aud: audience,
    iat: Math.floor(atMs / 1_000),
    jti: verificationJti(id),
    sub_id: { format: 'opaque', id: stream },
    events: { [verificationEvent]: state === null ? {} : { state } },
  }
}

/** What `revocationOf` made when the order was signed. It is ours, and was verified by nobody because it never left the record. */
function saidIn({ text }: KnownOrder): Record<string, unknown> {
  return claimsOf<{ events: Record<string, Record<string, unknown>> }>(text).events[revocationEvent]!
}
