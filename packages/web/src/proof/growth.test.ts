import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ed25519PrivateKey,
  ed25519Signer,
  formatProof,
  leafHash,
  signCheckpoint,
  treePath,
  treeRoot,
} from '@rekey/log'
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts'
import { compare, leafToProve, provedBy } from './growth.ts'

const signer = ed25519Signer('log.example/a', ed25519PrivateKey(new Uint8Array(32).fill(1)))
const entries = (size: number, changed: number | null = null) =>
  Array.from({ length: size }, (_, n) => `{"n":${n}${n === changed ? ',"changed":true' : ''}}`)
const hashes = (some: readonly string[]) => some.map(one => leafHash(Buffer.from(one)))
const checkpointOf = (some: readonly string[]): Checkpoint =>
  parseCheckpoint(
    signCheckpoint({ origin: signer.name, size: some.length, root: treeRoot(hashes(some)) }, [signer]),
  )
const proofOf = (some: readonly string[], index: number) => ({
  leaf: some[index]!,
  proof: formatProof({
    index,
    path: treePath(hashes(some), index),
    note: checkpointOf(some).note,
    extra: null,
  }),
})

test('the path of the last leaf that was known shows that a log has only grown, for every pair of sizes', async () => {
  const all = entries(24)
  for (let size = 1; size <= 24; size++) {
    const now = checkpointOf(all.slice(0, size))
    for (let before = 1; before < size; before++) {
      const then = checkpointOf(all.slice(0, before))
      assert.equal(compare(then, now), null, 'the checkpoints alone do not say')
      const proof = proofOf(all.slice(0, size), leafToProve(then))
      assert.deepEqual(
        await provedBy(then, proof, now),
        { is: 'grown', by: size - before },
        `${before}, ${size}`,
      )
    }
  }
})

test('a log in which anything before was changed is found out, wherever it was changed', async () => {
  for (const before of [1, 2, 7, 8, 21]) {
    const then = checkpointOf(entries(before))
    for (let changed = 0; changed < before; changed++) {
      const now = entries(30, changed)
      const growth = await provedBy(then, proofOf(now, leafToProve(then)), checkpointOf(now))
      assert.equal(growth.is, 'forked', `${changed} of ${before}`)
    }
    const later = entries(30, before)
    const growth = await provedBy(then, proofOf(later, leafToProve(then)), checkpointOf(later))
    assert.equal(growth.is, 'grown', 'what came after was never seen otherwise')
  }
})

test('a proof of another leaf, or one that does not hold, says nothing of growth', async () => {
  const [then, all] = [checkpointOf(entries(7)), entries(30)]
  const now = checkpointOf(all)
  assert.equal((await provedBy(then, proofOf(all, 7), now)).is, 'unknown')
  assert.equal((await provedBy(then, { ...proofOf(all, 6), leaf: '{"n":7}' }, now)).is, 'unknown')
  assert.equal((await provedBy(then, proofOf(entries(29), 6), now)).is, 'unknown')
})

test('two checkpoints of one size are the same or a fork, and a log that shrank is a fork', () => {
  const [then, same] = [checkpointOf(entries(7)), checkpointOf(entries(7))]
  assert.deepEqual(compare(null, then), { is: 'first' })
  assert.deepEqual(compare(then, same), { is: 'same' })
  assert.equal(compare(then, checkpointOf(entries(7, 3)))?.is, 'forked')
  assert.equal(compare(then, checkpointOf(entries(6)))?.is, 'forked')
})

test('another origin is another log, and nothing can be said', () => {
  const other = ed25519Signer('log.example/b', ed25519PrivateKey(new Uint8Array(32).fill(1)))
  const root = treeRoot(hashes(entries(7)))
  const theirs = parseCheckpoint(signCheckpoint({ origin: other.name, size: 7, root }, [other]))
  assert.equal(compare(checkpointOf(entries(7)), theirs)?.is, 'unknown')
})
