import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { inline, memoryBus, openSqlite, type Store, type StoredEvent } from '@rekey/store'
import { until } from '../http/fixtures.ts'
import { type Feed, startFeed } from './feed.ts'
import { newsOf } from './news.ts'

const commit = async (store: Store, count = 1, stream = 'notes') => {
  const expected = (await store.stream(stream, 0, 10_000)).length
  const events = Array.from({ length: count }, () => ({
    type: 'noted',
    atMs: 1,
    by: 'person:alice',
    data: {},
  }))
  const committed = await store.commit({ fence: null, appends: [{ stream, expected, events }], writes: [] })
  assert.ok(committed.ok)
  return committed.positions.at(-1)!
}

interface Fed {
  feed: Feed
  heard: number[]
  trouble: unknown[]
}

async function fed(
  t: TestContext,
  store: Store,
  hear: (listener: () => void) => () => void = () => () => {},
): Promise<Fed> {
  const trouble: unknown[] = []
  const heard: number[] = []
  const feed = await startFeed({ store, hear, nowMs: Date.now, trouble: error => trouble.push(error) })
  feed.listen(events => void heard.push(...events.map(one => one.position)))
  t.after(() => feed.stop())
  return { feed, heard, trouble }
}
const inMemory = (t: TestContext) => {
  const store = inline(openSqlite(':memory:'))
  t.after(() => store.close())
  return store
}
const isWhole = (heard: readonly number[]) => heard.every((one, at) => at === 0 || one === heard[at - 1]! + 1)

describe('the feed', () => {
  test('tells every event once and in order, however many come at once', async t => {
    const news = await newsOf(inMemory(t))
    const { heard, feed } = await fed(t, news.store, news.hear)
    for (const count of [1, 3, 2_500, 1]) await commit(news.store, count)
    const last = await news.store.lastPosition()
    assert.equal(await feed.reached(last, 2_000), true)
    assert.equal(heard.length, 2_505)
    assert.ok(isWhole(heard))
    await news.close()
  })

  test('is woken by news at once, and looks by itself where there was none', async t => {
    const store = inMemory(t)
    const news = await newsOf(store)
    const { heard } = await fed(t, news.store, news.hear)
    await until(
      () => news.store.lastPosition(),
      () => true,
    )
    const tookMs: number[] = []
    for (let n = 1; n <= 3; n++) {
      const beganMs = performance.now()
      await commit(news.store)
      await until(
        () => heard.length,
        length => length === n,
      )
      tookMs.push(performance.now() - beganMs)
    }
    assert.ok(Math.min(...tookMs) < 200, 'by itself it looks every half second')
    // Past the news, as another process would that has no bus.
    const beganMs = performance.now()
    await commit(store)
    await until(
      () => heard.length,
      length => length === 4,
    )
    assert.ok(performance.now() - beganMs < 1_000)
    await news.close()
  })

  test('goes on after the store has failed for a while, and has lost nothing', async t => {
    const store = inMemory(t)
    let fails = false
    const failing = async (position: number, limit: number): Promise<StoredEvent[]> => {
      if (fails) throw new Error('the store is away')
      return store.events(position, limit)
    }
    const news = await newsOf({ ...store, events: failing })
    const { heard, feed, trouble } = await fed(t, news.store, news.hear)
    await commit(news.store)
    await until(
      () => heard.length,
      length => length === 1,
    )
    fails = true
    const freshMs = feed.freshMs()
    for (let nth = 0; nth < 20; nth++) await commit(news.store)
    await until(
      () => trouble.length,
      length => length > 0,
    )
    assert.equal(await feed.reached(await store.lastPosition(), 50), false)
    assert.equal(feed.freshMs(), freshMs, 'what is remembered is no fresher than this')
    fails = false
    await until(
      () => heard.length,
      length => length === 21,
    )
    assert.ok(isWhole(heard))
    assert.ok(feed.freshMs() > freshMs)
    assert.ok(trouble.length < 30, 'a store that fails is not asked without a pause')
    await news.close()
  })

  test('goes on when a listener throws, and tells the others', async t => {
    const news = await newsOf(inMemory(t))
    const { feed, trouble } = await fed(t, news.store, news.hear)
    const others: number[] = []
    feed.listen(() => {
      throw new Error('a listener’s own')
    })
    feed.listen(events => void others.push(events.length))
    await feed.reached(await commit(news.store), 1_000)
    await feed.reached(await commit(news.store), 1_000)
    assert.deepEqual([others, trouble.length], [[1, 1], 2])
    await news.close()
  })

  test('says that a position was reached only after all have heard of it', async t => {
    const news = await newsOf(inMemory(t))
    const { feed, heard } = await fed(t, news.store, news.hear)
    const waiting = feed.reached(3, 2_000).then(reached => [reached, heard.includes(3)])
    await commit(news.store, 3)
    assert.deepEqual(await waiting, [true, true])
    assert.equal(await feed.reached(2, 0), true)
    const beganMs = performance.now()
    assert.equal(await feed.reached(4, 30), false)
    assert.ok(performance.now() - beganMs < 5_000)
    await news.close()
  })

  test('tells whoever listens later from then on, and whoever left nothing more', async t => {
    const news = await newsOf(inMemory(t))
    const { feed } = await fed(t, news.store, news.hear)
    await feed.reached(await commit(news.store), 1_000)
    const late: number[] = []
    const leave = feed.listen(events => void late.push(...events.map(one => one.position)))
    await feed.reached(await commit(news.store), 1_000)
    leave()
    await feed.reached(await commit(news.store), 1_000)
    assert.deepEqual(late, [2])
    await news.close()
  })

  test('ends when it is told to, and lets nobody wait for what will not come', async () => {
    const store = inline(openSqlite(':memory:'))
    const feed = await startFeed({ store, hear: () => () => {}, nowMs: Date.now, trouble: () => {} })
    const waiting = feed.reached(9, 60_000)
    const beganMs = performance.now()
    await feed.stop()
    assert.equal(await waiting, false)
    assert.ok(performance.now() - beganMs < 10_000)
    await store.close()
  })
})

test('news of one control plane reaches another over the bus, and carries nothing but that there is some', async t => {
  const store = inMemory(t)
  const bus = memoryBus()
  const said: string[] = []
  await bus.subscribe('events', message => void said.push(message))
  const [here, there] = [await newsOf(store, bus), await newsOf(store, bus)]
  let heard = 0
  const leave = there.hear(() => heard++)
  await Promise.all([commit(here.store, 2, 'a-secret-name'), commit(here.store, 2, 'another')])
  await until(
    () => heard,
    count => count > 0,
  )
  assert.deepEqual([...new Set(said)], ['1'])
  assert.ok(heard <= 2, 'those that come while one is on its way are told by the next')
  leave()
  const before = heard
  await commit(here.store, 1, 'more')
  await new Promise(resolve => setTimeout(resolve, 20))
  assert.equal(heard, before)
  // What wrote no event is no news.
  await here.store.commit({ fence: null, appends: [], writes: [] })
  await here.close()
})
