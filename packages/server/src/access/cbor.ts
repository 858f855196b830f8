// As much of CBOR (RFC 8949) as authenticators write: the canonical form of CTAP2. Definite lengths in their shortest form, no tag, no
// float, no key twice, at bounded depth and count. What it does not know it refuses, so that nothing is read in two ways.

export type Cbor = number | string | boolean | null | Uint8Array | Cbor[] | CborMap
export type CborMap = Map<number | string, Cbor>

export class CborError extends Error {
  override readonly name = 'CborError'
}

const deepest = 8
const mostItems = 1_000
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** One item, and where it ends. */
export function decodeFirst(bytes: Uint8Array, start = 0): { value: Cbor; end: number } {
  const reader = new Reader(bytes, start)
  const value = reader.item(0)
  return { value, end: reader.at }
}

/** One item and nothing after it. */
export function decodeWhole(bytes: Uint8Array): Cbor {
  const { value, end } = decodeFirst(bytes)
  if (end !== bytes.length) throw new CborError('something follows the item')
  return value
}

class Reader {
  at: number
  readonly #bytes: Uint8Array
  #left = mostItems

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes
    this.at = start
  }

  item(depth: number): Cbor {
    if (depth > deepest) throw new CborError('it is nested too deep')
    if (this.#left-- === 0) throw new CborError('it has too many items')
    const first = this.#take(1)[0]!
    const info = first & 0x1f
    switch (first >> 5) {
      case 0:
        return this.#argument(info)
      case 1:
        return -1 - this.#argument(info)
      case 2:
        return this.#take(this.#argument(info))
      case 3:
        return textOf(this.#take(this.#argument(info)))
      case 4:
        return this.#list(this.#argument(info), depth)
      case 5:
        return this.#map(this.#argument(info), depth)
      case 7:
        return simpleOf(info)
      default:
        throw new CborError('it has a tag')
    }
  }

  #take(length: number): Uint8Array {
    const end = this.at + length
    if (end > this.#bytes.length) throw new CborError('it ends too early')
    const taken = this.#bytes.subarray(this.at, end)
    this.at = end
    return taken
  }

  #argument(info: number): number {
    if (info < 24) return info
    // 28 to 30 mean nothing, 31 is a length that is told later.
    if (info > 27) throw new CborError('it has a length that is not told at once')
    const size = 1 << (info - 24)
    let value = 0
    for (const byte of this.#take(size)) value = value * 256 + byte
    const least = size === 1 ? 24 : 2 ** (4 * size)
    if (value < least) throw new CborError('a number is not in its shortest form')
    if (!Number.isSafeInteger(value)) throw new CborError('a number is too large')
    return value
  }

  #list(length: number, depth: number): Cbor[] {
    const items: Cbor[] = []
    // A length that lies ends at the first item that is not there.
    for (let i = 0; i < length; i++) items.push(this.item(depth + 1))
    return items
  }

  #map(length: number, depth: number): CborMap {
    const map: CborMap = new Map()
    for (let i = 0; i < length; i++) {
      const key = this.item(depth + 1)
      if (typeof key !== 'number' && typeof key !== 'string')
        throw new CborError('a key is no number or text')
      if (map.has(key)) throw new CborError('a key is there twice')
      map.set(key, this.item(depth + 1))
    }
    return map
  }
}

function textOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw new CborError('a text is not UTF-8')
  }
}

function simpleOf(info: number): boolean | null {
  if (info === 20) return false
  if (info === 21) return true
  if (info === 22) return null
  throw new CborError('it has a value of a kind that is not read')
}
