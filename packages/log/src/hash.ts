// The hashes of a Merkle tree: RFC 6962 section 2.1 with SHA-256 (the same in RFC 9162). The leading byte keeps leaf
// and node apart, so no leaf can be passed off as a node.
import { hash as digest } from 'node:crypto'
import { fromBase64, toBase64 } from './encoding.ts'
import { LogError } from './error.ts'

/** 32 bytes, always a plain Uint8Array. */
export type Hash = Uint8Array

export const hashBytes = 32

export function sha256(data: Uint8Array): Hash {
  const bytes = digest('sha256', data, 'buffer')
  return new Uint8Array(bytes.buffer, bytes.byteOffset, hashBytes)
}

export const emptyRoot = (): Hash => sha256(new Uint8Array(0))

export function leafHash(entry: Uint8Array): Hash {
  const prefixed = new Uint8Array(1 + entry.length)
  prefixed.set(entry, 1)
  return sha256(prefixed)
}

// Hashing is synchronous, so one buffer serves every node; a fresh one for each costs a third of the time.
const pair = new Uint8Array(1 + 2 * hashBytes)
pair[0] = 1

export function nodeHash(left: Hash, right: Hash): Hash {
  pair.set(left, 1)
  pair.set(right, 1 + hashBytes)
  return sha256(pair)
}

/** The root over a power of two of hashes that lie side by side in `bytes`, as they do in a tile. */
export function perfectRoot(bytes: Uint8Array, first: number, count: number): Hash {
  // A copy, and not by `slice`: a store may hand out Buffers, whose slice is a view that this would write through.
  const row = new Uint8Array(bytes.subarray(first * hashBytes, (first + count) * hashBytes))
  for (let width = count; width > 1; width /= 2) {
    for (let i = 0; i < width / 2; i++) {
      pair.set(row.subarray(2 * i * hashBytes, 2 * (i + 1) * hashBytes), 1)
      row.set(sha256(pair), i * hashBytes)
    }
  }
  return row.slice(0, hashBytes)
}

export function isHash(value: unknown): value is Hash {
  return value instanceof Uint8Array && value.length === hashBytes
}

/** Roots and paths are public, so this need not take constant time. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0
}

export function hashToText(hash: Hash): string {
  if (!isHash(hash)) throw new LogError('bad-hash', `a hash has ${hashBytes} bytes`)
  return toBase64(hash)
}

export function hashFromText(text: string): Hash | null {
  const bytes = fromBase64(text)
  return bytes?.length === hashBytes ? bytes : null
}
