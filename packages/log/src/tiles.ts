// The tree on tiles (C2SP tlog-tiles over RFC 6962): appending, roots and proofs from O(log n) tiles.
//
// Nothing here reads a store. Each operation says which tiles it needs and then computes from them, so that a
// synchronous store (SQLite) and an asynchronous one (PostgreSQL, HTTP) drive the same code:
//
//   const read = inclusionProof(index, size)
//   const path = read.compute(await store.tiles(read.needs))
//
// A callback that reads on demand was rejected: it would exist twice, once with `await` and once without.
import { isSize } from './encoding.ts'
import { LogError } from './error.ts'
import { emptyRoot, type Hash, hashBytes, isHash, nodeHash, perfectRoot } from './hash.ts'
import {
  rightEdge,
  type Tile,
  type TileAt,
  type TileMap,
  tileBytes,
  tileKey,
  tileMap,
  tileWidth,
  widthAt,
} from './tile.ts'
import { pathRanges, proofRanges, type Range } from './tree.ts'

export interface FromTiles<T> {
  needs: readonly TileAt[]
  /** Throws `missing-tile` when a needed tile is absent or shorter than this tree requires. */
  compute: (tiles: TileMap) => T
}

export interface Appended {
  size: number
  root: Hash
  /** New and grown tiles, to be written in the transaction that records the size. */
  tiles: Tile[]
}

/** A run of hashes in one tile whose root is one node of the tree: a perfect subtree. */
interface Run extends TileAt {
  first: number
  count: number
}

/** The perfect subtrees that a range of the tree is made of, from the left, the largest first. */
function runsOf({ start, end }: Range): Run[] {
  const runs: Run[] = []
  for (let at = start; at < end; ) {
    let [level, unit, count] = [0, 1, 1]
    while (unit * tileWidth <= end - at) [level, unit] = [level + 1, unit * tileWidth]
    while (unit * count * 2 <= end - at) count *= 2
    const hash = at / unit
    runs.push({ level, n: Math.floor(hash / tileWidth), first: hash % tileWidth, count })
    at += unit * count
  }
  return runs
}

function runRoot(run: Run, tiles: TileMap): Hash {
  const bytes = tiles.get(tileKey(run))
  const needed = (run.first + run.count) * hashBytes
  if (bytes === undefined || bytes.length < needed || bytes.length > tileBytes) {
    const found = bytes === undefined ? 'it is absent' : `it has ${bytes.length} bytes`
    throw new LogError(
      'missing-tile',
      `tile ${tileKey(run)} must have ${needed} to ${tileBytes} bytes, ${found}`,
    )
  }
  return perfectRoot(bytes, run.first, run.count)
}

function rootsOf<T>(ranges: readonly Range[], finish: (roots: Hash[]) => T): FromTiles<T> {
  const runs = ranges.map(runsOf)
  const needs = new Map(runs.flat().map(({ level, n }) => [tileKey({ level, n }), { level, n }]))
  return {
    needs: [...needs.values()],
    compute: tiles =>
      finish(
        runs.map(parts =>
          parts.map(run => runRoot(run, tiles)).reduceRight((right, left) => nodeHash(left, right)),
        ),
      ),
  }
}

export function rootAt(size: number): FromTiles<Hash> {
  checkSize(size)
  if (size === 0) return { needs: [], compute: emptyRoot }
  return rootsOf([{ start: 0, end: size }], roots => roots[0]!)
}

export function inclusionProof(index: number, size: number): FromTiles<Hash[]> {
  return rootsOf(pathRanges(index, size), path => path)
}

export function consistencyProof(oldSize: number, size: number): FromTiles<Hash[]> {
  return rootsOf(proofRanges(oldSize, size), proof => proof)
}

/**
 * Appends to a tree of `size`. Costs one hash for each new leaf and fewer than 256 a level for the new root: inner nodes
 * of a tile are not stored, as the standard has it, and hashing a whole tile again takes about 0.2 ms.
 */
export function appendLeaves(size: number, leafHashes: readonly Hash[]): FromTiles<Appended> {
  checkSize(size)
  checkSize(size + leafHashes.length)
  return { needs: rightEdge(size), compute: tiles => append(size, leafHashes, tiles) }
}

function append(size: number, leafHashes: readonly Hash[], tiles: TileMap): Appended {
  for (const at of rightEdge(size)) checkEdge(at, widthAt(at, size), tiles)
  const written: Tile[] = []
  let arriving = leafHashes
  for (let level = 0, hashes = size; arriving.length > 0; level++, hashes = Math.floor(hashes / tileWidth)) {
    const n = Math.floor(hashes / tileWidth)
    const width = hashes % tileWidth
    const row = joined(width === 0 ? new Uint8Array(0) : tiles.get(tileKey({ level, n }))!, arriving)
    const full: Hash[] = []
    for (let at = 0; at < row.length; at += tileBytes) {
      const bytes = row.slice(at, at + tileBytes)
      written.push({ level, n: n + at / tileBytes, bytes })
      if (bytes.length === tileBytes) full.push(perfectRoot(bytes, 0, tileWidth))
    }
    arriving = full
  }
  const grown = new Map([...tiles, ...tileMap(written)])
  const newSize = size + leafHashes.length
  return { size: newSize, root: rootAt(newSize).compute(grown), tiles: written }
}

/**
 * The right edge must hold exactly what the size says. More would mean that leaves were appended, and perhaps signed
 * for, which this size does not know of: to overwrite them would fork the log.
 */
function checkEdge(at: TileAt, width: number, tiles: TileMap): void {
  const bytes = tiles.get(tileKey(at))
  if (bytes === undefined) throw new LogError('missing-tile', `tile ${tileKey(at)} is needed to append`)
  if (bytes.length !== width * hashBytes) {
    const why = `tile ${tileKey(at)} has ${bytes.length} bytes, by the size of the tree it has ${width * hashBytes}`
    throw new LogError('bad-tile', why)
  }
}

function joined(front: Uint8Array, hashes: readonly Hash[]): Uint8Array {
  const row = new Uint8Array(front.length + hashes.length * hashBytes)
  row.set(front)
  for (const [i, hash] of hashes.entries()) {
    if (!isHash(hash)) throw new LogError('bad-hash', `leaf hash ${i} does not have ${hashBytes} bytes`)
    row.set(hash, front.length + i * hashBytes)
  }
  return row
}

function checkSize(size: number): void {
  if (!isSize(size)) throw new LogError('bad-size', `${size} is not a tree size (0 to 2^53 - 1)`)
}
