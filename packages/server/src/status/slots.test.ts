import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inline, openPostgres, openSqlite, type Store } from '@rekey/store'
import { dropSchema, freshSchema, postgresIsThere, postgresUrl } from '@rekey/store/fixtures'
import { bench } from '../fixtures.ts'
import { originName } from '../sealing/key.ts'
import { permutationOf, slotsInList } from './permutation.ts'
import { type Slots, slotsOf } from './slots.ts'

const textOf = (slots: Slots, credential: string, version: number) =>
  JSON.stringify(slots.find(credential, version))

describe('the order of places', () => {
  test('reaches each place of a list once', () => {
    const permutation = permutationOf(new Uint8Array(32).fill(1), 1)
    const seen = new Uint8Array(slotsInList)
    for (let place = 0; place < slotsInList; place++) {
      const idx = permutation(place)
      assert.ok(idx >= 0 && idx < slotsInList)
      seen[idx]!++
    }
    assert.ok(seen.every(times => times === 1))
  })

  test('is another one under another key, and in another list', () => {
    const places = [0, 1, 2, 3, 4, 5, 6, 7]
    const [one, other, next] = [
      permutationOf(new Uint8Array(32).fill(1), 1),
      permutationOf(new Uint8Array(32).fill(2), 1),
      permutationOf(new Uint8Array(32).fill(1), 2),
    ].map(permutation => places.map(permutation).join())
    assert.ok(one !== other && one !== next && other !== next)
  })
})

async function race(store: Store): Promise<void> {
  const { ground } = await bench({ store })
  const planes = await Promise.all(
    Array.from({ length: 4 }, (_, nth) => slotsOf({ ...ground, holder: `plane-${nth}` })),
  )
  // Each of them hears of each version, in an order of its own, with what is there already in between.
  const versions = Array.from({ length: 60 }, (_, at) => ({
    credential: `credential-${at % 20}`,
    version: Math.floor(at / 20) + 1,
  }))
  await Promise.all(
    planes.map(async (slots, nth) => {
      const own = [...versions.slice(nth * 15), ...versions.slice(0, nth * 15)]
      for (let at = 0; at < own.length; at += 5) await slots.give(own.slice(at, at + 5))
    }),
  )
  const again = await slotsOf(ground)
  const places = new Set<string>()
  for (const { credential, version } of versions) {
    const texts = [...planes, again].map(slots => textOf(slots, credential, version))
    assert.equal(new Set(texts).size, 1, `${credential}/${version}: ${texts}`)
    assert.notEqual(texts[0], 'null')
    places.add(texts[0]!)
  }
  assert.equal(places.size, versions.length)
}

describe('slots', () => {
  test('are given once by several control planes that give at once, on SQLite', async () => {
    const store = inline(openSqlite(':memory:'))
    await race(store)
    await store.close()
  })

  test('are given once by several control planes that give at once, on PostgreSQL', async () => {
    if (!(await postgresIsThere('the slots of status lists'))) return
    const schema = freshSchema()
    const store = await openPostgres({ connection: postgresUrl, schema })
    try {
      await race(store)
    } finally {
      await store.close()
      await dropSchema(schema)
    }
  })

  test('are never given again, though their version is long gone', async () => {
    const { ground, store } = await bench()
    const slots = await slotsOf(ground)
    await slots.give([{ credential: 'a', version: 1 }])
    await slots.give([
      { credential: 'a', version: 1 },
      { credential: 'a', version: 2 },
    ])
    const later = await slotsOf(ground)
    assert.equal(textOf(later, 'a', 1), textOf(slots, 'a', 1))
    assert.notEqual(textOf(later, 'a', 2), textOf(later, 'a', 1))
    assert.equal(later.find('a', 3), null)
    assert.equal(later.find('b', 1), null)
    assert.equal((await store.records('status-slots', { after: null, limit: 10 }, 0)).length, 2)
  })

  test('of a store that goes by another name since it was restored begin in a new list', async () => {
    const { ground, store } = await bench()
    const slots = await slotsOf(ground)
    await slots.give([{ credential: 'a', version: 1 }])
    await store.setMeta(originName, 'another/restored-2026-03-01')
    await slots.give([{ credential: 'a', version: 2 }])
    await slots.give([{ credential: 'a', version: 3 }])
    assert.deepEqual(
      [1, 2, 3].map(version => slots.find('a', version)?.list),
      [1, 2, 2],
    )
    assert.equal(slots.lists(), 2)
  })
})
