import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ed25519PrivateKey, ed25519Signer, leafHash, signCheckpoint, treeRoot } from '@rekey/log'
import { parseCheckpoint } from './checkpoint.ts'
import { judgeKey, type Keeper, keepKnown, lastSeen, readKnown, seen } from './known.ts'

function keeper(): Keeper & { kept: Map<string, string> } {
  const kept = new Map<string, string>()
  return {
    kept,
    getItem: name => kept.get(name) ?? null,
    setItem: (name, value) => void kept.set(name, value),
    removeItem: name => void kept.delete(name),
  }
}

const signer = ed25519Signer('log.example/a', ed25519PrivateKey(new Uint8Array(32).fill(1)))
const checkpoint = (size: number) => {
  const leaves = Array.from({ length: size }, (_, n) => leafHash(Buffer.from(String(n))))
  return parseCheckpoint(signCheckpoint({ origin: signer.name, size, root: treeRoot(leaves) }, [signer]))
}

test('the key that was seen first is held on to, and another one is a change', () => {
  const store = keeper()
  assert.equal(judgeKey(readKnown(store, '/'), 'a'), 'first')
  assert.ok(keepKnown(store, '/', seen(null, 'a', checkpoint(3), 5)))
  assert.equal(judgeKey(readKnown(store, '/'), 'a'), 'same')
  assert.equal(judgeKey(readKnown(store, '/'), 'b'), 'changed')
  assert.equal(judgeKey(readKnown(store, '/other/'), 'b'), 'first', 'another control plane on the same host')
})

test('a larger checkpoint takes the place of a smaller one, and never the other way round', () => {
  const first = seen(null, 'a', checkpoint(3), 5)
  const second = seen(first, 'a', checkpoint(8), 6)
  assert.equal(lastSeen(second)?.size, 8)
  assert.equal(second.sinceMs, 5)
  const third = seen(second, 'a', checkpoint(4), 7)
  assert.equal(lastSeen(third)?.size, 8)
  assert.equal(third.seenMs, 6)
})

test('with another key everything begins anew: what was signed by the old one is not compared', () => {
  const known = seen(seen(null, 'a', checkpoint(8), 5), 'b', checkpoint(3), 9)
  assert.equal(known.sinceMs, 9)
  assert.equal(lastSeen(known)?.size, 3)
})

test('what is kept and cannot be read is as if nothing were kept', () => {
  const store = keeper()
  for (const kept of ['', 'x', '{}', '[]', '{"key":1,"sinceMs":2}']) {
    store.kept.set('rekey-log /', kept)
    assert.equal(readKnown(store, '/'), null, kept)
  }
  store.kept.set('rekey-log /', JSON.stringify({ key: 'a', sinceMs: 1, note: 'x', seenMs: 1 }))
  assert.equal(lastSeen(readKnown(store, '/')), null)
  const full = { ...store, setItem: () => assert.fail() }
  assert.equal(
    keepKnown(
      {
        ...full,
        setItem: () => {
          throw new Error('full')
        },
      },
      '/',
      null,
    ),
    true,
  )
  assert.equal(
    keepKnown(
      {
        ...full,
        setItem: () => {
          throw new Error('full')
        },
      },
      '/',
      seen(null, 'a', checkpoint(1), 1),
    ),
    false,
  )
})
