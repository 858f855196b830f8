// Strict text forms for checking a proof in the browser: one value has one text, and anything else is null.
//
// This room is a second implementation of what packages/log does, on purpose. The browser has no node:crypto, so the hashes and
// signatures are WebCrypto's, and asynchronous; and what is written twice, by other means, would have to be wrong twice in the same way.
// Its specs hold it against packages/log itself.

/** WebCrypto takes no bytes that could be shared with another thread. */
export type Bytes = Uint8Array<ArrayBuffer>

/** What cannot be read is no proof: it says what is wrong with it. */
export class ProofError extends Error {
  constructor(text: string) {
    super(text)
    this.name = 'ProofError'
  }
}

const encoder = new TextEncoder()

export const toUtf8 = (text: string): Bytes => new Uint8Array(encoder.encode(text))

export function toHex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return text
}

export function fromHex(text: string): Bytes | null {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text)) return null
  return Uint8Array.from({ length: text.length / 2 }, (_, at) =>
    Number.parseInt(text.slice(2 * at, 2 * at + 2), 16),
  )
}

export function toBase64(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}

/** The browser's own decoder skips spaces and takes leftover bits: only what comes back as it was is read. */
export function fromBase64(text: string): Bytes | null {
  let binary: string
  try {
    binary = atob(text)
  } catch {
    return null
  }
  const bytes = Uint8Array.from(binary, char => char.charCodeAt(0))
  return toBase64(bytes) === text ? bytes : null
}

/** Beyond 2^53 - 1 a number is no longer exact, so it is not read at all. */
export function fromDecimal(text: string): number | null {
  if (!/^(0|[1-9][0-9]{0,15})$/.test(text)) return null
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : null
}

export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at])
}

export function joined(...parts: readonly Uint8Array[]): Bytes {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** Well-formed, and no control character but the newline, where that is allowed. */
export function isPlain(text: string, mayBreak = false): boolean {
  if (!text.isWellFormed()) return false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code < 0x20 && !(mayBreak && code === 0x0a)) return false
  }
  return true
}
