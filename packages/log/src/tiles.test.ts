import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LogError } from './error.ts'
import { emptyRoot, type Hash, leafHash } from './hash.ts'
import { type TileKey, type TileMap, tileKey, widthAt } from './tile.ts'
import { appendLeaves, consistencyProof, type FromTiles, inclusionProof, rootAt } from './tiles.ts'
import { treePath, treeProof, treeRoot, verifyConsistency, verifyInclusion } from './tree.ts'

const hasCode = (code: string) => (error: unknown) => error instanceof LogError && error.code === code

/** A store as Rekey has it: a row for each (level, n), replaced as it grows. Gives out only what was asked for. */
function store() {
  const rows = new Map<TileKey, Uint8Array>()
  let size = 0
  let reads = 0
  const tilesOf = (needs: FromTiles<unknown>['needs']): TileMap => {
    reads += needs.length
    return new Map(
      needs.flatMap(at => (rows.has(tileKey(at)) ? [[tileKey(at), rows.get(tileKey(at))!]] : [])),
    )
  }
  return {
    rows,
    append(leaves: readonly Hash[]): Hash {
      const step = appendLeaves(size, leaves)
      const { size: grown, root, tiles } = step.compute(tilesOf(step.needs))
      for (const tile of tiles) rows.set(tileKey(tile), tile.bytes)
      size = grown
      return root
    },
    read<T>(plan: FromTiles<T>): T {
      reads = 0
      return plan.compute(tilesOf(plan.needs))
    },
    get reads() {
      return reads
    },
  }
}

const leavesOf = (count: number) =>
  Array.from({ length: count }, (_, i) => leafHash(Uint8Array.of(i & 0xff, (i >> 8) & 0xff, i >> 16)))
/** The same numbers on every run. */
function* dice(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    yield state / 2 ** 32
  }
}

test('on tiles, every root and every proof of every tree up to 70 leaves is that of the definition', () => {
  const log = store()
  const leaves = leavesOf(70)
  for (const leaf of leaves) log.append([leaf])
  // Read from the tiles of the tree of 70: older trees lie in the front of the same rows.
  for (let size = 0; size <= 70; size++) {
    const tree = leaves.slice(0, size)
    assert.deepEqual(log.read(rootAt(size)), treeRoot(tree))
    for (let at = 0; at < size; at++) {
      assert.deepEqual(log.read(inclusionProof(at, size)), treePath(tree, at))
      assert.deepEqual(log.read(consistencyProof(at, size)), treeProof(tree, at))
    }
    assert.deepEqual(log.read(consistencyProof(size, size)), [])
  }
})

test('around the edges of tiles, roots and proofs are those of the definition', () => {
  const leaves = leavesOf(520)
  for (const size of [255, 256, 257, 511, 512, 513]) {
    const log = store()
    const tree = leaves.slice(0, size)
    assert.deepEqual(log.append(tree), treeRoot(tree))
    for (const at of [0, 1, 127, 128, 254, 255, 256, 257, 510, 511].filter(index => index < size)) {
      assert.deepEqual(log.read(inclusionProof(at, size)), treePath(tree, at))
      assert.deepEqual(log.read(consistencyProof(at, size)), treeProof(tree, at))
    }
  }
})

test('around 65,536 leaves, where a third level begins, proofs are right and take few tiles', () => {
  const log = store()
  const leaves = leavesOf(65_537)
  const roots = new Map<number, Hash>()
  const random = dice(1)
  const next = (below: number) => Math.floor(random.next().value! * below)
  let size = 0
  for (const target of [300, 40_000, 65_535, 65_536, 65_537]) {
    roots.set(target, log.append(leaves.slice(size, target)))
    size = target
  }
  for (const target of [65_535, 65_536, 65_537]) {
    const tree = leaves.slice(0, target)
    const root = roots.get(target)!
    const index = next(target)
    const path = treePath(tree, index)
    assert.deepEqual(log.read(inclusionProof(index, target)), path)
    // What leads from the leaf along the defined path is the defined root.
    assert.ok(verifyInclusion(index, target, leaves[index]!, path, root))
    for (let round = 0; round < 20; round++) {
      const at = next(target)
      assert.ok(verifyInclusion(at, target, leaves[at]!, log.read(inclusionProof(at, target)), root))
      assert.ok(log.reads <= 5, `${log.reads} tiles for one inclusion proof`)
    }
    for (const [older, olderRoot] of roots) {
      if (older > target) continue
      const proof = log.read(consistencyProof(older, target))
      assert.ok(verifyConsistency(older, target, olderRoot, root, proof))
      assert.ok(log.reads <= 6, `${log.reads} tiles for one consistency proof`)
    }
  }
  const oldSize = next(65_537)
  assert.deepEqual(log.read(consistencyProof(oldSize, 65_537)), treeProof(leaves, oldSize))
})

