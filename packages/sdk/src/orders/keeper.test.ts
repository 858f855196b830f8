import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { orderKey, TestOrders } from '../fixture-orders.ts'
import { pause, TestPlane, until, withPlane } from '../fixtures.ts'
import type { Credential, Rekey } from '../index.ts'

const versionOf = (credential: Credential) => credential.use(({ version }) => version)

async function loaded(plane: TestPlane, rekey: Rekey): Promise<Credential> {
  plane.assign('docs', 1)
  const docs = rekey.credential('docs')
  await docs.use(() => null)
  await until(() => plane.streams.size === 1)
  return docs
}

test('what was missed on the stream is asked for: at its beginning, and where an order names one before it that is not known', () =>
  withPlane(async (plane, rekey) => {
    await loaded(plane, rekey)
    plane.kill('docs', 5, { isMissed: true })
    plane.kill('docs', 6)
    await until(() => rekey.isKilled('docs', 5) && rekey.isKilled('docs', 6))
    await until(() => rekey.status().orders.epoch === 2)
    plane.kill('docs', 7, { isMissed: true })
    plane.breakStreams()
    await until(() => rekey.isKilled('docs', 7))
    const last = plane.asked.filter(one => one.path.includes('/agent/stream?')).at(-1)!
    const query = new URL(last.path, plane.url).searchParams
    assert.deepEqual([query.get('epoch'), query.get('serial'), query.get('instance')], ['2', '1', 'one'])
  }))

test('whoever asks for changes hears of orders by their epoch', () =>
  withPlane(
    async (plane, rekey) => {
      plane.assign('docs', 1)
      await rekey.credential('docs').use(() => null)
      plane.kill('docs', 1)
      await until(() => rekey.isKilled('docs', 1), 2_000)
      assert.equal(plane.count('/agent/stream'), 0)
    },
    { changes: 'poll' },
  ))

test('an answer that could not be delivered is given again, and its order is asked for again until it is', () =>
  withPlane(async (plane, rekey) => {
    await loaded(plane, rekey)
    plane.refuses = path => (path.endsWith('/answer') ? { code: 'unavailable' } : null)
    plane.kill('docs', 1)
    await until(() => rekey.isKilled('docs', 1))
    await rekey.askOrders()
    plane.breakStreams()
    await until(() => plane.streams.size === 1)
    const last = plane.asked.filter(one => one.path.includes('/agent/stream?')).at(-1)!
    assert.match(last.path, /epoch=0/)
    assert.equal(plane.orders.answers.length, 0)
    plane.refuses = null
    await until(() => plane.orders.answers.length > 0)
    assert.deepEqual(plane.orders.answers.map(one => [one.said, one.held])[0], ['applied', 'true'])
  }))

test('the answer waits for whoever listens, tells what he had, and what he could not end', () =>
  withPlane(async (plane, rekey) => {
    await loaded(plane, rekey)
    let end = () => {}
    const stop = rekey.onKill(() => new Promise<void>(resolve => (end = resolve)))
    plane.kill('docs', 1)
    await until(() => rekey.isKilled('docs', 1))
    await pause(100)
    assert.equal(plane.orders.answers.length, 0)
    end()
    await until(() => plane.orders.answers.length === 1)
    stop()
    rekey.onKill(() => ({ held: true, refused: 'kept' }))
    plane.kill('docs', 9)
    await until(() => plane.orders.answers.length === 2)
    assert.deepEqual(plane.orders.answers[1], {
      epoch: 2,
      instance: 'one',
      said: 'refused',
      held: 'true',
      why: 'kept',
    })
  }))

test('what is no order is refused aloud and changes nothing; new keys are taken up, and the stolen one is good for nothing more', () =>
  withPlane(async (plane, rekey) => {
    const docs = await loaded(plane, rekey)
    const { orders } = plane
    const stolen = orders.active
    const event = { x_revocation_epoch: 40 }
    plane.tellOrder(orders.order('docs', 1, { by: orderKey(), event }))
    await until(() => orders.answers.length === 1)
    assert.deepEqual([orders.answers[0]!.said, orders.answers[0]!.why], ['refused', 'unknown-key'])
    assert.equal(rekey.status().trouble?.code, 'orders-refused')
    plane.tellKeys(orders.ring({ by: stolen, standBy: orderKey(), claims: { serial: 2 } }))
    await until(() => rekey.status().orders.refused.at(-1)?.why === 'not-the-successor')
    plane.tellKeys(orders.replace())
    await until(() => rekey.status().orders.serial === 2)
    plane.tellOrder(orders.order('docs', 1, { by: stolen, event }))
    await until(() => orders.answers.length === 2)
    assert.equal(orders.answers[1]!.why, 'revoked-key')
    assert.equal(await versionOf(docs), 1)
    plane.kill('docs', 1)
    await until(() => rekey.isKilled('docs', 1))
  }))

