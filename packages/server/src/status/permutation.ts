// The order in which the places of a list are given out: a keyed permutation, so that no place has to be looked for, none is given
// twice, and a place says nothing about when its version was made. A balanced Feistel network over the 20 bits of a place.
import { createHash } from 'node:crypto'

const halfBits = 10
const half = 1 << halfBits
const rounds = 8

/** 2^20: a place is two halves of ten bits. */
export const slotsInList = half * half

export type Permutation = (place: number) => number

export function permutationOf(key: Uint8Array, list: number): Permutation {
  const tables = Array.from({ length: rounds }, (_, round) => {
    const hash = createHash('shake256', { outputLength: half * 2 })
    const bytes = hash.update('rekey status places').update(key).update(`${list}/${round}`).digest()
    return Uint16Array.from({ length: half }, (_, at) => bytes.readUInt16LE(at * 2) & (half - 1))
  })
  return place => {
    let left = place >>> halfBits
    let right = place & (half - 1)
    for (const table of tables) [left, right] = [right, left ^ table[right]!]
    return left * half + right
  }
}
