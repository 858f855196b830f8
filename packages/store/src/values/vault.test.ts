import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, test } from 'node:test'
import { inspect } from 'node:util'
import { Secret } from '@rekey/core'
import { type KeyRow, type SealedRow, type Store, StoreError } from '../contract.ts'
import { openSqlite } from '../sqlite/engine.ts'
import { inline } from '../sqlite/inline.ts'
import { rootKeyFrom } from './root-key.ts'
import { openVault } from './vault.ts'

const [one, two, three] = [1, 2, 3].map(n => rootKeyFrom(Buffer.alloc(32, n))) as [RootKey, RootKey, RootKey]
type RootKey = ReturnType<typeof rootKeyFrom>

const stores: Store[] = []
after(() => Promise.all(stores.map(store => store.close())))
function emptyStore(): Store {
  const store = inline(openSqlite(':memory:'))
  stores.push(store)
  return store
}
const put = (store: Store, row: SealedRow) =>
  store.commit({ fence: null, appends: [], writes: [{ put: 'sealed', row }] })

const value = 'hunter2-but-longer'

function hasCode(code: string, saying: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof StoreError, String(error))
    assert.equal(error.code, code)
    assert.match(`${error.message} ${error.how}`, saying)
    assert.ok(!inspect(error, { depth: 9, showHidden: true }).includes(value))
    return true
  }
}

test('a value that was sealed and stored opens to the same value', async () => {
  const store = emptyStore()
  const vault = await openVault(store, one)
  for (const [i, text] of [value, 'ž🔑\n\0', 'x'.repeat(100_000)].entries()) {
    await put(store, vault.seal('stripe', i + 1, new Secret(text)))
    const row = await store.sealed('stripe', i + 1)
    assert.equal(vault.open(row!).reveal(), text)
  }
})

test('neither the row nor the store has the value in it, nor the key that it is sealed with', async () => {
  const vault = await openVault(emptyStore(), one)
  const row = vault.seal('stripe', 1, new Secret(value))
  const bytes = Buffer.concat([row.wrappedKey, row.ciphertext])
  assert.ok(!bytes.includes(value))
  assert.ok(!bytes.includes(Buffer.alloc(8, 1)))
  assert.equal(row.rootKey, one.id)
  assert.equal(vault.rootKeyId, one.id)
})

test('the same value sealed twice gives two rows that have nothing in common', async () => {
  const vault = await openVault(emptyStore(), one)
  const [a, b] = [vault.seal('stripe', 1, new Secret(value)), vault.seal('stripe', 1, new Secret(value))]
  assert.notDeepEqual(a.ciphertext, b.ciphertext)
  assert.notDeepEqual(a.wrappedKey, b.wrappedKey)
})

test('with a seeded source of randomness the same seals are made again', async () => {
  const seeded = () => {
    let n = 0
    return (bytes: number) => Buffer.alloc(bytes, ++n)
  }
  const rows = []
  for (let i = 0; i < 2; i++) {
    const vault = await openVault(emptyStore(), one, { random: seeded() })
    rows.push([vault.seal('stripe', 1, new Secret(value)), vault.fingerprint(new Secret(value))])
  }
  assert.deepEqual(rows[0], rows[1])
})

test('a row that was moved to another credential or another version does not open', async () => {
  const vault = await openVault(emptyStore(), one)
  const row = vault.seal('stripe', 1, new Secret(value))
  const swapped = { ...row, ...vault.seal('stripe', 2, new Secret('other')), version: 1 }
  for (const bad of [{ ...row, credential: 'twilio' }, { ...row, version: 2 }, swapped]) {
    assert.throws(() => vault.open(bad), hasCode('value-damaged', /damaged or belongs elsewhere.*backup/))
  }
})

test('a row with one bit changed does not open, and the error names the version and no value', async () => {
  const vault = await openVault(emptyStore(), one)
  const row = vault.seal('stripe', 7, new Secret(value))
  for (const part of ['wrappedKey', 'ciphertext'] as const) {
    const bytes = Uint8Array.from(row[part])
    bytes[20] = bytes[20]! ^ 4
    assert.throws(
      () => vault.open({ ...row, [part]: bytes }),
      hasCode('value-damaged', /version 7 of credential stripe/),
    )
  }
})