test('an order whose key is revoked since is asked for until it comes signed anew', () =>
  withPlane(async (plane, rekey) => {
    await loaded(plane, rekey)
    const { orders } = plane
    const by = orders.active
    const given = plane.kill('docs', 1, { isMissed: true, claims: { jti: 'one and the same' } })
    plane.tellKeys(orders.replace())
    await until(() => rekey.status().orders.serial === 2)
    await rekey.askOrders()
    assert.equal(rekey.status().orders.refused.at(-1)?.why, 'revoked-key')
    assert.deepEqual([rekey.status().orders.epoch, rekey.isKilled('docs', 1)], [0, false])
    assert.notEqual(by.kid, orders.active.kid)
    given.text = orders.order('docs', 1, { claims: { jti: 'one and the same' } })
    await rekey.askOrders()
    assert.deepEqual([rekey.status().orders.epoch, rekey.isKilled('docs', 1)], [1, true])
  }))

test('keys that were told beforehand are the only ones to begin with', async () => {
  const plane = await new TestPlane().start()
  try {
    plane.assign('docs', 1)
    const good = plane.connect({ orderKeys: plane.orders.pins })
    await good.credential('docs').use(() => null)
    assert.equal(good.status().orders.serial, 1)
    await good.close()
    const other = plane.connect({ orderKeys: new TestOrders().pins })
    await other.credential('docs').use(() => null)
    plane.kill('docs', 1)
    await until(() => other.status().orders.refused.length > 0)
    assert.deepEqual([other.status().orders.serial, other.isKilled('docs', 1)], [null, false])
    await other.close()
    assert.throws(() => plane.connect({ orderKeys: 'abc' }), { code: 'not-configured' })
  } finally {
    await plane.stop()
  }
})

test('an order from before it could be written down is obeyed at once, and answered when it comes with an epoch of its own', () =>
  withPlane(async (plane, rekey) => {
    const docs = await loaded(plane, rekey)
    const claims = { jti: 'glass-1' }
    plane.tellOrder(plane.orders.order('docs', 1, { claims, event: { x_provisional: true } }))
    await until(() => rekey.isKilled('docs', 1))
    await assert.rejects(versionOf(docs), { code: 'version-killed' })
    await pause(100)
    assert.equal(plane.orders.answers.length, 0, 'under that epoch it would answer another order')
    plane.kill('docs', 1, { claims })
    await until(() => plane.orders.answers.length === 1)
    assert.deepEqual(
      plane.orders.answers.map(one => [one.epoch, one.said, one.held]),
      [[1, 'applied', 'true']],
    )
    assert.equal(rekey.status().orders.kills.length, 1)
  }))

test('whoever hears of nothing asks for orders whenever a value is renewed', () =>
  withPlane(
    async (plane, rekey) => {
      plane.assign('docs', 1, { ttlMs: 680 })
      await rekey.credential('docs').use(() => null)
      plane.kill('docs', 1)
      await until(() => rekey.isKilled('docs', 1), 2_000)
    },
    { changes: 'none' },
  ))

test('a thousand orders at once are kept in a few writes, and all of them are answered', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rekey-keeper-'))
  try {
    await withPlane(
      async (plane, rekey) => {
        plane.assign('docs', 5_000)
        for (let version = 1; version <= 1_000; version++) plane.orders.kill('docs', version)
        const beganMs = performance.now()
        assert.equal(await versionOf(rekey.credential('docs')), 5_000)
        assert.ok(performance.now() - beganMs < 4_000)
        assert.ok(rekey.isKilled('docs', 1) && rekey.isKilled('docs', 1_000))
        await until(() => plane.orders.answers.length >= 1_000)
        assert.ok(plane.orders.answers.every(one => one.said === 'applied'))
      },
      { ordersFile: join(folder, 'orders') },
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
