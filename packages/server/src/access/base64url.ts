// Base64url without padding (RFC 4648, section 5; RFC 7515, section 2), strictly: Node's decoder skips what it does not
// know, so that many texts would stand for one value. Here a value has exactly one text.

export const toBase64Url = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url')

/** null where the text is not the one text of these bytes. */
export function fromBase64Url(text: unknown): Buffer | null {
  if (typeof text !== 'string') return null
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : null
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export type JsonObject = Record<string, unknown>

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A JSON object in UTF-8; null where it is anything else. */
export function readObject(bytes: Uint8Array | null): JsonObject | null {
  if (bytes === null) return null
  try {
    const value: unknown = JSON.parse(utf8.decode(bytes))
    return isObject(value) ? value : null
  } catch {
    return null
  }
}
