// RFC 6962 section 2.1: the tree, PATH and PROOF by definition, over leaf hashes in memory; and the two verification
// procedures of RFC 9162 sections 2.1.3.2 and 2.1.4.2. Sizes go beyond 32 bits, so halving replaces shifting.
import { isSize } from './encoding.ts'
import { LogError } from './error.ts'
import { emptyRoot, type Hash, isHash, nodeHash, sameBytes } from './hash.ts'

/** Leaves from `start` up to, not including, `end`. */
export interface Range {
  start: number
  end: number
}

/** The largest power of two below n, for n > 1: where a tree of n leaves is split. */
export function splitPoint(n: number): number {
  const high = Math.floor((n - 1) / 2 ** 32)
  return high > 0 ? 2 ** (63 - Math.clz32(high)) : 2 ** (31 - Math.clz32(n - 1))
}

/** PATH(index, D[size]) as the ranges whose roots it lists, the leaf's side first. */
export function pathRanges(index: number, size: number): Range[] {
  if (!isSize(size) || !isSize(index) || index >= size)
    throw new LogError('bad-size', `there is no leaf ${index} in a tree of ${size}`)
  const ranges: Range[] = []
  for (let start = 0, end = size; end - start > 1; ) {
    const middle = start + splitPoint(end - start)
    if (index < middle) {
      ranges.push({ start: middle, end })
      end = middle
    } else {
      ranges.push({ start, end: middle })
      start = middle
    }
  }
  return ranges.reverse()
}

/** PROOF(oldSize, D[size]) likewise. From the empty tree, or to itself, there is nothing to prove. */
export function proofRanges(oldSize: number, size: number): Range[] {
  if (!isSize(size) || !isSize(oldSize) || oldSize > size)
    throw new LogError('bad-size', `a tree of ${size} has no earlier tree of ${oldSize}`)
  if (oldSize === 0) return []
  const ranges: Range[] = []
  let [start, end] = [0, size]
  // While the old tree is still a whole left part of what is looked at, its root is known to the verifier.
  while (oldSize !== end) {
    const middle = start + splitPoint(end - start)
    if (oldSize <= middle) {
      ranges.push({ start: middle, end })
      end = middle
    } else {
      ranges.push({ start, end: middle })
      start = middle
    }
  }
  if (start > 0) ranges.push({ start, end })
  return ranges.reverse()
}

function rangeRoot(leafHashes: readonly Hash[], { start, end }: Range): Hash {
  if (end - start === 1) return leafHashes[start]!
  const middle = start + splitPoint(end - start)
  return nodeHash(
    rangeRoot(leafHashes, { start, end: middle }),
    rangeRoot(leafHashes, { start: middle, end }),
  )
}

export function treeRoot(leafHashes: readonly Hash[]): Hash {
  return leafHashes.length === 0 ? emptyRoot() : rangeRoot(leafHashes, { start: 0, end: leafHashes.length })
}

export function treePath(leafHashes: readonly Hash[], index: number): Hash[] {
  return pathRanges(index, leafHashes.length).map(range => rangeRoot(leafHashes, range))
}

export function treeProof(leafHashes: readonly Hash[], oldSize: number): Hash[] {
  return proofRanges(oldSize, leafHashes.length).map(range => rangeRoot(leafHashes, range))
}

const isOdd = (n: number) => n % 2 === 1
const half = (n: number) => Math.floor(n / 2)

/**
 * Is this the leaf at `index` of the tree of `size` with this root? The size must come from a signed checkpoint: two
 * sizes in which the leaf has a path of the same shape cannot be told apart by the hashes alone.
 */
export function verifyInclusion(index: number, size: number, leaf: Hash, path: readonly Hash[], root: Hash) {
  if (!isSize(index) || !isSize(size) || index >= size) return false
  if (![leaf, root, ...path].every(isHash)) return false
  let [first, second, hash] = [index, size - 1, leaf]
  for (const sibling of path) {
    if (second === 0) return false
    if (isOdd(first) || first === second) {
      hash = nodeHash(sibling, hash)
      while (first !== 0 && !isOdd(first)) [first, second] = [half(first), half(second)]
    } else hash = nodeHash(hash, sibling)
    ;[first, second] = [half(first), half(second)]
  }
  return second === 0 && sameBytes(hash, root)
}

/** Is the tree of `oldSize` with `oldRoot` the beginning of the tree of `size` with `root`? Sizes as above. */
export function verifyConsistency(
  oldSize: number,
  size: number,
  oldRoot: Hash,
  root: Hash,
  proof: readonly Hash[],
) {
  if (!isSize(oldSize) || !isSize(size) || oldSize > size) return false
  if (![oldRoot, root, ...proof].every(isHash)) return false
  if (oldSize === size) return proof.length === 0 && sameBytes(oldRoot, root)
  if (oldSize === 0) return proof.length === 0
  if (proof.length === 0) return false
  const isPerfect = oldSize === splitPoint(oldSize + 1)
  const [seed, ...rest] = isPerfect ? [oldRoot, ...proof] : proof
  let [first, second] = [oldSize - 1, size - 1]
  while (isOdd(first)) [first, second] = [half(first), half(second)]
  let [old, now] = [seed!, seed!]
  for (const hash of rest) {
    if (second === 0) return false
    if (isOdd(first) || first === second) {
      old = nodeHash(hash, old)
      now = nodeHash(hash, now)
      while (first !== 0 && !isOdd(first)) [first, second] = [half(first), half(second)]
    } else now = nodeHash(now, hash)
    ;[first, second] = [half(first), half(second)]
  }
  return second === 0 && sameBytes(old, oldRoot) && sameBytes(now, root)
}