test('a key of ours opens under its own name only', async () => {
  const vault = await openVault(emptyStore(), one)
  const bytes = randomBytes(32)
  const row = vault.sealKey('log', bytes)
  assert.deepEqual(Buffer.from(vault.openKey(row)), bytes)
  assert.throws(
    () => vault.openKey({ ...row, name: 'fingerprint' }),
    hasCode('value-damaged', /"fingerprint"/),
  )
  assert.throws(
    () => vault.open({ ...row, credential: 'log', version: 1 }),
    hasCode('value-damaged', /credential log/),
  )
})

test('a fingerprint is the same for the same value in one store, and says nothing in another', async () => {
  const store = emptyStore()
  const first = (await openVault(store, one)).fingerprint(new Secret(value))
  const second = (await openVault(store, one)).fingerprint(new Secret(value))
  const elsewhere = (await openVault(emptyStore(), one)).fingerprint(new Secret(value))
  assert.match(first, /^hmac-sha256:[0-9a-f]{32}$/)
  assert.equal(first, second)
  assert.notEqual(first, elsewhere)
  assert.notEqual(first, (await openVault(store, one)).fingerprint(new Secret(`${value}.`)))
})

test('two processes that open a new store together fingerprint alike', async () => {
  const store = emptyStore()
  // Both look before either has written.
  const looked = Promise.withResolvers<void>()
  let looks = 0
  const late: Store = {
    ...store,
    key: async name => {
      const row = await store.key(name)
      if (++looks === 4) looked.resolve()
      await Promise.race([looked.promise, new Promise(resolve => setTimeout(resolve, 50))])
      return row
    },
  }
  const [a, b] = await Promise.all([openVault(late, one), openVault(late, one)])
  assert.equal(a.fingerprint(new Secret(value)), b.fingerprint(new Secret(value)))
})

test('a store under another root key does not open, and the error names both keys and what to do', async () => {
  const store = emptyStore()
  await openVault(store, one)
  const saying = new RegExp(`${one.id}.*${two.id}.*Give root key ${one.id}`)
  await assert.rejects(openVault(store, two), hasCode('root-key-wrong', saying))
  assert.equal((await store.key('fingerprint'))?.rootKey, one.id)
})

test('a store with a value under another root key does not open either, whatever its keys are under', async () => {
  const store = emptyStore()
  const other = await openVault(emptyStore(), two)
  await put(store, other.seal('stripe', 1, new Secret(value)))
  await assert.rejects(openVault(store, one), hasCode('root-key-wrong', new RegExp(two.id)))
  assert.equal(await store.key('fingerprint'), null)
})

test('without a root key nothing opens', async () => {
  await assert.rejects(openVault(emptyStore(), []), hasCode('root-key-missing', /root key/))
})

test('with two root keys, new rows are under the first and old rows open under the second', async () => {
  const store = emptyStore()
  const old = await openVault(store, one)
  const row = old.seal('stripe', 1, new Secret(value))
  await put(store, row)
  const both = await openVault(store, [two, one])
  assert.equal(both.open(row).reveal(), value)
  assert.equal(both.seal('stripe', 2, new Secret(value)).rootKey, two.id)
  assert.equal(both.fingerprint(new Secret(value)), old.fingerprint(new Secret(value)))
  const foreign = (await openVault(emptyStore(), three)).seal('stripe', 1, new Secret(value))
  assert.throws(
    () => both.open(foreign),
    hasCode('root-key-wrong', new RegExp(`${three.id}.*${two.id} and ${one.id}`)),
  )
})

test('a row that claims to be under another of our root keys does not open', async () => {
  const vault = await openVault(emptyStore(), [two, one])
  const row = vault.seal('stripe', 1, new Secret(value))
  assert.throws(() => vault.open({ ...row, rootKey: one.id }), hasCode('value-damaged', /version 1/))
})

test('a damaged fingerprint key is an error and not a new key', async () => {
  const store = emptyStore()
  const row = (await openVault(store, one)).sealKey('fingerprint', randomBytes(32))
  const bad: KeyRow = { ...row, ciphertext: row.ciphertext.slice(0, -1) }
  const fresh = emptyStore()
  await fresh.putKeyOnce(bad)
  await assert.rejects(openVault(fresh, one), hasCode('value-damaged', /"fingerprint"/))
})

test('a value that is not well-formed Unicode is refused, because it would come back as another', async () => {
  const vault = await openVault(emptyStore(), one)
  assert.throws(() => vault.seal('stripe', 1, new Secret(`${value}\ud800`)), TypeError)
  assert.throws(() => vault.fingerprint(new Secret(`${value}\ud800`)), TypeError)
})
