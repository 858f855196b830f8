// GitHub's webhook `secret_scanning_alert` (https://docs.github.com/en/webhooks/webhook-events-and-payloads#secret_scanning_alert), signed
// as https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries has it. The secret is not in it: it is fetched by the
// alert's number (alert.ts). No time is signed, so a delivery is known again by its id, and by its bytes.

import type { Secret } from '@rekey/core'
import { type Headers, headerOf, isHmacHex } from './proof.ts'
import { type Message, objectIn, parsed, type Said, textIn } from './said.ts'

/** An alert that begins, comes back or turns out to be worse. All others are bookkeeping. */
const news = new Set(['created', 'reopened', 'publicly_leaked', 'validated'])
const confidences: Record<string, number> = { active: 0.95, unknown: 0.7, inactive: 0.3 }

export const isFromGitHub = (headers: Headers, body: Uint8Array, secrets: readonly Secret[]): boolean =>
  isHmacHex(headerOf(headers, 'x-hub-signature-256') ?? '', 'sha256=', secrets, body) &&
  /^[\x21-\x7e]{8,100}$/.test(headerOf(headers, 'x-github-delivery') ?? '')

/** null: it is not what it has to be. */
export function gitHubMessage(headers: Headers, body: Uint8Array): Message | null {
  const delivery = headerOf(headers, 'x-github-delivery') ?? ''
  const message = { eventId: delivery, keyId: null, guard: delivery }
  if (headerOf(headers, 'x-github-event') !== 'secret_scanning_alert') return { ...message, said: [] }
  const { action, alert, repository } = objectIn(parsed(body))
  if (typeof action !== 'string') return null
  if (!news.has(action)) return { ...message, said: [] }
  const said = alertSaid(objectIn(alert), objectIn(repository))
  return said === null ? null : { ...message, said: [said] }
}

function alertSaid(alert: Record<string, unknown>, repository: Record<string, unknown>): Said | null {
  const name = repository['full_name']
  const { number } = alert
  if (typeof name !== 'string' || !/^[\w.-]{1,100}\/[\w.-]{1,100}$/.test(name)) return null
  if (!Number.isSafeInteger(number) || (number as number) < 1) return null
  const isPublic = alert['publicly_leaked'] === true || repository['private'] === false
  const what = textIn(alert['secret_type_display_name']) ?? textIn(alert['secret_type']) ?? 'a secret'
  return {
    kind: isPublic ? 'public-leak' : 'leak',
    alert: { repository: name, number: number as number },
    confidence: confidences[textIn(alert['validity']) ?? 'unknown'] ?? 0.7,
    public: isPublic,
    locations: [textIn(alert['html_url']) ?? `alert ${number} of ${name}`],
    summary: `${what} was found in ${name} (alert ${number}).`,
  }
}
