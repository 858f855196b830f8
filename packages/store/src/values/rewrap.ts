// Rotating the root key: every data key and every key of ours is unwrapped with the old root key and wrapped with the new
// one; the values themselves stay closed. It can stop anywhere and be started again, because the store itself says what
// is left to do. The order for a running fleet: give every instance [new, old], re-wrap, then give them [new] alone. An
// instance that still has only the old one would go on sealing under it.
import { randomBytes } from 'node:crypto'
import { type KeyRow, type SealedRow, type Store, StoreError } from '../contract.ts'
import { type Purpose, type Random, rewrap } from './envelope.ts'
import type { RootKey } from './root-key.ts'
import { damaged } from './vault.ts'

export interface Rewrapped {
  values: number
  keys: number
}

export interface RewrapOptions {
  /** How many rows are changed in one transaction. */
  batch?: number
  random?: Random
}

/** Ends when nothing in the store is under another root key than `to`; answers how many rows this run has changed. */
export async function rewrapAll(
  store: Store,
  from: RootKey,
  to: RootKey,
  options: RewrapOptions = {},
): Promise<Rewrapped> {
  const { batch = 200, random = randomBytes } = options
  if (from.id === to.id) {
    throw new StoreError(
      'root-key-wrong',
      `the old and the new root key are the same, ${to.id}`,
      'Give the new root key as the one to rotate to.',
    )
  }
  const done: Rewrapped = { values: 0, keys: 0 }
  let before = ''
  for (;;) {
    const left = await store.sealedNotUnder(to.id, batch)
    if (left.values.length === 0 && left.keys.length === 0) return done
    const now = describe(left)
    if (now === before) throw new Error('re-wrapping has changed nothing in the store')
    before = now
    const rows = {
      values: left.values.map(row => wrapped(from, to, purposeOf(row), row, random)),
      keys: left.keys.map(row => wrapped(from, to, { of: 'key', name: row.name }, row, random)),
    }
    await store.rewrap(rows)
    done.values += rows.values.length
    done.keys += rows.keys.length
  }
}

function wrapped<R extends SealedRow | KeyRow>(
  from: RootKey,
  to: RootKey,
  purpose: Purpose,
  row: R,
  random: Random,
): R {
  if (row.rootKey !== from.id) {
    throw new StoreError(
      'root-key-wrong',
      `the store holds what is sealed under root key ${row.rootKey}, but the rotation is from ${from.id} to ${to.id}`,
      `Rotate from ${row.rootKey} to ${to.id} too. What is done already stays done.`,
    )
  }
  const envelope = rewrap(from, to, purpose, row, random)
  if (envelope === null) throw damaged(purpose)
  return { ...row, rootKey: to.id, ...envelope }
}

const purposeOf = (row: SealedRow): Purpose => ({
  of: 'value',
  credential: row.credential,
  version: row.version,
})

/** Which rows a batch is about. */
function describe(left: { values: readonly SealedRow[]; keys: readonly KeyRow[] }): string {
  return JSON.stringify([
    left.values.map(row => [row.credential, row.version]),
    left.keys.map(row => row.name),
  ])
}
