// Sealing: events become leaves of the Merkle log, in the order of their positions, and a signed checkpoint says so. One
// control plane seals at a time: it holds the lease on the log, and the store refuses a seal that expects another size.
import { appendLeaves, type Signer, signCheckpoint, tileMap } from '@rekey/log'
import type { Ground } from '../ground.ts'
import { hashOf } from './leaf.ts'

export const logSubject = 'log'
const batchSize = 10_000

/**
 * Seals what is unsealed; answers how many events, or null when another control plane is at it, or when the store is
 * fenced: a restored store may be behind what this log has signed already, and must not sign a second history.
 */
export async function seal(ground: Ground, signer: Signer): Promise<number | null> {
  const { store, limits } = ground
  // A lease taken by a clock that jumped ahead would keep all others out until then.
  if (ground.doubt() !== null || (await store.meta('fenced')) !== null) return null
  const lease = await store.claimOne(logSubject, {
    holder: ground.holder,
    nowMs: ground.nowMs(),
    leaseMs: limits.leaseMs,
  })
  if (lease === null) return null
  try {
    let sealed = 0
    for (;;) {
      const count = await sealBatch(ground, signer)
      sealed += count
      if (count < batchSize) return sealed
      if (!(await store.renew(lease, ground.nowMs() + limits.leaseMs))) return sealed
    }
  } finally {
    await store.release(lease)
  }
}

async function sealBatch({ store }: Ground, signer: Signer): Promise<number> {
  // The size first: what is unsealed after that was unsealed at that size, or the seal is refused.
  const { size } = await store.logState()
  const events = await store.unsealed(batchSize)
  if (events.length === 0) return 0
  const hashes = events.map((event, at) => hashOf(event, size + at))
  const appending = appendLeaves(size, hashes)
  const tiles = tileMap(await store.tiles(appending.needs))
  // Whoever was held up and lost the lease may read tiles of a log that has grown: they do not fit, and nothing is wrong.
  if ((await store.logState()).size !== size) return 0
  const appended = appending.compute(tiles)
  const checkpoint = signCheckpoint({ origin: signer.name, size: appended.size, root: appended.root }, [
    signer,
  ])
  const stored = await store.seal({
    expectedSize: size,
    positions: events.map(event => event.position),
    tiles: appended.tiles,
    checkpoint,
  })
  return stored ? events.length : 0
}