test('how leaves are cut into batches changes neither tiles nor roots', () => {
  const leaves = leavesOf(1_400)
  const whole = store()
  const root = whole.append(leaves)
  const random = dice(2)
  for (let round = 0; round < 5; round++) {
    const pieces = store()
    let latest = emptyRoot()
    for (let at = 0; at < leaves.length; ) {
      const end = at + Math.floor(random.next().value! ** 3 * 700)
      latest = pieces.append(leaves.slice(at, end))
      at = end
    }
    assert.deepEqual(latest, root)
    assert.deepEqual(new Map([...pieces.rows].sort()), new Map([...whole.rows].sort()))
  }
})

test('a tree of 70,000 has the tiles that the standard counts for it', () => {
  const log = store()
  const leaf = leafHash(new Uint8Array(0))
  log.append(new Array<Hash>(70_000).fill(leaf))
  const widths = (level: number) =>
    [...log.rows].filter(([key]) => key.startsWith(`${level}/`)).map(([, bytes]) => bytes.length / 32)
  assert.deepEqual([widths(0).length, widths(0).at(-1)], [274, 112])
  assert.deepEqual(widths(1), [256, 17])
  assert.deepEqual(widths(2), [1])
  assert.equal(log.rows.size, 277)
  for (const [key, bytes] of log.rows) {
    const [level = 0, n = 0] = key.split('/').map(Number)
    assert.equal(widthAt({ level, n }, 70_000), bytes.length / 32)
  }
})

test('the empty tree needs no tile, and appending nothing changes nothing', () => {
  assert.deepEqual(rootAt(0).needs, [])
  assert.deepEqual(rootAt(0).compute(new Map()), emptyRoot())
  assert.deepEqual(appendLeaves(0, []).compute(new Map()), { size: 0, root: emptyRoot(), tiles: [] })
  const log = store()
  const root = log.append(leavesOf(3))
  const step = appendLeaves(3, [])
  assert.deepEqual(step.compute(log.rows), { size: 3, root, tiles: [] })
})

test('the tiles needed are few however large the tree is', () => {
  const size = 2 ** 53 - 1
  assert.equal(rootAt(size).needs.length, 7)
  assert.ok(inclusionProof(2 ** 52 + 12_345, size).needs.length <= 14)
  assert.ok(consistencyProof(2 ** 51 + 6_789, size).needs.length <= 21)
  assert.equal(appendLeaves(size, []).needs.length, 7)
})

test('tiles may come as Buffers, and are not written to', () => {
  const log = store()
  const root = log.append(leavesOf(300))
  const buffers = new Map([...log.rows].map(([key, bytes]) => [key, Buffer.from(bytes)]))
  const leaves = leavesOf(301)
  assert.deepEqual(rootAt(300).compute(buffers), root)
  assert.deepEqual(inclusionProof(5, 300).compute(buffers), treePath(leaves.slice(0, 300), 5))
  assert.deepEqual(appendLeaves(300, [leaves[300]!]).compute(buffers).root, treeRoot(leaves))
  for (const [key, bytes] of log.rows) assert.ok(Buffer.from(bytes).equals(buffers.get(key)!))
})

test('a missing or short tile is an error that names it', () => {
  const log = store()
  log.append(leavesOf(300))
  const short = new Map(log.rows).set('0/1', log.rows.get('0/1')!.subarray(0, 32))
  assert.throws(() => rootAt(300).compute(short), hasCode('missing-tile'))
  assert.throws(() => inclusionProof(0, 300).compute(new Map()), { message: /tile 0\/0/ })
  assert.throws(() => appendLeaves(300, leavesOf(1)).compute(new Map()), hasCode('missing-tile'))
})

test('appending refuses a right edge that holds more than the size says, because that would fork the log', () => {
  const log = store()
  log.append(leavesOf(300))
  assert.throws(() => appendLeaves(299, leavesOf(1)).compute(log.rows), hasCode('bad-tile'))
})

test('what is not a leaf hash or a size is refused', () => {
  assert.throws(() => appendLeaves(0, [new Uint8Array(31)]).compute(new Map()), hasCode('bad-hash'))
  assert.throws(() => appendLeaves(2 ** 53 - 1, leavesOf(1)), hasCode('bad-size'))
  assert.throws(() => rootAt(-1), hasCode('bad-size'))
  assert.throws(() => rootAt(1.5), hasCode('bad-size'))
  assert.throws(() => inclusionProof(3, 3), hasCode('bad-size'))
  assert.throws(() => consistencyProof(4, 3), hasCode('bad-size'))
})
