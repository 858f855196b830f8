import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { eventAt, fakeRecord as record } from './fixtures.ts'
import { foundAtOnce, type Search, searching } from './search.ts'

const everything = async () => ({ before: null, above: 0 })

const fakeRecord = (last: number, more: Parameters<typeof record>[1] = {}) =>
  record(last, { turn: () => turn(), ...more })

async function over(search: Search): Promise<string> {
  for (let turns = 0; turns < 10_000 && search.now().state.is === 'looking'; turns++) await turn()
  return search.now().state.is
}

test('a search looks through the record page by page, and shows what it found and how far it is', async () => {
  const made = fakeRecord(30_000, { looked: 1_000, isThere: position => position % 100 === 0 })
  const search = searching(made.read, {}, everything)
  const seen: number[] = []
  search.listen(() => seen.push(search.now().position))
  search.go()
  assert.equal(await over(search), 'done')
  const { items, position, last } = search.now()
  assert.equal(items.length, 300)
  assert.deepEqual([position, last], [1, 30_000])
  assert.ok(new Set(seen).size >= 30, 'each page was told of')
  assert.deepEqual(
    items.map(one => one.position),
    items.map(one => one.position).toSorted((a, b) => b - a),
  )
})

test('it waits when it has found as much as is read at once, and goes on when asked', async () => {
  const made = fakeRecord(3_000)
  const search = searching(made.read, {}, everything)
  search.go()
  assert.equal(await over(search), 'waiting')
  assert.equal(search.now().items.length, foundAtOnce)
  search.go()
  assert.equal(await over(search), 'waiting')
  assert.equal(search.now().items.length, 2 * foundAtOnce)
  for (let times = 0; times < 10; times++) {
    search.go()
    await over(search)
  }
  assert.equal(search.now().state.is, 'done')
  assert.equal(new Set(search.now().items.map(one => one.position)).size, 3_000)
})

test('it can be stopped, keeps what it found, and goes on from there', async () => {
  const made = fakeRecord(30_000, { looked: 100, isThere: position => position % 1_000 === 0 })
  const search = searching(made.read, {}, everything)
  search.go()
  for (let turns = 0; turns < 1_000 && search.now().items.length < 3; turns++) await turn()
  search.stop()
  assert.equal(search.now().state.is, 'stopped')
  const asked = made.asked.length
  for (let turns = 0; turns < 20; turns++) await turn()
  assert.equal(made.asked.length, asked, 'nothing is asked any more')
  search.go()
  assert.equal(await over(search), 'done')
  assert.equal(search.now().items.length, 30)
})

test('it begins and ends where the bounds say', async () => {
  const made = fakeRecord(30_000, { looked: 500 })
  const search = searching(made.read, { type: 'credentialChanged' }, async () => ({
    before: 20_001,
    above: 19_000,
  }))
  search.go()
  assert.equal(await over(search), 'done')
  assert.ok(search.now().items.every(one => one.position <= 20_000 && one.position > 18_400))
  assert.ok(made.asked.length <= 3)
})

test('one that failed says why, and goes on from where it was', async () => {
  const made = fakeRecord(3_000, { looked: 500, isThere: position => position % 100 === 0 })
  let isAway = false
  const search = searching(
    (query, signal) => (isAway ? Promise.reject(new Error('away')) : made.read(query, signal)),
    {},
    everything,
  )
  search.go()
  for (let turns = 0; turns < 1_000 && search.now().items.length === 0; turns++) await turn()
  isAway = true
  assert.equal(await over(search), 'failed')
  isAway = false
  search.go()
  assert.equal(await over(search), 'done')
  assert.equal(search.now().items.length, 30)
})

test('what comes live stands on top, once', async () => {
  const made = fakeRecord(100)
  const search = searching(made.read, {}, everything)
  search.go()
  await over(search)
  search.add([eventAt(101), eventAt(102)])
  search.add([eventAt(102), eventAt(100)])
  assert.deepEqual(
    search
      .now()
      .items.slice(0, 3)
      .map(one => one.position),
    [102, 101, 100],
  )
  assert.equal(search.now().items.length, 102)
})
