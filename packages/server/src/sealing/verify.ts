// Verifying the log against the rows: every event is hashed again and compared with its sealed leaf, every tile with the
// tiles below it, the root with the signed checkpoint. What was altered, removed or added is named. What was removed before
// it was sealed left no leaf: it shows as a gap in its stream.
import {
  formatProof,
  type Hash,
  inclusionProof,
  leafBytes,
  rootAt,
  type TileAt,
  type TileMap,
  tileMap,
  tileWidth,
  treeRoot,
  type VerifierKey,
  verifyCheckpoint,
} from '@rekey/log'
import type { Store } from '@rekey/store'
import { hashOf, leafOf } from './leaf.ts'

export interface Fault {
  code:
    | 'altered-event'
    | 'missing-event'
    | 'altered-tile'
    | 'bad-checkpoint'
    | 'root-differs'
    | 'gap-in-stream'
  text: string
}

export interface Verified {
  ok: boolean
  size: number
  unsealed: number
  faults: Fault[]
}

const hashBytes = 32
/** Of each kind: the first ones tell the story. */
const faultsKept = 20

export async function verifyLog(store: Store, key: VerifierKey): Promise<Verified> {
  const { size, checkpoint } = await store.logState()
  const faults: Fault[] = []
  const say = (code: Fault['code'], text: string) => {
    if (faults.filter(fault => fault.code === code).length < faultsKept) faults.push({ code, text })
  }
  await verifyRows(store, size, say)
  await verifyTiles(store, size, say)
  if (checkpoint !== null) await verifyHead(store, size, checkpoint, key, say)
  else if (size > 0) say('bad-checkpoint', `a log of ${size} leaves has no checkpoint`)
  const unsealed = (await store.unsealed(100_000)).length
  return { ok: faults.length === 0, size, unsealed, faults }
}

type Say = (code: Fault['code'], text: string) => void

async function verifyRows(store: Store, size: number, say: Say): Promise<void> {
  // Rows of one stream are sealed in their order, so one number a stream is all that has to be kept.
  const lastSeq = new Map<string, number>()
  for (let n = 0; n * tileWidth < size; n++) {
    const [tile] = await store.tiles([{ level: 0, n }])
    const width = Math.min(tileWidth, size - n * tileWidth)
    const events = await store.leaves(n * tileWidth, width)
    const byLeaf = new Map(events.map(event => [event.leaf, event]))
    for (let at = 0; at < width; at++) {
      const index = n * tileWidth + at
      const event = byLeaf.get(index)
      if (event === undefined) {
        say('missing-event', `the event of leaf ${index} is gone`)
        continue
      }
      const last = lastSeq.get(event.stream) ?? 0
      if (event.seq !== last + 1) say('gap-in-stream', `${event.stream}@${event.seq} follows on @${last}`)
      lastSeq.set(event.stream, event.seq)
      const sealed = tile?.bytes.subarray(at * hashBytes, (at + 1) * hashBytes)
      if (sealed === undefined || !isEqual(hashOf(event, index), sealed)) {
        say(
          'altered-event',
          `${event.stream}@${event.seq} (${event.type}) is not what was sealed as leaf ${index}`,
        )
      }
    }
  }
}

async function verifyTiles(store: Store, size: number, say: Say): Promise<void> {
  for (let level = 1, width = Math.floor(size / tileWidth); width > 0; level++) {
    for (let n = 0; n * tileWidth < width; n++) {
      const [tile] = await store.tiles([{ level, n }])
      const count = Math.min(tileWidth, width - n * tileWidth)
      for (let at = 0; at < count; at++) {
        const [child] = await store.tiles([{ level: level - 1, n: n * tileWidth + at }])
        const hashes = child === undefined ? [] : split(child.bytes)
        const sealed = tile?.bytes.subarray(at * hashBytes, (at + 1) * hashBytes)
        const whole = hashes.length === tileWidth && sealed !== undefined
        if (!whole || !isEqual(treeRoot(hashes), sealed)) {
          say('altered-tile', `tile ${level}/${n} does not follow from the tile below it at ${at}`)
        }
      }
    }
    width = Math.floor(width / tileWidth)
  }
}

async function verifyHead(
  store: Store,
  size: number,
  note: string,
  key: VerifierKey,
  say: Say,
): Promise<void> {
  const verdict = verifyCheckpoint(note, [key])
  if (!verdict.ok) {
    say('bad-checkpoint', `the checkpoint does not verify: ${verdict.why}`)
    return
  }
  if (verdict.checkpoint.size !== size) {
    say('bad-checkpoint', `the checkpoint is of size ${verdict.checkpoint.size}, the log has ${size}`)
    return
  }
  try {
    const root = await rootOf(store, size)
    if (!isEqual(root, verdict.checkpoint.root)) say('root-differs', 'the tiles do not give the signed root')
  } catch (error) {
    say('root-differs', `the root cannot be computed: ${error instanceof Error ? error.message : 'unknown'}`)
  }
}

/** The proof that one leaf is in the log, as a file that anyone can check offline; null: no such leaf yet. */
export async function proofOf(
  store: Store,
  index: number,
): Promise<{ leaf: Uint8Array; proof: string } | null> {
  const [{ size, checkpoint }, event] = await Promise.all([store.logState(), store.leaf(index)])
  if (event === null || checkpoint === null || index >= size) return null
  const asked = inclusionProof(index, size)
  const path = asked.compute(await tilesOf(store, asked.needs))
  return {
    leaf: leafBytes(leafOf(event, index)),
    proof: formatProof({ index, path, note: checkpoint, extra: null }),
  }
}

async function rootOf(store: Store, size: number): Promise<Hash> {
  const asked = rootAt(size)
  return asked.compute(await tilesOf(store, asked.needs))
}

async function tilesOf(store: Store, needs: readonly TileAt[]): Promise<TileMap> {
  return tileMap(await store.tiles(needs))
}

function split(bytes: Uint8Array): Hash[] {
  const hashes: Hash[] = []
  for (let at = 0; at < bytes.length; at += hashBytes) hashes.push(bytes.slice(at, at + hashBytes))
  return hashes
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}
