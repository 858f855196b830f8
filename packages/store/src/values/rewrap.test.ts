import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, test } from 'node:test'
import { Secret } from '@rekey/core'
import type { Store, Write } from '../contract.ts'
import { openSqlite } from '../sqlite/engine.ts'
import { inline } from '../sqlite/inline.ts'
import { rewrapAll } from './rewrap.ts'
import { rootKeyFrom } from './root-key.ts'
import { openVault, type Vault } from './vault.ts'

const newKey = () => rootKeyFrom(randomBytes(32))
const from = newKey()
const to = newKey()

const stores: Store[] = []
after(() => Promise.all(stores.map(store => store.close())))

/** 25 values and two keys under `from`. */
async function filled(): Promise<{ store: Store; vault: Vault }> {
  const store = inline(openSqlite(':memory:'))
  stores.push(store)
  const vault = await openVault(store, from)
  const writes = Array.from({ length: 25 }, (_, i): Write => {
    return { put: 'sealed', row: vault.seal(`credential-${i % 5}`, i, new Secret(`value ${i}`)) }
  })
  await store.commit({ fence: null, appends: [], writes })
  await store.putKeyOnce(vault.sealKey('log', Buffer.alloc(32, 9)))
  return { store, vault }
}

async function values(store: Store, vault: Vault): Promise<string[]> {
  const rows = await Promise.all(Array.from({ length: 25 }, (_, i) => store.sealed(`credential-${i % 5}`, i)))
  return rows.map(row => vault.open(row!).reveal())
}
const expected = Array.from({ length: 25 }, (_, i) => `value ${i}`)

/** A store that is lost after some transactions of the rotation. */
function breaking(store: Store, after: number): Store {
  let left = after
  return {
    ...store,
    rewrap: async rows => {
      if (left-- === 0) throw new Error('the process was killed')
      await store.rewrap(rows)
    },
  }
}

test('after a rotation of the root key the new one opens everything, and the old one nothing', async () => {
  const { store, vault } = await filled()
  const print = vault.fingerprint(new Secret('p'))
  assert.deepEqual(await rewrapAll(store, from, to), { values: 25, keys: 2 })
  const after = await openVault(store, to)
  assert.deepEqual(await values(store, after), expected)
  assert.deepEqual(Buffer.from(after.openKey((await store.key('log'))!)), Buffer.alloc(32, 9))
  assert.equal(after.fingerprint(new Secret('p')), print)
  await assert.rejects(openVault(store, from), { code: 'root-key-wrong' })
  assert.deepEqual(await store.sealedNotUnder(to.id, 10), { values: [], keys: [] })
})

test('the values themselves stay as they are: only what wraps their keys is new', async () => {
  const { store } = await filled()
  const before = await store.sealed('credential-0', 0)
  await rewrapAll(store, from, to)
  const after = await store.sealed('credential-0', 0)
  assert.deepEqual(after?.ciphertext, before?.ciphertext)
  assert.notDeepEqual(after?.wrappedKey, before?.wrappedKey)
})

test('a rotation that is interrupted anywhere leaves a store that both keys together open, and goes on where it stopped', async () => {
  for (const after of [0, 1, 3, 6]) {
    const { store, vault } = await filled()
    const print = vault.fingerprint(new Secret('p'))
    await assert.rejects(rewrapAll(breaking(store, after), from, to, { batch: 4 }), /was killed/)
    for (const keys of [
      [to, from],
      [from, to],
    ]) {
      const both = await openVault(store, keys)
      assert.deepEqual(await values(store, both), expected)
      assert.equal(both.fingerprint(new Secret('p')), print)
    }
    // At the last stop only values are left under the old key; one key alone is refused all the same.
    await assert.rejects(openVault(store, to), { code: 'root-key-wrong' })
    if (after > 0) await assert.rejects(openVault(store, from), { code: 'root-key-wrong' })
    const { values: done } = await rewrapAll(store, from, to, { batch: 4 })
    assert.equal(done, 25 - 4 * after)
    assert.deepEqual(await values(store, await openVault(store, to)), expected)
  }
})

test('a rotation that has nothing left to do says so', async () => {
  const { store } = await filled()
  await rewrapAll(store, from, to)
  assert.deepEqual(await rewrapAll(store, from, to), { values: 0, keys: 0 })
})

test('what is sealed under the old key meanwhile is found too', async () => {
  const { store, vault } = await filled()
  const row = vault.seal('late', 1, new Secret('late'))
  let isPut = false
  const busy: Store = {
    ...store,
    rewrap: async rows => {
      await store.rewrap(rows)
      if (!isPut) await store.commit({ fence: null, appends: [], writes: [{ put: 'sealed', row }] })
      isPut = true
    },
  }
  assert.deepEqual(await rewrapAll(busy, from, to, { batch: 7 }), { values: 26, keys: 2 })
})

test('a row under a third root key stops the rotation with its id, and no row of its batch is changed', async () => {
  const { store } = await filled()
  const third = newKey()
  await assert.rejects(rewrapAll(store, third, to), error => {
    assert.ok(error instanceof Error && error.message.includes(from.id) && error.message.includes(third.id))
    return true
  })
  assert.equal((await store.sealedNotUnder(to.id, 100)).values.length, 25)
})

test('a damaged row stops the rotation by its name', async () => {
  const { store } = await filled()
  const row = (await store.sealed('credential-3', 3))!
  const bad = { ...row, wrappedKey: row.wrappedKey.map(byte => byte ^ 1) }
  await store.commit({ fence: null, appends: [], writes: [{ put: 'sealed', row: { ...bad, version: 3 } }] })
  await assert.rejects(rewrapAll(store, from, to), {
    code: 'value-damaged',
    message: /version 3 of credential credential-3/,
  })
})

test('a wrong old key with the right id, and a rotation to the same key, are refused', async () => {
  const { store } = await filled()
  const impostor = { id: from.id, key: newKey().key }
  await assert.rejects(rewrapAll(store, impostor, to), { code: 'value-damaged' })
  await assert.rejects(rewrapAll(store, from, from), { code: 'root-key-wrong', message: /the same/ })
})

test('a store that takes the rows and does not change is not asked for ever', async () => {
  const { store } = await filled()
  const deaf: Store = { ...store, rewrap: async () => undefined }
  await assert.rejects(rewrapAll(deaf, from, to), /has changed nothing/)
})
