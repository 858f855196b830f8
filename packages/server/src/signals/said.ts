// What a channel says, once its message was found good: the value, if there is one, is held as a secret until it was fingerprinted, and is
// taken out of every text beside it.
import { createHash } from 'node:crypto'
import { Secret, type SignalKind } from '@rekey/core'
import { isObject, type JsonObject } from '../access/base64url.ts'
import { readToken } from '../access/token-format.ts'
import type { Ground } from '../ground.ts'
import type { Report } from './record.ts'

/** One thing that is said in a message. */
export interface Said {
  kind: SignalKind
  value?: string
  handle?: string
  hint?: { credential: string; version: number | null }
  alert?: { repository: string; number: number }
  confidence?: number
  public?: boolean
  locations?: readonly string[]
  summary?: string
}

/** A message, after its signature was found good. null for what is no news: a ping, an alert that was closed. */
export interface Message {
  eventId: string
  keyId: string | null
  said: readonly Said[]
  /** Besides the body's own: by what else it is known again. */
  guard: string | null
}

const longest = { id: 200, text: 300, location: 500 }
const mostLocations = 20
const shortestValue = 4

export interface Around {
  source: string
  scheme: string
  verified: boolean
  environments: string[]
  receivedMs: number
  evidence: string
}

export function reportOf(
  { vault }: Pick<Ground, 'vault'>,
  message: Message,
  said: Said,
  { source, scheme, verified, environments, receivedMs, evidence }: Around,
): Report {
  const { value, handle, hint, alert } = said
  const clean = cleaner(value)
  return {
    source,
    eventId: clean(message.eventId).slice(0, longest.id),
    receivedMs,
    auth: { scheme, key_id: message.keyId, verified },
    kind: said.kind,
    environments,
    ...ofValue(vault, value),
    handle: handle === undefined ? null : vault.fingerprint(new Secret(handle)),
    hint: hint ?? null,
    alert: alert ?? null,
    confidence: Math.min(1, Math.max(0, said.confidence ?? 0.5)),
    public: said.public === true,
    evidence,
    locations: (said.locations ?? [])
      .slice(0, mostLocations)
      .map(one => clean(one).slice(0, longest.location)),
    summary: clean(said.summary ?? '').slice(0, longest.text),
  }
}

/** From here on nobody has the value. */
export function ofValue(
  vault: Ground['vault'],
  value: string | undefined,
): Pick<Report, 'fingerprint' | 'own'> {
  if (value === undefined || value === '') return { fingerprint: null, own: null }
  return { fingerprint: vault.fingerprint(new Secret(value)), own: readToken(value) }
}

/** The message itself, as a keyed hash: one without a key would tell a value that can be guessed to whoever guesses it. */
export const evidenceOf = ({ vault }: Pick<Ground, 'vault'>, bytes: Uint8Array): string =>
  vault.fingerprint(new Secret(createHash('sha256').update(bytes).digest('hex')))

/** Texts of somebody else, on one line and without the value, however it stands in an address. */
function cleaner(value: string | undefined): (text: string) => string {
  const forms =
    value === undefined || value.length < shortestValue
      ? []
      : [...new Set([value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)])]
  return text => {
    let clean = text
    for (const form of forms) clean = clean.replaceAll(form, '[value]')
    return clean
      .replace(/[\p{C}\s]+/gu, ' ')
      .trim()
      .toWellFormed()
  }
}

/** JSON, or undefined: it is none. */
export function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}

export const objectIn = (value: unknown): JsonObject => (isObject(value) ? value : {})

export const textIn = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined
