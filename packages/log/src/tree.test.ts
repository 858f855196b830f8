import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from './encoding.ts'
import { LogError } from './error.ts'
import { emptyRoot, type Hash, leafHash, nodeHash } from './hash.ts'
import {
  pathRanges,
  proofRanges,
  splitPoint,
  treePath,
  treeProof,
  treeRoot,
  verifyConsistency,
  verifyInclusion,
} from './tree.ts'

const hex = (text: string) => fromHex(text)!

// The eight leaves that every implementation of RFC 6962 tests with.
const vectorLeaves = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map(text => leafHash(hex(text)))
const vectorRoots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]
const sibling4 = 'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b'
const nodes67 = 'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0'

test('the roots of the eight known leaves are the published ones, for every size from 0 to 8', () => {
  for (const [size, root] of vectorRoots.entries())
    assert.equal(toHex(treeRoot(vectorLeaves.slice(0, size))), root)
  assert.equal(toHex(emptyRoot()), vectorRoots[0])
})

test('PATH(5, D[8]), PROOF(6, D[8]) and PROOF(2, D[5]) are the published ones', () => {
  assert.deepEqual(treePath(vectorLeaves, 5).map(toHex), [sibling4, nodes67, vectorRoots[4]])
  assert.deepEqual(treeProof(vectorLeaves, 6).map(toHex), [
    '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
    nodes67,
    vectorRoots[4],
  ])
  assert.deepEqual(treeProof(vectorLeaves.slice(0, 5), 2).map(toHex), [
    '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
    sibling4,
  ])
})

test('a leaf can never be passed off as a node', () => {
  const [left, right] = [leafHash(hex('00')), leafHash(hex('01'))]
  assert.notDeepEqual(leafHash(Buffer.concat([left, right])), nodeHash(left, right))
})

test('the split point is the largest power of two below the size, exactly, up to 2^53 - 1', () => {
  for (let power = 1; power < 53; power++) {
    assert.equal(splitPoint(2 ** power), 2 ** (power - 1))
    assert.equal(splitPoint(2 ** power + 1), 2 ** power)
  }
  assert.equal(splitPoint(2 ** 53 - 1), 2 ** 52)
})

// Every size up to `last`, each hash distinct.
const last = 70
const leaves = Array.from({ length: last }, (_, i) => leafHash(Uint8Array.of(i)))
const trees = Array.from({ length: last + 1 }, (_, size) => leaves.slice(0, size))
const roots = trees.map(treeRoot)
const paths = trees.map(tree => tree.map((_, index) => treePath(tree, index)))

/** On which side the path's hashes stand, from the leaf up: all that a verifier derives from index and size. */
const pathShape = (index: number, size: number) =>
  pathRanges(index, size)
    .map(range => range.start > index)
    .join()
const proofShape = (oldSize: number, size: number) =>
  [
    ...proofRanges(oldSize, size).map(range => range.start >= oldSize),
    oldSize === splitPoint(oldSize + 1),
  ].join()

function flipped(hash: Hash): Hash {
  const copy = hash.slice()
  copy[copy.length - 1]! ^= 1
  return copy
}

function* spoiled(path: readonly Hash[]): Generator<Hash[]> {
  for (const [at, hash] of path.entries()) yield path.with(at, flipped(hash))
  if (path.length > 0) yield* [path.slice(1), path.slice(0, -1)]
  yield* [
    [leaves[0]!, ...path],
    [...path, leaves[0]!],
  ]
}

test('every inclusion proof of every tree up to 70 leaves verifies, and no spoiled one does', () => {
  for (let size = 1; size <= last; size++) {
    for (let index = 0; index < size; index++) {
      const path = paths[size]![index]!
      const [leaf, root] = [leaves[index]!, roots[size]!]
      assert.ok(verifyInclusion(index, size, leaf, path, root))
      assert.ok(!verifyInclusion(index, size, flipped(leaf), path, root))
      assert.ok(!verifyInclusion(index, size, leaf, path, flipped(root)))
      for (const bad of spoiled(path)) assert.ok(!verifyInclusion(index, size, leaf, bad, root))
    }
  }
})

test('no inclusion proof verifies for another index', () => {
  for (let size = 1; size <= last; size++) {
    for (let index = 0; index < size; index++) {
      const path = paths[size]![index]!
      for (let other = 0; other < size; other++) {
        if (other !== index) assert.ok(!verifyInclusion(other, size, leaves[index]!, path, roots[size]!))
      }
      assert.ok(!verifyInclusion(index + size, size, leaves[index]!, path, roots[size]!))
    }
  }
})

