// Standard Webhooks 1.0 (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md): "v1" is HMAC-SHA256
// under a shared secret (whsec_), "v1a" is Ed25519 (whsk_ signs, whpk_ verifies). What is signed is the id, the time of this attempt and the
// raw body. Several signatures at once let a secret be rotated without a gap: whoever knows one of the keys accepts.
import {
  createHmac,
  type KeyObject,
  sign as signWith,
  timingSafeEqual,
  verify as verifyWith,
} from 'node:crypto'
import { Secret } from '@rekey/core'
import { ed25519PrivateKey, ed25519PublicKey, ed25519Raw } from '@rekey/log'

export interface WebhookHeaders {
  'webhook-id': string
  'webhook-timestamp': string
  'webhook-signature': string
}

export interface Signing {
  /** The same for every attempt to deliver one event: receivers know it again by this. No full stop in it. */
  id: string
  /** Of this attempt. */
  timestampS: number
  body: Uint8Array
  /** whsec_… or whsk_…; while one is rotated, the old and the new. */
  secrets: readonly Secret[]
}

/** What we were given to sign cannot be signed. Received things never throw. */
export class WebhookError extends Error {
  readonly code: 'bad-key' | 'bad-id' | 'bad-timestamp'
  readonly how: string

  constructor(code: WebhookError['code'], message: string, how: string) {
    super(message)
    this.code = code
    this.how = how
  }
}

export function sign({ id, timestampS, body, secrets }: Signing): WebhookHeaders {
  if (!isId(id)) throw new WebhookError('bad-id', 'the id cannot be signed', 'Use letters, digits, _ and -.')
  if (!Number.isSafeInteger(timestampS) || timestampS < 0) {
    throw new WebhookError(
      'bad-timestamp',
      'the time is no whole number of seconds',
      'Use seconds since 1970.',
    )
  }
  const message = signed(id, String(timestampS), body)
  const signatures = secrets.map(secret => {
    const key = keyOf(secret)
    if (key?.is === 'shared') return `v1,${hmac(key.bytes, message).toString('base64')}`
    if (key?.is === 'private') return `v1a,${signWith(null, message, key.key).toString('base64')}`
    throw badKey('a secret to sign with')
  })
  if (signatures.length === 0) throw badKey('a list without secrets')
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestampS),
    'webhook-signature': signatures.join(' '),
  }
}

export interface Verifying {
  /** Their names in lower case, as Node gives them. */
  headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** As it came in, before anything was parsed. */
  body: Uint8Array
  /** whsec_…, or whpk_… */
  keys: readonly Secret[]
  nowMs: number
  toleranceMs?: number
}

export type WebhookRefusal =
  | 'no-keys'
  | 'missing-header'
  | 'bad-id'
  | 'bad-timestamp'
  | 'too-old'
  | 'too-new'
  | 'bad-signature'

/** `key` is the place in the list of that which matched: a sender that still signs with the old one alone can be told. */
export type WebhookVerdict =
  | { ok: true; id: string; timestampS: number; key: number }
  | { ok: false; code: WebhookRefusal }

const longestHeader = 4_096
const mostSignatures = 16
const usualToleranceMs = 300_000

export function verify({
  headers,
  body,
  keys,
  nowMs,
  toleranceMs = usualToleranceMs,
}: Verifying): WebhookVerdict {
  const known = keys.map(keyOf)
  if (known.every(key => key === null)) return refusal('no-keys')
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(name =>
    headerOf(headers[name]),
  )
  if (!id || !timestamp || !signatures) return refusal('missing-header')
  if (!isId(id)) return refusal('bad-id')
  if (!/^(0|[1-9]\d{0,11})$/.test(timestamp)) return refusal('bad-timestamp')
  const timestampS = Number(timestamp)
  const ageMs = nowMs - timestampS * 1_000
  if (!(ageMs <= toleranceMs)) return refusal('too-old')
  if (!(ageMs >= -toleranceMs)) return refusal('too-new')
  const key = matching(known, signed(id, timestamp, body), signatures.split(' ', mostSignatures))
  return key < 0 ? refusal('bad-signature') : { ok: true, id, timestampS, key }
}

