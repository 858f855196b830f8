import assert from 'node:assert/strict'
import { createPublicKey, sign, verify } from 'node:crypto'
import { describe, test } from 'node:test'
import { type Feed, startFeed } from '../feed/feed.ts'
import { newsOf } from '../feed/news.ts'
import { bench, person } from '../fixtures.ts'
import type { Ground } from '../ground.ts'
import { until } from '../http/fixtures.ts'
import { rs256 } from '../shared-signals/rs256.ts'
import { ed25519 } from './ed25519.ts'
import { standingKeysOf } from './standing-keys.ts'

/** So many control planes on one store. */
async function planes(count: number) {
  const b = await bench()
  const all: { ground: Ground; feed: Feed }[] = []
  for (let nth = 0; nth < count; nth++) {
    const news = await newsOf(b.store)
    const ground = { ...b.ground, store: news.store }
    const { nowMs } = ground
    const trouble = (error: unknown) => void b.trouble.push({ where: 'feed', error })
    const feed = await startFeed({ store: news.store, hear: news.hear, nowMs, trouble })
    all.push({ ground, feed })
  }
  const stop = () => Promise.all(all.map(({ feed }) => feed.stop()))
  return { b, all, stop }
}

describe('a key that signs, and its stand-by', () => {
  for (const kind of [ed25519, rs256]) {
    test(`are the same on control planes that ask for them at once: ${kind.algorithm}`, async () => {
      const { all, stop } = await planes(3)
      const keys = all.map(({ ground, feed }) =>
        standingKeysOf<{ kid: string; jwk: never }>(ground, feed, 'test', kind as never),
      )
      const published = await Promise.all(keys.map(one => one.published()))
      assert.deepEqual(published[1], published[0])
      assert.deepEqual(published[2], published[0])
      assert.equal(new Set(published[0]!.map(one => one['kid'])).size, 2)
      assert.ok(published[0]!.every(one => one['alg'] === kind.algorithm && !('d' in one) && !('p' in one)))
      await stop()
    })
  }

  test('change places once, though two people ask for it at once', async () => {
    const { b, all, stop } = await planes(2)
    const [one, other] = all.map(({ ground, feed }) => standingKeysOf(ground, feed, 'test', ed25519))
    const before = await one!.pair()
    await other!.pair()
    const replaced = await Promise.all([one!.replace('a reason', person), other!.replace('a reason', person)])
    for (const { active, serial } of replaced) assert.deepEqual([active.kid, serial], [before.standBy.kid, 2])
    const events = await b.store.stream('signing-keys/test', 0, 10)
    assert.deepEqual(
      events.map(({ data }) => JSON.parse(data).active),
      [before.standBy.kid],
    )
    const again = await other!.replace('another reason', person)
    await until(
      () => one!.known()?.active.kid,
      kid => kid === again.active.kid,
    )
    const [text, { key }] = [Buffer.from('a text'), again.active]
    const jwk = createPublicKey({ key: replaced[0]!.standBy.jwk, format: 'jwk' } as never)
    assert.ok(verify(null, text, jwk, sign(null, text, key)))
    await stop()
  })
})
