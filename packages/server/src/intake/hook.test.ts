import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { minuteMs } from '@rekey/core'
import { callAs } from '../api/fixtures.ts'
import { sharedSecret } from '../webhooks/standard.ts'
import { admin, type Doors, doors, knock, toldOf } from './fixtures.ts'

const bound = (b: Doors['b'], consumer = 'web') => [{ credential: b.credential, consumer }]
const used = ({ b }: Doors, more: object = {}) => ({
  credential: b.credential,
  consumer: 'web',
  version: 1,
  says: 'used',
  atMs: b.clock.nowMs,
  ...more,
})
const usesOf = async ({ b }: Doors, consumer = 'web') =>
  (await b.store.ledger(b.credential)).entries.find(one => one.consumer === consumer)?.minutes ?? []

const strangers = sharedSecret(new Uint8Array(32).fill(9)).reveal()

describe('a signed webhook', () => {
  test('tells what its consumers did, and is answered how much of it counts', async t => {
    const d = await doors(t)
    const secret = await d.source('ci', { kind: 'ci', bindings: bound(d.b) })
    const { status, body } = await knock(d, 'ci', secret, {
      statements: [used(d), used(d, { outcome: 'auth-failure', times: 3 })],
    })
    assert.equal(status, 200)
    assert.deepEqual(body, {
      folded: 2,
      ghosts: 0,
      repeated: false,
      refused: [],
      refusedCount: 0,
      nowMs: d.b.clock.nowMs,
    })
    assert.deepEqual(
      (await usesOf(d)).map(one => [one.uses, one.authFailures]),
      [[4, 3]],
    )
    const { items } = (await d.handlers.sources.list(callAs(admin))) as {
      items: { heardMs: number | null }[]
    }
    assert.equal(items[0]?.heardMs, d.b.clock.nowMs)
  })

  test('is refused when it is forged, whatever was forged, and the source is named in the record', async t => {
    const d = await doors(t)
    const secret = await d.source('hook', { kind: 'webhook', bindings: bound(d.b) })
    const said = { statements: [used(d)] }
    const altered = await knock(d, 'hook', secret, said, { forged: ' ' })
    const others = await knock(d, 'hook', strangers, said)
    for (const { status, body } of [altered, others]) {
      assert.deepEqual([status, body['code']], [401, 'bad-proof'])
    }
    assert.deepEqual(await usesOf(d), [])
    await toldOf(d, 'accessRefused', { what: 'sources.hook', code: 'bad-proof' })
    await toldOf(d, 'observationsRefused', { source: 'source/hook', why: 'bad-signature' })
  })

  test('is answered the same for a source that is not there, or is of another kind', async t => {
    const d = await doors(t)
    await d.source('hook', { kind: 'webhook', bindings: bound(d.b) })
    await d.source('otel', { kind: 'telemetry', bindings: bound(d.b) })
    const said = { statements: [used(d)] }
    const known = await knock(d, 'hook', strangers, said)
    assert.deepEqual(await knock(d, 'nobody', strangers, said), known)
    assert.deepEqual(await knock(d, 'otel', strangers, said), known)
    const old = { atMs: d.b.clock.nowMs - 6 * minuteMs }
    assert.deepEqual(
      await knock(d, 'nobody', strangers, said, old),
      await knock(d, 'hook', strangers, said, old),
    )
  })

  test('counts once, however often it comes, and its sender is told that it was taken', async t => {
    const d = await doors(t)
    const secret = await d.source('hook', { kind: 'webhook', bindings: bound(d.b) })
    const said = { statements: [used(d)] }
    const message = { id: 'msg_1' }
    const first = await knock(d, 'hook', secret, said, message)
    d.b.clock.nowMs += minuteMs
    const again = await knock(d, 'hook', secret, said, message)
    assert.deepEqual([first.body['repeated'], again.body['repeated']], [false, true])
    assert.deepEqual([again.status, again.body['folded']], [200, 0])
    assert.deepEqual(
      (await usesOf(d)).map(one => one.uses),
      [1],
    )
    await toldOf(d, 'observationsRefused', { source: 'source/hook', why: 'replayed' })
  })

  test('is refused when it is of another time, with our clock in the answer', async t => {
    const d = await doors(t)
    const secret = await d.source('hook', { kind: 'webhook', bindings: bound(d.b) })
    for (const [awayMs, why] of [
      [-6 * minuteMs, 'too-old'],
      [6 * minuteMs, 'too-new'],
    ] as const) {
      const { status, body } = await knock(
        d,
        'hook',
        secret,
        { statements: [used(d)] },
        { atMs: d.b.clock.nowMs + awayMs },
      )
      assert.deepEqual([status, body['nowMs']], [401, d.b.clock.nowMs])
      await toldOf(d, 'observationsRefused', { source: 'source/hook', why })
    }
    assert.deepEqual(await usesOf(d), [])
  })

  test('is heard only for whom it is bound to, only of what was done, and only of lately', async t => {
    const d = await doors(t)
    const secret = await d.source('hook', { kind: 'webhook', bindings: bound(d.b) })
    const statements = [
      used(d, { consumer: 'queue' }),
      used(d, { credential: 'another' }),
      used(d, { says: 'loaded' }),
      used(d, { atMs: d.b.clock.nowMs - 3 * 24 * 60 * minuteMs }),
      used(d, { version: 7 }),
      used(d, { says: 'covered', version: null, fromMs: d.b.clock.nowMs - minuteMs }),
      used(d),
    ]
    const { body } = await knock(d, 'hook', secret, { statements })
    const reasons = [
      'out-of-scope',
      'out-of-scope',
      'no-right',
      'stale',
      'unknown-version',
      'incomplete-source',
    ]
    assert.deepEqual(
      body['refused'],
      reasons.map((why, at) => ({ at, why })),
    )
    assert.deepEqual([body['folded'], body['refusedCount']], [1, 6])
    assert.deepEqual(await usesOf(d, 'queue'), [])
    for (const why of reasons) await toldOf(d, 'observationsRefused', { source: 'source/hook', why })
  })

  test('that cannot be read is refused as a whole, and told of', async t => {
    const d = await doors(t)
    const secret = await d.source('hook', { kind: 'webhook', bindings: bound(d.b) })
    const cases = ['{', { statements: [{ says: 'used' }] }, { statements: [], more: 1 }, []]
    for (const said of cases) assert.equal((await knock(d, 'hook', secret, said)).status, 400)
    await toldOf(d, 'observationsRefused', { source: 'source/hook', why: 'malformed' })
  })

  test('is not heard while a restored store waits for a person', async t => {
    const d = await doors(t)
    const secret = await d.source('hook', { kind: 'webhook', bindings: bound(d.b) })
    await d.b.store.setMeta('fenced', 'restored')
    assert.equal((await knock(d, 'hook', secret, { statements: [used(d)] })).status, 503)
    assert.deepEqual(await usesOf(d), [])
  })
})

