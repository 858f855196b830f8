// What the sealed log, values at rest and the meta table promise.
import assert from 'node:assert/strict'
import { append, commitOf, committed, nowMs, type Rule } from './setting.ts'

const bytes = (...values: number[]) => new Uint8Array(values)
const keyRow = (name: string, rootKey: string) => ({
  name,
  rootKey,
  wrappedKey: bytes(0, 255, 10),
  ciphertext: bytes(),
})
const sealedRow = (credential: string, version: number, rootKey: string) => ({
  credential,
  version,
  rootKey,
  wrappedKey: bytes(1, 2),
  ciphertext: bytes(0, 39, 92, 128, 255),
})

export function sealRules(rule: Rule): void {
  rule('unsealed events come in order of position, and become leaves in the order given', async store => {
    await committed(store, commitOf([append('a', 0, 'x', 'y', 'z')]))
    assert.deepEqual(await store.logState(), { size: 0, checkpoint: null })
    const [first, second] = await store.unsealed(2)
    const positions = [first!.position, second!.position]
    const tile = { level: 0, n: 0, bytes: bytes(1, 2, 3) }
    assert.equal(await store.seal({ expectedSize: 0, positions, tiles: [tile], checkpoint: 'c2' }), true)
    assert.deepEqual(await store.logState(), { size: 2, checkpoint: 'c2' })
    assert.deepEqual(
      (await store.unsealed(9)).map(({ type, leaf }) => [type, leaf]),
      [['z', null]],
    )
    assert.deepEqual(
      [(await store.leaf(0))?.type, (await store.leaf(1))?.type, await store.leaf(2)],
      ['x', 'y', null],
    )
    assert.deepEqual(
      (await store.leaves(1, 5)).map(({ type, leaf }) => [type, leaf]),
      [['y', 1]],
    )
    assert.deepEqual(await store.leaves(0, 0), [])
  })

  rule('a log of another size than expected is not sealed, and nothing changes', async store => {
    await committed(store, commitOf([append('a', 0, 'x')]))
    const [event] = await store.unsealed(1)
    const tiles = [{ level: 0, n: 0, bytes: bytes(1) }]
    const seal = { expectedSize: 1, positions: [event!.position], tiles, checkpoint: 'c' }
    assert.equal(await store.seal(seal), false)
    assert.deepEqual([(await store.unsealed(1)).length, await store.tiles([{ level: 0, n: 0 }])], [1, []])
  })

  rule('an event is sealed once, and one that is not there never', async store => {
    const [position] = await committed(store, commitOf([append('a', 0, 'x')]))
    await store.seal({ expectedSize: 0, positions: [position!], tiles: [], checkpoint: 'c1' })
    for (const positions of [[position!], [position! + 99]]) {
      await assert.rejects(store.seal({ expectedSize: 1, positions, tiles: [], checkpoint: 'c2' }), /sealed/)
    }
    assert.deepEqual(await store.logState(), { size: 1, checkpoint: 'c1' })
  })

  rule('tiles are replaced as they fill, and read by where they are', async store => {
    const tile = (level: number, n: number, ...values: number[]) => ({ level, n, bytes: bytes(...values) })
    const tiles = [tile(0, 0, 1), tile(0, 1, 2), tile(1, 0, 3)]
    await store.seal({ expectedSize: 0, positions: [], tiles, checkpoint: 'c1' })
    await store.seal({ expectedSize: 0, positions: [], tiles: [tile(0, 1, 2, 2)], checkpoint: 'c2' })
    const wanted = [...Array(70).keys()].map(n => ({ level: 0, n: n + 1 }))
    assert.deepEqual(await store.tiles([{ level: 1, n: 0 }, ...wanted]), [tile(0, 1, 2, 2), tile(1, 0, 3)])
    assert.deepEqual(await store.tiles([]), [])
  })
}

export function restRules(rule: Rule): void {
  rule('values at rest are kept byte by byte', async store => {
    const row = sealedRow('doc', 1, 'root-1')
    await committed(store, commitOf([], [{ put: 'sealed', row }]))
    assert.deepEqual(await store.sealed('doc', 1), row)
    assert.equal(await store.sealed('doc', 2), null)
  })

  rule('a change of the root key finds what is not under the new one, until nothing is left', async store => {
    const rows = [sealedRow('a', 1, 'k1'), sealedRow('b', 1, 'k3'), sealedRow('c', 1, 'k2')]
    await committed(
      store,
      commitOf(
        [],
        rows.map(row => ({ put: 'sealed', row })),
      ),
    )
    await store.putKeyOnce(keyRow('log', 'k1'))
    await store.putKeyOnce(keyRow('print', 'k2'))
    const found = await store.sealedNotUnder('k2', 10)
    assert.deepEqual(found, { values: rows.slice(0, 2), keys: [keyRow('log', 'k1')] })
    assert.equal((await store.sealedNotUnder('k2', 1)).values.length, 1)
    await store.rewrap({
      values: found.values.map(row => ({ ...row, rootKey: 'k2', wrappedKey: bytes(9) })),
      keys: found.keys.map(row => ({ ...row, rootKey: 'k2' })),
    })
    assert.deepEqual(await store.sealedNotUnder('k2', 10), { values: [], keys: [] })
    assert.deepEqual(await store.sealed('b', 1), { ...rows[1], rootKey: 'k2', wrappedKey: bytes(9) })
  })

  rule('of two keys with one name the first stays', async store => {
    assert.equal(await store.key('log'), null)
    assert.deepEqual(await store.putKeyOnce(keyRow('log', 'k1')), keyRow('log', 'k1'))
    assert.deepEqual(await store.putKeyOnce(keyRow('log', 'k2')), keyRow('log', 'k1'))
    assert.deepEqual(await store.key('log'), keyRow('log', 'k1'))
  })

  rule('a name in meta has a value, another value, or none', async store => {
    assert.equal(await store.meta('origin'), null)
    await store.setMeta('origin', 'a')
    await store.setMeta('origin', 'b')
    assert.equal(await store.meta('origin'), 'b')
    await store.setMeta('origin', null)
    assert.equal(await store.meta('origin'), null)
  })

  rule('the check writes and reads back', async store => {
    await store.check(nowMs)
    await store.check(nowMs + 1)
  })

  rule('after it is closed a store refuses every call', async store => {
    await store.close()
    await assert.rejects(store.meta('x'), { code: 'store-unreachable' })
    await store.close()
  })
}
