// Strict text forms. Node's own decoders skip what they do not understand, which would let many texts stand for one
// value; here every value has exactly one text (RFC 4648 section 4 with padding, lower-case hex, decimals without
// leading zeroes), and anything else is null.
const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const utf8Encoder = new TextEncoder()

export const toUtf8 = (text: string): Uint8Array => utf8Encoder.encode(text)

export function fromUtf8(bytes: Uint8Array): string | null {
  try {
    return utf8Decoder.decode(bytes)
  } catch {
    return null
  }
}

export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}

export function fromBase64(text: string): Uint8Array | null {
  const bytes = new Uint8Array(Buffer.from(text, 'base64'))
  return toBase64(bytes) === text ? bytes : null
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}

export function fromHex(text: string): Uint8Array | null {
  const bytes = new Uint8Array(Buffer.from(text, 'hex'))
  return toHex(bytes) === text ? bytes : null
}

/** Sizes, indices and times. Beyond 2^53 - 1 a number is no longer exact, so it is not read at all. */
export function fromDecimal(text: string): number | null {
  if (!/^(0|[1-9][0-9]{0,15})$/.test(text)) return null
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : null
}

export function isSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}

/** Well-formed, and no control character below U+0020 but those named. */
export function isPlainText(text: string, allowed: string): boolean {
  if (!text.isWellFormed()) return false
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) < 0x20 && !allowed.includes(text.charAt(i))) return false
  }
  return true
}