describe('the secret of a webhook', () => {
  test('that was made anew is good at once, and the one before for a day', async t => {
    const d = await doors(t)
    const put = { kind: 'webhook', bindings: bound(d.b) }
    const first = await d.source('hook', put)
    assert.equal(await d.source('hook', put), '', 'it was shown again')
    const second = await d.source('hook', { ...put, anew: true })
    assert.match(second, /^whsec_/)
    assert.notEqual(second, first)
    const knocks = async () => {
      const said = { statements: [used(d)] }
      return [(await knock(d, 'hook', first, said)).status, (await knock(d, 'hook', second, said)).status]
    }
    assert.deepEqual(await knocks(), [200, 200])
    d.b.clock.nowMs += 24 * 60 * minuteMs
    assert.deepEqual(await knocks(), [401, 200])
  })

  test('of a source that was removed is good for nothing, also when the name comes back', async t => {
    const d = await doors(t)
    const put = { kind: 'webhook', bindings: bound(d.b) }
    const first = await d.source('hook', put)
    await d.handlers.sources.remove(callAs(admin, { params: { id: 'hook' } }))
    const said = { statements: [used(d)] }
    assert.equal((await knock(d, 'hook', first, said)).status, 401)
    const second = await d.source('hook', put)
    assert.equal((await knock(d, 'hook', first, said)).status, 401)
    assert.equal((await knock(d, 'hook', second, said)).status, 200)
  })

  test('stands nowhere in the store as it is', async t => {
    const d = await doors(t)
    const secret = await d.source('hook', { kind: 'webhook', bindings: bound(d.b) })
    const kept = JSON.stringify([
      await d.events(),
      await d.b.store.records('signing', { after: null, limit: 10 }, d.b.clock.nowMs),
      await d.b.store.records('source', { after: null, limit: 10 }, d.b.clock.nowMs),
    ])
    assert.ok(!kept.includes(secret.slice('whsec_'.length)))
  })
})