test('an inclusion proof verifies for another size only where the leaf has a path of the same shape', () => {
  for (let size = 1; size <= last; size++) {
    for (let index = 0; index < size; index++) {
      const path = paths[size]![index]!
      const shape = pathShape(index, size)
      for (let other = 1; other <= last; other += Math.abs(other - size) > 4 ? 5 : 1) {
        const expected = index < other && pathShape(index, other) === shape
        assert.equal(verifyInclusion(index, other, leaves[index]!, path, roots[size]!), expected)
      }
    }
  }
})

test('every consistency proof between trees up to 70 leaves verifies, and no spoiled one does', () => {
  for (let size = 0; size <= last; size++) {
    for (let oldSize = 0; oldSize <= size; oldSize++) {
      const proof = treeProof(trees[size]!, oldSize)
      const [oldRoot, root] = [roots[oldSize]!, roots[size]!]
      assert.ok(verifyConsistency(oldSize, size, oldRoot, root, proof))
      for (const bad of spoiled(proof)) assert.ok(!verifyConsistency(oldSize, size, oldRoot, root, bad))
      // From nothing to something any root is consistent; who starts from nothing has no root to compare.
      if (oldSize === 0 && size > 0) continue
      assert.ok(!verifyConsistency(oldSize, size, flipped(oldRoot), root, proof))
      assert.ok(!verifyConsistency(oldSize, size, oldRoot, flipped(root), proof))
    }
  }
})

test('a consistency proof verifies for other sizes only where it has the same shape', () => {
  for (let size = 2; size <= 33; size++) {
    for (let oldSize = 1; oldSize < size; oldSize++) {
      const proof = treeProof(trees[size]!, oldSize)
      const verifies = (m: number, n: number) => verifyConsistency(m, n, roots[oldSize]!, roots[size]!, proof)
      const shape = proofShape(oldSize, size)
      for (let other = 1; other < 36; other++) {
        if (other < size) assert.equal(verifies(other, size), proofShape(other, size) === shape)
        if (other > oldSize) assert.equal(verifies(oldSize, other), proofShape(oldSize, other) === shape)
      }
      assert.ok(!verifies(size, size))
      assert.ok(!verifies(size, oldSize))
    }
  }
})

test('what is not a size, an index or a hash is rejected, not computed with', () => {
  const [leaf, root] = [leaves[0]!, leaves[0]!]
  assert.ok(verifyInclusion(0, 1, leaf, [], root))
  for (const bad of [-1, 0.5, Number.NaN, 2 ** 53, Number.POSITIVE_INFINITY, '0' as unknown as number]) {
    assert.ok(!verifyInclusion(bad, 1, leaf, [], root))
    assert.ok(!verifyInclusion(0, bad, leaf, [], root))
    assert.ok(!verifyConsistency(bad, 1, root, root, []))
    assert.ok(!verifyConsistency(1, bad, root, root, []))
    assert.throws(() => treePath(leaves, bad === 0.5 ? 70 : bad), LogError)
    assert.throws(() => treeProof(leaves, bad), LogError)
  }
  assert.ok(!verifyInclusion(0, 0, leaf, [], emptyRoot()))
  assert.ok(!verifyInclusion(0, 1, leaf.subarray(1), [], root))
  assert.ok(!verifyInclusion(0, 2, leaf, ['x' as unknown as Hash], root))
  assert.ok(!verifyConsistency(1, 1, root, root.subarray(1), []))
})

test('proofs for trees near 2^53 leaves are computed without loss', () => {
  // A tree in which every leaf is the same has one hash a level, so its path can be written down without the tree.
  const height = 52
  const level = [leaves[0]!]
  for (let i = 0; i < height; i++) level.push(nodeHash(level[i]!, level[i]!))
  const path = level.slice(0, height)
  for (const index of [0, 1, 2 ** 32, 2 ** 51 + 1, 2 ** height - 1])
    assert.ok(verifyInclusion(index, 2 ** height, leaves[0]!, path, level[height]!))
  assert.ok(!verifyInclusion(0, 2 ** height, leaves[0]!, path.slice(1), level[height]!))
  const root = nodeHash(level[height]!, leaves[0]!)
  assert.ok(verifyConsistency(2 ** height, 2 ** height + 1, level[height]!, root, [leaves[0]!]))
})