/** Every key is tried with every signature, so that the time it takes does not tell which one was right. */
function matching(keys: readonly (Key | null)[], message: Buffer, signatures: readonly string[]): number {
  let found = -1
  keys.forEach((key, place) => {
    if (key === null || key.is === 'private') return
    const expected = key.is === 'shared' ? hmac(key.bytes, message) : null
    for (const one of signatures) {
      const given = signatureOf(one, expected === null ? 'v1a' : 'v1')
      if (given === null) continue
      const isRight =
        key.is === 'shared'
          ? given.length === expected!.length && timingSafeEqual(given, expected!)
          : given.length === 64 && verifyWith(null, message, key.key, given)
      if (isRight && found < 0) found = place
    }
  })
  return found
}

/** A new shared secret; the standard wants 24 to 64 bytes, all of them random. */
export function sharedSecret(bytes: Uint8Array): Secret {
  const secret = new Secret(`whsec_${Buffer.from(bytes).toString('base64')}`)
  if (keyOf(secret) === null) throw badKey('a shared secret of another length')
  return secret
}

/** A new key pair from 32 random bytes, written as the pair that signs: the seed, then the public key. */
export function signingSecret(seed: Uint8Array): Secret {
  const pair = Buffer.concat([seed, ed25519Raw(ed25519PrivateKey(seed))])
  return new Secret(`whsk_${pair.toString('base64')}`)
}

/** What a receiver needs to know of a key pair; it may be shown to anyone. */
export function publicKeyOf(secret: Secret): string {
  const key = keyOf(secret)
  if (key?.is !== 'private') throw badKey('what is no key pair')
  return `whpk_${Buffer.from(ed25519Raw(key.key)).toString('base64')}`
}

type Key =
  | { is: 'shared'; bytes: Buffer }
  | { is: 'private'; key: KeyObject }
  | { is: 'public'; key: KeyObject }

function keyOf(secret: Secret): Key | null {
  const [, prefix, text = ''] = /^(whsec_|whsk_|whpk_)(.*)$/s.exec(secret.reveal()) ?? []
  const bytes = fromBase64(text)
  if (prefix === undefined || bytes === null) return null
  if (prefix === 'whsec_') return bytes.length >= 24 && bytes.length <= 64 ? { is: 'shared', bytes } : null
  if (prefix === 'whpk_') return bytes.length === 32 ? { is: 'public', key: ed25519PublicKey(bytes) } : null
  // Some write the seed alone. A pair whose halves do not belong together would sign what nobody can verify.
  if (bytes.length !== 32 && bytes.length !== 64) return null
  const key = ed25519PrivateKey(bytes.subarray(0, 32))
  const isPair = bytes.length === 32 || bytes.subarray(32).equals(ed25519Raw(key))
  return isPair ? { is: 'private', key } : null
}

const badKey = (what: string) =>
  new WebhookError(
    'bad-key',
    `${what} cannot be used for webhooks`,
    'It reads whsec_ and 24 to 64 bytes in base64, or whsk_ and a key pair of Ed25519.',
  )

const refusal = (code: WebhookRefusal) => ({ ok: false, code }) as const

/** No full stop, which parts what is signed, and no space. */
const isId = (id: string) => /^[\x21-\x2d\x2f-\x7e]{1,256}$/.test(id)

const headerOf = (value: string | readonly string[] | undefined) =>
  typeof value === 'string' && value.length <= longestHeader ? value : undefined

const signed = (id: string, timestamp: string, body: Uint8Array) =>
  Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body])

const hmac = (key: Buffer, message: Buffer) => createHmac('sha256', key).update(message).digest()

function signatureOf(text: string, version: 'v1' | 'v1a'): Buffer | null {
  return text.startsWith(`${version},`) ? fromBase64(text.slice(version.length + 1)) : null
}

/** Strict: one value has one text. */
function fromBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64')
  return text !== '' && bytes.toString('base64') === text ? bytes : null
}
