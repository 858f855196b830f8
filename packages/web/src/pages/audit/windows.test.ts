import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { eventAt, fakeRecord as record } from './fixtures.ts'
import { type Windows, windowsOf } from './windows.ts'

const fakeRecord = (last: number, more: Parameters<typeof record>[1] = {}) =>
  record(last, { turn: () => turn(), ...more })

async function settled(windows: Windows): Promise<void> {
  for (let quiet = 0, version = -1; quiet < 10; version = windows.version) {
    await turn()
    quiet = windows.version === version ? quiet + 1 : 0
  }
}

async function begun(made = fakeRecord(1_000_000)) {
  const windows = windowsOf(made.read)
  windows.want(0, 0)
  await settled(windows)
  return { record: made, windows }
}

test('the first look says how many events there are, and only what is looked at is fetched', async () => {
  const { record: made, windows } = await begun()
  assert.equal(windows.last, 1_000_000)
  windows.want(999_950, 1_000_000)
  await settled(windows)
  assert.equal(windows.at(1_000_000)?.position, 1_000_000)
  assert.equal(windows.at(500_000), undefined)
  assert.equal(made.asked.length, 2)
  windows.want(499_990, 500_010)
  await settled(windows)
  assert.equal(windows.at(500_000)?.position, 500_000)
  assert.equal(windows.at(500_001)?.position, 500_001)
  windows.want(499_990, 500_010)
  await settled(windows)
  assert.equal(made.asked.length, 4, 'what is known is not asked for again')
})

test('what was on its way for another place is given up', async () => {
  const { record: made, windows } = await begun()
  for (let at = 0; at < 50; at++) windows.want(at * 10_000 + 1, at * 10_000 + 30)
  await settled(windows)
  assert.equal(windows.at(490_001)?.position, 490_001)
  assert.equal(windows.at(200_001), undefined)
  assert.ok(made.asked.length <= 60)
})

test('a position at which nothing may be seen is known to be empty', async () => {
  const { windows } = await begun(fakeRecord(1_000, { isThere: position => position % 4 !== 0 }))
  windows.want(401, 500)
  await settled(windows)
  assert.equal(windows.at(401)?.position, 401)
  assert.equal(windows.at(404), null)
})

test('a stretch that takes many questions is asked through', async () => {
  const { record: made, windows } = await begun(
    fakeRecord(1_000, { isThere: position => position < 410, looked: 20 }),
  )
  windows.want(401, 500)
  await settled(windows)
  assert.equal(windows.at(409)?.position, 409)
  assert.equal(windows.at(480), null)
  assert.ok(made.asked.length < 12)
})

test('what comes live is there at once, and a block that began live needs no fetching', async () => {
  const { record: made, windows } = await begun(fakeRecord(250))
  windows.want(201, 250)
  await settled(windows)
  const before = made.asked.length
  windows.put(Array.from({ length: 120 }, (_, at) => eventAt(251 + at)))
  assert.equal(windows.last, 370)
  windows.want(240, 370)
  await settled(windows)
  assert.equal(windows.at(300)?.position, 300)
  assert.equal(windows.at(370)?.position, 370)
  assert.equal(made.asked.length, before)
})

test('after a gap in what came live, the rest is fetched when it is looked at', async () => {
  const { record: made, windows } = await begun(fakeRecord(250))
  windows.want(201, 250)
  await settled(windows)
  made.last = 290
  windows.put([eventAt(290)])
  assert.equal(windows.at(270), undefined)
  windows.want(260, 290)
  await settled(windows)
  assert.equal(windows.at(270)?.position, 270)
})

test('what is far away is forgotten, and fetched again when somebody comes back', async () => {
  const { windows } = await begun()
  for (let block = 0; block < 200; block++) {
    windows.want(block * 100 + 1, block * 100 + 100)
    await settled(windows)
  }
  assert.equal(windows.at(1), undefined)
  assert.equal(windows.at(19_950)?.position, 19_950)
})

test('a question that failed is told of, and asked again when it is wanted again, and not before', async () => {
  const made = fakeRecord(1_000)
  let isAway = false
  let asked = 0
  const windows = windowsOf((query, signal) => {
    asked++
    return isAway ? Promise.reject(new Error('away')) : made.read(query, signal)
  })
  windows.want(0, 0)
  await settled(windows)
  isAway = true
  windows.want(901, 1_000)
  await settled(windows)
  assert.equal((windows.error as Error).message, 'away')
  assert.equal(asked, 2)
  isAway = false
  windows.want(901, 1_000)
  await settled(windows)
  assert.equal(windows.error, null)
  assert.equal(windows.at(950)?.position, 950)
})
