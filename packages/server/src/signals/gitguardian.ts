// GitGuardian's custom webhook (https://docs.gitguardian.com/platform/configure-alerting/notifiers-integrations/custom-webhook): an
// HMAC-SHA256 of the body whose key is the timestamp followed by the signature token. It shows a hash of the secret and never the secret,
// so what it says is a hint: whose hash or detector that is, an admin has said.
import type { Secret } from '@rekey/core'
import { type Headers, headerOf, isHmacHex, isTimely } from './proof.ts'
import type { Channel } from './record.ts'
import { type Message, objectIn, parsed, textIn } from './said.ts'

const overActions = /resolved|ignored/
const confidences: Record<string, number> = { valid: 0.95, invalid: 0.3, critical: 0.9, high: 0.8, low: 0.4 }

export function isFromGitGuardian(
  headers: Headers,
  body: Uint8Array,
  secrets: readonly Secret[],
  nowMs: number,
): boolean {
  const timestamp = headerOf(headers, 'timestamp') ?? ''
  const given = headerOf(headers, 'gitguardian-signature') ?? ''
  return isHmacHex(given, 'sha256=', secrets, body, token => timestamp + token) && isTimely(timestamp, nowMs)
}

export function gitGuardianMessage(body: Uint8Array, known: Channel['known']): Message | null {
  const { action, incident, message: text } = objectIn(parsed(body))
  if (typeof action !== 'string') return null
  const about = objectIn(incident)
  const eventId = `${textIn(about['id']) ?? 'none'} ${action}`
  if (overActions.test(action)) return { eventId, keyId: null, said: [], guard: null }
  const detector = objectIn(about['detector'])
  const names = [about['secret_hash'], detector['name'], detector['display_name'], about['detector']]
  const meant = names.map(textIn).find(one => one !== undefined && Object.hasOwn(known, one))
  const found = meant === undefined ? undefined : known[meant]
  const isPublic = about['public'] === true || textIn(about['source_visibility']) === 'public'
  return {
    eventId,
    keyId: null,
    guard: null,
    said: [
      {
        kind: isPublic ? 'public-leak' : 'leak',
        ...(found !== undefined && {
          hint: { credential: found.credential, version: found.version ?? null },
        }),
        confidence:
          confidences[textIn(about['validity']) ?? ''] ?? confidences[textIn(about['severity']) ?? ''] ?? 0.6,
        public: isPublic,
        locations: [textIn(about['gitguardian_url']) ?? 'an incident at GitGuardian'],
        summary: textIn(text) ?? `GitGuardian says ${action}.`,
      },
    ],
  }
}
