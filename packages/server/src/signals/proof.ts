// Proofs of those who send signals, as values: a message is good, or it is not, and nobody is told in which way. All of them are made over
// the bytes as they came, and compared in constant time.
import { createHmac } from 'node:crypto'
import type { Secret } from '@rekey/core'
import { isSameText } from '../access/token-format.ts'

export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

/** How far a time that is part of a signature may be from ours. */
export const windowMs = 300_000
const longestHeader = 4_096

export function headerOf(headers: Headers, name: string): string | null {
  const value = headers[name]
  return typeof value === 'string' && value !== '' && value.length <= longestHeader ? value : null
}

/** Is that text the HMAC-SHA256 of the body in hex, behind the prefix, under one of the secrets? Every secret is tried. */
export function isHmacHex(
  given: string,
  prefix: string,
  secrets: readonly Secret[],
  body: Uint8Array,
  keyOf: (secret: string) => string = secret => secret,
): boolean {
  let isRight = false
  for (const secret of secrets) {
    const mac = createHmac('sha256', keyOf(secret.reveal())).update(body).digest('hex')
    if (isSameText(given, `${prefix}${mac}`)) isRight = true
  }
  return isRight
}

/** Seconds or milliseconds since 1970, or a date: null where it is none of them, or of another time than ours. */
export function isTimely(text: string, nowMs: number): boolean {
  const atMs = /^\d{9,11}(\.\d{1,9})?$/.test(text)
    ? Number(text) * 1_000
    : /^\d{12,14}$/.test(text)
      ? Number(text)
      : /^\d{4}-\d\d-\d\dT/.test(text)
        ? Date.parse(text)
        : Number.NaN
  return Math.abs(nowMs - atMs) <= windowMs
}
