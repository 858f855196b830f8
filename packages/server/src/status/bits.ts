// The bits of a status list (draft-ietf-oauth-status-list, "Status List"): two a slot, the lowest bits of a byte first, compressed with
// zlib (RFC 1950). A list is compressed in blocks that know nothing of each other (each ends with a full flush, RFC 1951 3.2.4), so a
// change costs one block and not the whole list; the checksums of the blocks are combined like the blocks.
import { constants, deflateRawSync, deflateSync } from 'node:zlib'

export const bitsInSlot = 2
const slotsInByte = 8 / bitsInSlot
const mask = (1 << bitsInSlot) - 1
const blockBytes = 4_096

export interface StatusBits {
  get(idx: number): number
  /** false: it was so already. */
  set(idx: number, value: number): boolean
  /** Rises with each change. */
  changes(): number
  compressed(): Buffer
}

interface Block {
  bytes: Buffer
  adler: number
}

export function statusBits(slots: number): StatusBits {
  const bytes = new Uint8Array(Math.ceil(slots / slotsInByte))
  const count = Math.ceil(bytes.length / blockBytes)
  const blocks: (Block | null)[] = Array.from({ length: count }, () => null)
  const part = (at: number) => bytes.subarray(at * blockBytes, (at + 1) * blockBytes)
  /** Most of a young list is empty, and it is compressed once. */
  let empty: Block | null = null
  const blockAt = (at: number): Block => {
    const bytes = part(at)
    if (bytes.length < blockBytes || bytes.some(one => one !== 0)) return blockOf(bytes)
    empty ??= blockOf(bytes)
    return empty
  }
  let changes = 0
  return {
    get: idx => (bytes[Math.floor(idx / slotsInByte)]! >> shiftOf(idx)) & mask,
    set(idx, value) {
      if (!Number.isInteger(idx) || idx < 0 || idx >= slots || (value & mask) !== value)
        throw new RangeError(`${value} cannot stand at ${idx} of ${slots}`)
      const at = Math.floor(idx / slotsInByte)
      const before = bytes[at]!
      const after = (before & ~(mask << shiftOf(idx))) | (value << shiftOf(idx))
      if (after === before) return false
      bytes[at] = after
      blocks[Math.floor(at / blockBytes)] = null
      changes++
      return true
    },
    changes: () => changes,
    compressed() {
      // What is no more than a block is as everybody makes it.
      if (count <= 1) return deflateSync(bytes, { level: 9 })
      let adler = 1
      const parts: Buffer[] = [header]
      for (let at = 0; at < count; at++) {
        blocks[at] ??= blockAt(at)
        const block = blocks[at]!
        parts.push(block.bytes)
        adler = combined(adler, block.adler, part(at).length)
      }
      const trailer = Buffer.alloc(4)
      trailer.writeUInt32BE(adler)
      return Buffer.concat([...parts, lastBlock, trailer])
    },
  }
}

const shiftOf = (idx: number) => (idx % slotsInByte) * bitsInSlot

/** Of a window of 32 KiB, compressed as well as can be. */
const header = Buffer.from('78da', 'hex')
/** The last block, which is empty. */
const lastBlock = Buffer.from('0300', 'hex')

const blockOf = (bytes: Uint8Array): Block => ({
  bytes: deflateRawSync(bytes, { level: 9, finishFlush: constants.Z_FULL_FLUSH }),
  adler: adlerOf(bytes),
})

const base = 65_521

/** Adler-32 (RFC 1950, 9). A block is short enough for the sums to be taken modulo at its end only. */
export function adlerOf(bytes: Uint8Array): number {
  let [low, high] = [1, 0]
  for (const byte of bytes) {
    low += byte
    high += low
  }
  return (high % base) * 0x1_0000 + (low % base)
}

/** Of two texts, one after the other: the second one began at 1, and had the first one's low sum under each of its bytes. */
export function combined(first: number, second: number, secondLength: number): number {
  const [low1, high1] = [first % 0x1_0000, Math.floor(first / 0x1_0000)]
  const [low2, high2] = [second % 0x1_0000, Math.floor(second / 0x1_0000)]
  const low = (low1 + low2 + base - 1) % base
  const high = (high1 + high2 + (secondLength % base) * (low1 + base - 1)) % base
  return high * 0x1_0000 + low
}
