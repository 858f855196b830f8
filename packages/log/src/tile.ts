// C2SP tlog-tiles: where the hashes of the tree are kept. Tile n of level l holds up to 256 hashes side by side, each the
// root of 256^l leaves. A store keeps one row for each (level, n); a partial tile is replaced as it grows, and a
// reader of an older, smaller tree uses the front of it.
import { fromDecimal, isSize } from './encoding.ts'
import { LogError } from './error.ts'
import { hashBytes } from './hash.ts'

export const tileWidth = 256
export const tileBytes = tileWidth * hashBytes

export interface TileAt {
  level: number
  n: number
}

export interface Tile extends TileAt {
  bytes: Uint8Array
}

export type TileKey = `${number}/${number}`
export type TileMap = ReadonlyMap<TileKey, Uint8Array>

export const tileKey = ({ level, n }: TileAt): TileKey => `${level}/${n}`

export function tileMap(tiles: Iterable<Tile>): Map<TileKey, Uint8Array> {
  const map = new Map<TileKey, Uint8Array>()
  for (const tile of tiles) map.set(tileKey(tile), tile.bytes)
  return map
}

/** How many hashes this tile holds in a tree of `size`: 0 where there is no such tile, 256 where it is full. */
export function widthAt({ level, n }: TileAt, size: number): number {
  const hashes = Math.floor(size / tileWidth ** level) - n * tileWidth
  return Math.max(0, Math.min(tileWidth, hashes))
}

/** The partial tile of every level, at the right edge of the tree. */
export function rightEdge(size: number): TileAt[] {
  const edge: TileAt[] = []
  for (let level = 0, hashes = size; hashes > 0; level++, hashes = Math.floor(hashes / tileWidth)) {
    if (hashes % tileWidth > 0) edge.push({ level, n: Math.floor(hashes / tileWidth) })
  }
  return edge
}

/** What a path names: a tile of hashes, or the bundle of entries below a tile of level 0. */
export interface TileRequest {
  level: number | 'entries'
  n: number
  width: number
}

/** The path below the log's prefix: `tile/0/x001/x234/067`, `tile/entries/000.p/5`. */
export function tilePath({ level, n, width }: TileRequest): string {
  if (!isSize(n) || !isLevel(level)) throw new LogError('bad-tile', `no tile ${n} at level ${level}`)
  if (!Number.isInteger(width) || width < 1 || width > tileWidth)
    throw new LogError('bad-tile', `a tile is 1 to ${tileWidth} wide, not ${width}`)
  const digits = String(n)
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.{3}/g)!
  const last = groups.pop()
  const number = [...groups.map(group => `x${group}`), last].join('/')
  return `tile/${level}/${number}${width === tileWidth ? '' : `.p/${width}`}`
}

/** Null for anything that tilePath would not have written, so that each tile has exactly one address. */
export function parseTilePath(path: string): TileRequest | null {
  const match = /^tile\/(entries|[0-9]{1,2})\/((?:x[0-9]{3}\/)*[0-9]{3})(?:\.p\/([0-9]{1,3}))?$/.exec(path)
  if (match === null) return null
  const [, levelText = '', number = '', widthText] = match
  const level = levelText === 'entries' ? 'entries' : fromDecimal(levelText)
  const n = fromDecimal(number.replaceAll(/[x/]/g, '').replace(/^0+(?=.)/, ''))
  const width = widthText === undefined ? tileWidth : fromDecimal(widthText)
  if (level === null || n === null || width === null || !isLevel(level)) return null
  if (width < 1 || width > tileWidth) return null
  const request: TileRequest = { level, n, width }
  return tilePath(request) === path ? request : null
}

function isLevel(level: number | 'entries'): boolean {
  return level === 'entries' || (Number.isInteger(level) && level >= 0 && level <= 63)
}
